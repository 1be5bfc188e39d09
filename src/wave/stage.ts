/** What a stage is, to the ledger and to the jobs: how it is cut into parts, and what one part does. */
import type { Database, Queryable, Transaction } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { Wave } from './record.ts';

/** A half-open range of keys; null is open. */
export interface PartBounds {
  readonly lower: string | null;
  readonly upper: string | null;
}

export interface Part extends PartBounds {
  readonly part: number;
}

export interface StepContext {
  /** The step's own transaction: what the stage writes, it writes here. */
  readonly sql: Transaction;
  /** Other connections, for a stage whose effects cannot wait for the transaction (messages that go out). */
  readonly database: Database;
  readonly wave: Wave;
  readonly part: Part;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What a part wrote: how many of what, and a digest of it that does not depend on the order of rows. */
export interface StepResult {
  readonly counts: Readonly<Record<string, number>>;
  readonly digest: string;
}

export interface Stage {
  /** Called once a wave, in the transaction that plans the stage, when the stages before are done. */
  plan(sql: Transaction, wave: Wave): Promise<readonly PartBounds[]>;
  work(context: StepContext): Promise<StepResult>;
}

/** The only part of a stage that is not cut. */
export const WHOLE: readonly PartBounds[] = [{ lower: null, upper: null }];

/** Applications in a part: large enough that a statement's own cost does not count, small enough to be done again. */
const PART_SIZE = 50_000;

/** Cuts a wave's applications into parts of about the same size, by registration number. */
export async function rangesOfApplications(
  sql: Transaction,
  wave: Wave,
  size: number = PART_SIZE,
): Promise<readonly PartBounds[]> {
  return sql<PartBounds[]>`
    select case when n = 0 then null else registration_no end as lower,
      lead(registration_no) over (order by registration_no) as upper
    from (select registration_no, row_number() over (order by registration_no) - 1 as n
      from application where wave_id = ${wave.id}) numbered
    where n % ${size} = 0
    order by n`;
}

/** The condition that a row of table `a` belongs to the part. */
export function inPart(sql: Queryable, wave: Wave, part: PartBounds) {
  const from = part.lower === null ? sql`` : sql`and a.registration_no >= ${part.lower}`;
  const to = part.upper === null ? sql`` : sql`and a.registration_no < ${part.upper}`;
  return sql`a.wave_id = ${wave.id} ${from} ${to}`;
}
