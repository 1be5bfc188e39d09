/**
 * A wave decided a second time, by the plainest means: whole files in memory, a row at a time, every rule spelt out.
 * It shares no code with the program (only the type of the policy), so that where the two agree, they agree about
 * the rules.
 */
import { createHmac } from 'node:crypto';
import { type Drawn, type DrawPolicy, drawSeats, type Entry, merkleTreeHash, sha256 } from './oracle-draw.ts';
import {
  type Evidence,
  laterDuplicates,
  reasonCodes,
  reasonsOf,
  recipientsByHousehold,
  tierOf,
} from './oracle-reasons.ts';
import {
  type Application,
  type EarlierAccount,
  plainDigits,
  type ReadApplications,
  readApplications,
  readRows,
} from './oracle-rows.ts';

export interface OracleInput {
  readonly policy: DrawPolicy;
  readonly waveId: number;
  /** In the order in which they were imported. */
  readonly applicants: readonly { readonly name: string; readonly text: string }[];
  readonly registry: string;
  readonly recipients: string;
  /** List name → text of its file. */
  readonly lists: Readonly<Record<string, string>>;
  readonly householdKey: Buffer;
  /** 32 bytes as lower-case hex. */
  readonly entropy: string;
  /** Accounts of earlier waves by registration number; none unless given. */
  readonly accounts?: Readonly<Record<string, EarlierAccount>>;
}

export interface OracleAnswer {
  /** Texts of the exported files. */
  readonly results: string;
  readonly accepted: string;
  readonly pool: string;
  /** Without the column `message`. */
  readonly rejects: string;
  readonly funnel: string;
  /** Hex, as `draw.json` has them. */
  readonly pool_root: string;
  readonly seed: string;
}

