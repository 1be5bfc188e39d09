import { OUTCOMES, type Outcome } from '../proof/seats.ts';
import { sha256 } from '../proof/sha256.ts';
import type { Report } from './files.ts';
import { counted, type Findings } from './findings.ts';
import { Lines } from './lines.ts';
import type { DrawnPool } from './pool.ts';
import type { Statement } from './statement.ts';

export const RESULTS_HEADER = 'registration_no,nik,outcome,reasons,tier,rank';

const REGISTRATION_NO = /^[A-Z0-9-]{1,32}$/;
const NIK = /^(?:\d{16}|\d{6}\*{6}\d{4})$/;
const DIGEST_BYTES = 32;

/** What results.csv says, counted, and its accepted lines by rank. */
export interface Tally {
  applications: number;
  readonly outcomes: Map<Outcome, number>;
  /** How many applications have the reason. */
  readonly reasons: Map<string, number>;
  /** SHA-256 of the line of the accepted one with rank r, at 32 × (r − 1). */
  readonly acceptedHash: Buffer;
  /** Its line in results.csv, at r − 1; 0 if it has none. */
  readonly acceptedLine: Uint32Array;
}

/** What the reading of results.csv works with: what was recomputed, what is counted. */
interface Reading {
  readonly statement: Statement;
  readonly pool: DrawnPool;
  /** Reason codes in the order in which reasons must be written. */
  readonly codes: readonly string[];
  readonly findings: Findings;
  readonly tally: Tally;
}

/** Compares every line of results.csv with the draw; both tables are in the order of registration_no and are merged. */
export async function compareResults(
  dir: string,
  given: Omit<Reading, 'tally'>,
  report: Report,
): Promise<Tally> {
  const accepted = Math.min(given.statement.quota, given.pool.candidates);
  const tally: Tally = {
    applications: 0,
    outcomes: new Map(OUTCOMES.map((outcome) => [outcome, 0])),
    reasons: new Map(given.codes.map((code) => [code, 0])),
    acceptedHash: Buffer.alloc(accepted * DIGEST_BYTES),
    acceptedLine: new Uint32Array(accepted),
  };
  const reading = { ...given, tally };
  const results = new Lines(dir, 'results.csv', report);
  const members = new Lines(dir, 'pool.csv', () => {});
  given.findings.same('results.csv:1', 'the header', await results.next(), RESULTS_HEADER);
  await members.next();
  await merge(results, members, reading);
  given.findings.close(
    'results',
    `${counted(tally.applications, 'line')} of results.csv: outcome, reasons, tier and rank of each`,
  );
  return tally;
}

async function merge(results: Lines, members: Lines, reading: Reading): Promise<void> {
  const { findings } = reading;
  let member = registrationOf(await members.next());
  let before = '';
  for (let text = await results.next(); text !== undefined; ) {
    const where = `results.csv:${results.number}`;
    const registration = registrationOf(text) ?? '';
    if (registration <= before)
      findings.fault(where, `${registration} stands behind ${before}, expected byte order, each once`);
    before = registration;
    while (member !== undefined && member < registration) {
      findings.fault(`pool.csv:${members.number}`, `${member} is not in results.csv, expected a line for it`);
      member = registrationOf(await members.next());
    }
    const row = member === registration ? members.number - 2 : undefined;
    compareLine(text, results.number, row, reading);
    if (row !== undefined) {
      const next = members.next();
      member = registrationOf(next instanceof Promise ? await next : next);
    }
    const next = results.next();
    text = next instanceof Promise ? await next : next;
  }
  for (; member !== undefined; member = registrationOf(await members.next())) {
    findings.fault(`pool.csv:${members.number}`, `${member} is not in results.csv, expected a line for it`);
  }
}

function compareLine(text: string, number: number, row: number | undefined, reading: Reading): void {
  const { findings, tally } = reading;
  const where = `results.csv:${number}`;
  const values = text.split(',');
  const [registration = '', nik = '', outcome = '', reasons = '', tier = '', rank = ''] = values;
  tally.applications++;
  if (values.length !== 6) {
    // Nothing of it is repeated: who knows in which column its NIK stands.
    findings.fault(where, `has ${counted(values.length, 'column')}, expected ${RESULTS_HEADER}`);
    return;
  }
  if (!REGISTRATION_NO.test(registration))
    findings.fault(where, 'registration_no is not A-Z 0-9 -, up to 32');
  if (!NIK.test(nik)) findings.fault(where, 'nik is neither masked nor 16 digits');
  if (isOutcome(outcome)) tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1);
  else findings.fault(where, `outcome is none of ${OUTCOMES.join(', ')}`);
  countReasons(reasons, where, reading);
  if (row === undefined) compareOutsider({ registration, outcome, reasons, tier, rank }, where, findings);
  else compareMember({ registration, outcome, reasons, tier, rank }, where, row, reading);
  const expectedRank = row === undefined ? 0 : (reading.pool.rank[row] ?? 0);
  if (expectedRank > 0 && expectedRank <= tally.acceptedLine.length) {
    tally.acceptedHash.write(sha256(text, 'hex'), (expectedRank - 1) * DIGEST_BYTES, 'hex');
    tally.acceptedLine[expectedRank - 1] = number;
  }
}

interface Line {
  readonly registration: string;
  readonly outcome: string;
  readonly reasons: string;
  readonly tier: string;
  readonly rank: string;
}

function compareMember(line: Line, where: string, row: number, { pool, statement, findings }: Reading): void {
  const rank = pool.rank[row] ?? 0;
  const of = (column: string) => `${column} of ${line.registration}`;
  findings.same(where, of('outcome'), line.outcome, OUTCOMES[pool.outcome[row] as number]);
  findings.same(where, of('reasons'), line.reasons, '');
  findings.same(where, of('tier'), line.tier, String(pool.tier[row]));
  findings.same(where, of('rank'), line.rank, rank === 0 ? '' : String(rank));
}

/** An application that is not in the pool: it has reasons, or the registry could not be asked. */
function compareOutsider(line: Line, where: string, findings: Findings): void {
  const of = (column: string) => `${column} of ${line.registration}, which is not in the pool,`;
  if (line.outcome !== 'UNVERIFIED') findings.same(where, of('outcome'), line.outcome, 'INELIGIBLE');
  if (line.outcome === 'INELIGIBLE' && line.reasons === '') {
    findings.fault(where, `${of('reasons')} is empty, expected at least one`);
  }
  findings.same(where, of('tier'), line.tier, '');
  findings.same(where, of('rank'), line.rank, '');
}

/** Counts the reasons of a line: each is a step of the funnel, and they stand in its order. */
function countReasons(reasons: string, where: string, { codes, findings, tally }: Reading): void {
  if (reasons === '') return;
  let before = -1;
  for (const code of reasons.split('|')) {
    const place = codes.indexOf(code);
    if (place === -1) findings.fault(where, `reason ${code} is no step of funnel.csv`);
    else if (place <= before)
      findings.fault(where, `reason ${code} stands too late, expected the order of funnel.csv`);
    else tally.reasons.set(code, (tally.reasons.get(code) ?? 0) + 1);
    before = Math.max(before, place);
  }
}

function registrationOf(line: string | undefined): string | undefined {
  return line?.slice(0, Math.max(0, line.indexOf(',')));
}

function isOutcome(text: string): text is Outcome {
  return (OUTCOMES as readonly string[]).includes(text);
}
