/** The ledger: a step is claimed, done and written down in one transaction, so it is done once or not at all. */
import { hostname } from 'node:os';
import type pg from 'pg';
import type { Database } from '../db/database.ts';
import { cancelledBy, inTransaction } from '../db/session.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import type { StepKey } from '../pipeline.ts';
import { redact } from '../redact.ts';
import { readWave } from './record.ts';
import type { PartBounds, Stage, StepResult } from './stage.ts';

/** How often a step may fail before the run stops and asks for a person. */
const MOST_ATTEMPTS = 3;

/** Milliseconds that a step may go on once its worker is told to stop: most are through by then. */
const STOP_GRACE = 2_000;

/** The channel on which a changed ledger is announced; the payload is the wave's number. */
export const LEDGER_CHANNEL = 'gelombang_ledger';

export type StepOutcome =
  | { readonly kind: 'done'; readonly result: StepResult }
  | { readonly kind: 'already done' }
  /** Someone else is at it right now, or it cannot go on yet. */
  | { readonly kind: 'waiting' }
  /** The ledger does not know such a step, or has given it up. */
  | { readonly kind: 'refused'; readonly why: string };

interface StepRow extends PartBounds {
  state: 'planned' | 'done' | 'failed';
  pid: number;
}

/**
 * Does one step, unless it is done or being done. The row's lock is what keeps others off: it goes with the
 * connection, so a worker that dies leaves nothing to clear up.
 */
export async function runStep(
  database: Database,
  stage: Stage,
  key: StepKey,
  log: Log,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const outcome = await inTransaction(database, (client) =>
    claimAndWork(client, database, stage, key, log, signal),
  );
  if (outcome.kind === 'done') {
    logEvent(log, 'step.done', { ...keyFields(key), ...outcome.result.counts });
  } else {
    logEvent(log, 'step.skipped', { ...keyFields(key), why: outcome.kind });
  }
  return outcome;
}

async function claimAndWork(
  client: pg.ClientBase,
  database: Database,
  stage: Stage,
  key: StepKey,
  log: Log,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const named = [key.waveId, key.stage, key.part];
  const { rows } = await client.query<StepRow>(
    `select lower, upper, state, pg_backend_pid() as pid from step
    where wave_id = $1 and stage = $2 and part = $3 for update skip locked`,
    named,
  );
  const [claimed] = rows;
  if (claimed === undefined) return unclaimed(await isPlanned(database, key));
  if (claimed.state === 'done') return { kind: 'already done' };
  if (claimed.state === 'failed') return { kind: 'refused', why: 'it failed too often' };
  const wave = await readWave(database.sql, key.waveId);
  if (wave.state === 'void') return { kind: 'refused', why: 'its wave is void' };
  const part = { part: key.part, lower: claimed.lower, upper: claimed.upper };
  const work = () => stage.work({ client, database, wave, part, log, signal });
  const result = await cancelledBy(signal, database, { pid: claimed.pid, grace: STOP_GRACE }, work);
  if (result === 'waiting') return { kind: 'waiting' };
  await client.query(
    `update step set state = 'done', counts = $4, digest = $5, attempts = attempts + 1, error = null,
      started_at = now(), finished_at = clock_timestamp()
    where wave_id = $1 and stage = $2 and part = $3`,
    [...named, JSON.stringify(result.counts), result.digest],
  );
  await client.query('select pg_notify($1, $2)', [LEDGER_CHANNEL, String(key.waveId)]);
  return { kind: 'done', result };
}

async function isPlanned(database: Database, key: StepKey): Promise<boolean> {
  const rows = await database.sql`
    select 1 from step where wave_id = ${key.waveId} and stage = ${key.stage} and part = ${key.part}`;
  return rows.length > 0;
}

function unclaimed(planned: boolean): StepOutcome {
  return planned ? { kind: 'waiting' } : { kind: 'refused', why: 'it is not planned' };
}

/** Writes a failure down; after the last attempt the step is given up until someone closes the wave again. */
export async function recordFailure(
  database: Database,
  key: StepKey,
  error: unknown,
  log: Log,
): Promise<void> {
  const message = redact(error instanceof Error ? error.message : String(error));
  logEvent(log, 'step.failed', {
    ...keyFields(key),
    err: error instanceof Error ? error : new Error(message),
  });
  await database.sql`
    update step set attempts = attempts + 1, error = ${`${message} (on ${hostname()}, process ${process.pid})`},
      state = case when attempts + 1 >= ${MOST_ATTEMPTS} then 'failed' else state end
    where wave_id = ${key.waveId} and stage = ${key.stage} and part = ${key.part} and state = 'planned'`;
  await database.sql.notify(LEDGER_CHANNEL, String(key.waveId));
}

/** Gives steps that were given up another three attempts. */
export async function forgiveFailures(database: Database, waveId: number): Promise<void> {
  await database.sql`
    update step set state = 'planned', attempts = 0 where wave_id = ${waveId} and state = 'failed'`;
}

function keyFields(key: StepKey): { wave: number; stage: string; part: number } {
  return { wave: key.waveId, stage: key.stage, part: key.part };
}

/** Whether the step was the last of its stage. */
export async function isStageDone(database: Database, key: StepKey): Promise<boolean> {
  const open = await database.sql`
    select 1 from step where wave_id = ${key.waveId} and stage = ${key.stage} and state <> 'done' limit 1`;
  return open.length === 0;
}