interface Decided {
  readonly application: Application;
  readonly reasons: readonly string[];
  readonly tier: number;
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvText(header: string, rows: readonly (readonly (string | number)[])[]): string {
  return [header, ...rows.map((row) => row.map(csvField).join(','))].map((line) => `${line}\n`).join('');
}

const byRegistrationNo = (one: { registrationNo: string }, other: { registrationNo: string }) =>
  one.registrationNo < other.registrationNo ? -1 : 1;

function evidenceOf(input: OracleInput): Evidence {
  const niksOf = (text: string) => new Set(readRows(text).map((row) => plainDigits(row.nik ?? '')));
  return {
    registry: new Map(readRows(input.registry).map((row) => [plainDigits(row.nik ?? ''), row])),
    lists: new Map(Object.entries(input.lists).map(([name, text]) => [name, niksOf(text)])),
    recipients: readRows(input.recipients),
  };
}

function decide(applications: readonly Application[], policy: DrawPolicy, evidence: Evidence): Decided[] {
  const later = laterDuplicates(applications);
  const past = new Set(evidence.recipients.map((row) => plainDigits(row.nik ?? '')));
  return applications.map((application) => ({
    application,
    reasons: reasonsOf(application, policy, evidence, later, past),
    tier: tierOf(application, policy, evidence.lists),
  }));
}

function poolOf(decided: readonly Decided[], input: OracleInput, evidence: Evidence): Entry[] {
  const received = recipientsByHousehold(evidence);
  const { tickets, household_cap: cap } = input.policy;
  const entries = decided
    .filter(({ reasons }) => reasons.length === 0)
    .map(({ application, tier }): Entry => {
      const { registrationNo, kk, row, earlierUnsuccessful } = application;
      return {
        registrationNo,
        tier,
        tickets: Math.min(tickets.max, 1 + tickets.per_unsuccessful_wave * earlierUnsuccessful),
        household: createHmac('sha256', input.householdKey).update(kk).digest('hex').slice(0, 16),
        slots: Math.max(0, cap - (received.get(kk)?.size ?? 0)),
        region: (row.regency_code ?? '').slice(0, 2),
      };
    });
  return entries.sort(byRegistrationNo);
}

const poolLine = (entry: Entry) =>
  [entry.registrationNo, entry.tier, entry.tickets, entry.household, entry.slots, entry.region].join(',');

interface ResultRow {
  readonly registrationNo: string;
  readonly outcome: string;
  readonly rank: number | undefined;
  readonly columns: readonly (string | number)[];
}

function resultRow({ application, reasons, tier }: Decided, drawn: ReadonlyMap<string, Drawn>): ResultRow {
  const { registrationNo, nik } = application;
  const { outcome, rank } = drawn.get(registrationNo) ?? { outcome: 'INELIGIBLE', rank: undefined };
  const masked = `${nik.slice(0, 6)}******${nik.slice(-4)}`;
  const shownTier = reasons.length === 0 ? tier : '';
  return {
    registrationNo,
    outcome,
    rank,
    columns: [registrationNo, masked, outcome, reasons.join('|'), shownTier, rank ?? ''],
  };
}

function funnelText(
  read: ReadApplications,
  decided: readonly Decided[],
  results: readonly ResultRow[],
  policy: DrawPolicy,
) {
  const having = (code: string) => decided.filter(({ reasons }) => reasons.includes(code)).length;
  const ending = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
  return csvText('step,count', [
    ['rows_read', read.rowsRead],
    ['rows_rejected', read.rowsRejected],
    ['applications', decided.length],
    ...reasonCodes(policy).map((code) => [code, having(code)]),
    ['INELIGIBLE', ending('INELIGIBLE')],
    ['UNVERIFIED', 0],
    ['ELIGIBLE', decided.filter(({ reasons }) => reasons.length === 0).length],
    ['HOUSEHOLD_CAP', ending('HOUSEHOLD_CAP')],
    ['CANDIDATES', results.filter(({ rank }) => rank !== undefined).length],
    ...['NOT_DRAWN', 'RESERVE', 'ACCEPTED'].map((outcome) => [outcome, ending(outcome)]),
  ]);
}

/** Several tests come back to the same wave. */
const known = new WeakMap<OracleInput, OracleAnswer>();

/** Reads, decides and draws the wave, and gives the files that have to come out of it. */
export function oracle(input: OracleInput): OracleAnswer {
  const answer = known.get(input) ?? decideAll(input);
  known.set(input, answer);
  return { ...answer };
}

function decideAll(input: OracleInput): OracleAnswer {
  const evidence = evidenceOf(input);
  const read = readApplications(input.applicants, input.accounts ?? {});
  const decided = decide(read.applications, input.policy, evidence);
  const pool = poolOf(decided, input, evidence);
  const poolRoot = merkleTreeHash(pool.map(poolLine)).toString('hex');
  const seed = sha256(`${poolRoot}:${input.entropy}`).toString('hex');
  const drawn = drawSeats(pool, seed, input.policy);
  const results = decided.map((one) => resultRow(one, drawn)).sort(byRegistrationNo);
  const accepted = results.filter(({ outcome }) => outcome === 'ACCEPTED');
  accepted.sort((one, other) => (one.rank ?? 0) - (other.rank ?? 0));
  const resultHeader = 'registration_no,nik,outcome,reasons,tier,rank';
  const columnsOf = (rows: readonly ResultRow[]) => rows.map(({ columns }) => columns);
  return {
    results: csvText(resultHeader, columnsOf(results)),
    accepted: csvText(resultHeader, columnsOf(accepted)),
    pool: csvText(
      'registration_no,tier,tickets,household,slots,region',
      pool.map((entry) => poolLine(entry).split(',')),
    ),
    rejects: csvText(
      'line,registration_no,column,code',
      read.rejects.map(({ line, registrationNo, column, code }) => [line, registrationNo, column, code]),
    ),
    funnel: funnelText(read, decided, results, input.policy),
    pool_root: poolRoot,
    seed,
  };
}
