import { OUTCOMES } from '../proof/seats.ts';
import { counted, type Findings } from './findings.ts';
import type { DrawnPool } from './pool.ts';

const COLUMNS = 6;
const REGISTRATION_NO = /^[A-Z0-9-]{1,32}$/;
const NIK = /^(?:\d{16}|\d{6}\*{6}\d{4})$/;

/** A line of results.csv, without its NIK. */
export interface ResultLine {
  readonly registrationNo: string;
  readonly outcome: string;
  /** Codes, joined by `|`. */
  readonly reasons: string;
  readonly tier: string;
  readonly rank: string;
}

/**
 * The values of a line; faults of their forms go to `findings`. Undefined if it has other columns.
 * @param drawn What the draw gives the application, in words.
 */
export function readResult(
  text: string,
  where: string,
  findings: Findings,
  drawn?: string,
): ResultLine | undefined {
  const values = text.split(',');
  const [registrationNo = '', nik = '', outcome = '', reasons = '', tier = '', rank = ''] = values;
  if (values.length !== COLUMNS) {
    // Nothing of it is repeated: who knows in which column its NIK stands.
    findings.fault(
      where,
      `has ${counted(values.length, 'column')}, expected ${COLUMNS}${drawn ? `: ${drawn}` : ''}`,
    );
    return undefined;
  }
  if (!REGISTRATION_NO.test(registrationNo))
    findings.fault(where, 'registration_no is not A-Z 0-9 -, up to 32');
  if (!NIK.test(nik)) findings.fault(where, 'nik is neither masked nor 16 digits');
  if (!(OUTCOMES as readonly string[]).includes(outcome))
    findings.fault(where, `outcome is none of ${OUTCOMES.join(', ')}`);
  return { registrationNo, outcome, reasons, tier, rank };
}

/** `outcome ACCEPTED, tier 0, rank 3`. */
export function drawnOf(pool: DrawnPool, row: number): string {
  const rank = pool.rank[row] || 'empty';
  return `outcome ${pool.outcomeOf(row)}, no reasons, tier ${pool.tier[row]}, rank ${rank}`;
}

export function compareMember(
  line: ResultLine,
  where: string,
  { pool, row }: { readonly pool: DrawnPool; readonly row: number },
  findings: Findings,
): void {
  const rank = pool.rank[row] as number;
  const of = (column: string) => `${column} of ${line.registrationNo}`;
  findings.same(where, of('outcome'), line.outcome, pool.outcomeOf(row));
  findings.same(where, of('reasons'), line.reasons, '');
  findings.same(where, of('tier'), line.tier, String(pool.tier[row]));
  findings.same(where, of('rank'), line.rank, rank === 0 ? '' : String(rank));
}

/** An application that is not in the pool: it has reasons, or the registry could not be asked. */
export function compareOutsider(line: ResultLine, where: string, findings: Findings): void {
  const of = (column: string) => `${column} of ${line.registrationNo}, which is not in the pool,`;
  if (line.outcome !== 'UNVERIFIED') findings.same(where, of('outcome'), line.outcome, 'INELIGIBLE');
  if (line.outcome === 'INELIGIBLE' && line.reasons === '') {
    findings.fault(where, `${of('reasons')} is empty, expected at least one`);
  }
  findings.same(where, of('tier'), line.tier, '');
  findings.same(where, of('rank'), line.rank, '');
}
