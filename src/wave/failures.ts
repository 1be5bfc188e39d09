/** Failures of steps, as the ledger keeps them: what is tried again, what is given up, and what somebody has to mend. */
import { hostname } from 'node:os';
import type { Database, Queryable, Transaction } from '../db/database.ts';
import { shortageOf } from '../db/loss.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import type { StepKey } from '../pipeline.ts';
import { redact } from '../redact.ts';
import { endHolder } from './holders.ts';
import { dropLease } from './lease.ts';
import { LEDGER_CHANNEL } from './step.ts';

/** How often a step may fail before the run stops and asks for a person. */
export const MOST_ATTEMPTS = 3;

/** Seconds after the first failure before it is tried again; four times that after the second: what was missing may be there then. */
const RETRY_PAUSE = 1;

/** A step that failed and is not done since. */
export interface StepFailure {
  readonly stage: string;
  readonly part: number;
  readonly attempts: number;
  readonly error: string;
  /** What the error says is to be done, where it says so. */
  readonly next: string | null;
}

/** An attempt at a step that came to nothing. */
export interface Failed {
  readonly key: StepKey;
  /** Of the lease; undefined where it failed before there was one. */
  readonly token: number | undefined;
  readonly thrown: unknown;
}

/**
 * Writes a failure down, and ends what is left of the attempt. After the last attempt, or the first where another would be of
 * no use, the step is given up until someone resumes the wave. False where the step is somebody else's by now: it is no attempt of theirs.
 */
export async function recordFailure(
  database: Database,
  { key, token, thrown }: Failed,
  log: Log,
): Promise<boolean> {
  const { waveId, stage, part } = key;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { final, next } = adviceOf(error);
  if (token !== undefined) await endHolder(database, key, token);
  const isOwn = await database.sql.begin(async (sql) => {
    if (!(await takeBack(sql, key, token))) return false;
    await sql`
      update step set attempts = attempts + 1, error = ${reasonOf(error)}, next = ${next},
        state = case when ${final} or attempts + 1 >= ${MOST_ATTEMPTS} then 'failed' else state end,
        retry_at = now() + (attempts + 1) * (attempts + 1) * ${RETRY_PAUSE} * interval '1 second'
      where wave_id = ${waveId} and stage = ${stage} and part = ${part}`;
    await sql`select pg_notify(${LEDGER_CHANNEL}, ${String(waveId)})`;
    return true;
  });
  const fields = { wave: waveId, stage, part, err: error };
  if (isOwn) logEvent(log, 'step.failed', fields);
  else logEvent(log, 'step.skipped', { ...fields, why: 'taken over' });
  return isOwn;
}

/** Whether the step is nobody else's: whoever is at it has its row, and who was, has left another token or none. */
async function takeBack(sql: Transaction, key: StepKey, token: number | undefined): Promise<boolean> {
  const free = await sql`
    select from step where wave_id = ${key.waveId} and stage = ${key.stage} and part = ${key.part} and state = 'planned'
    for update skip locked`;
  if (free.length === 0 || token === undefined) return free.length > 0;
  return dropLease(sql, key, token);
}

function reasonOf(error: Error): string {
  const shortage = shortageOf(error);
  const message = redact(shortage === undefined ? error.message : `${shortage}: ${error.message}`);
  return `${message} (on ${hostname()}, process ${process.pid})`;
}

function adviceOf(error: Error): { readonly final: boolean; readonly next: string | null } {
  if (!(error instanceof GelombangError)) return { final: false, next: null };
  return { final: error.final, next: error.next === undefined ? null : redact(error.next) };
}

/** Gives steps of the run that were given up all of their attempts again. */
export async function forgiveFailures(sql: Transaction, run: number): Promise<void> {
  await sql`
    update step set state = 'planned', attempts = 0, retry_at = null
    where wave_id = (select wave_id from run where id = ${run}) and state = 'failed'`;
}

/** Of a wave, in order. */
export function readFailures(sql: Queryable, waveId: number): Promise<readonly StepFailure[]> {
  return sql<StepFailure[]>`
    select stage, part, attempts, error, next from step
    where wave_id = ${waveId} and error is not null and state <> 'done' order by stage, part`;
}
