/** The ledger: a step is claimed, done and written down in one transaction, so it is done once or not at all. */
import type pg from 'pg';
import type { Database } from '../db/database.ts';
import { cancelledBy, inTransaction } from '../db/session.ts';
import { logEvent } from '../events.ts';
import { keepUp } from '../keys/data-keys.ts';
import type { Log } from '../log.ts';
import type { StepKey } from '../pipeline.ts';
import { takeFromSilent } from './holders.ts';
import { dropLease, endLease, type Lease, TakenOver, writeLease } from './lease.ts';
import { readWave } from './record.ts';
import { isResult, type PartBounds, type Resting, type Stage, type StepResult } from './stage.ts';

/** Milliseconds that a step may go on once its worker is told to stop: most are through by then. */
const STOP_GRACE = 2_000;

/** The channel on which a changed ledger is announced; the payload is the wave's number. */
export const LEDGER_CHANNEL = 'gelombang_ledger';

export type StepOutcome =
  | { readonly kind: 'done'; readonly result: StepResult }
  | { readonly kind: 'already done' }
  /** Someone else is at it right now, or it cannot go on yet. */
  | { readonly kind: 'waiting' }
  /** Someone else took it over while it was worked at here: nothing of that stays. */
  | { readonly kind: 'taken over' }
  /** The ledger does not know such a step, or has given it up. */
  | { readonly kind: 'refused'; readonly why: string };

interface StepRow extends PartBounds {
  state: 'planned' | 'done' | 'failed';
  pid: number;
  transaction: string;
}

/** What a step is done with. */
export interface StepWork {
  readonly database: Database;
  readonly stage: Stage;
  readonly key: StepKey;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The id of the process that does it, as its leases have it. */
  readonly worker: string;
  /** Called with the token of its lease. */
  readonly onLease?: ((token: number) => void) | undefined;
}

/**
 * Does one step, unless it is done or being done. The row's lock is what keeps others off: it goes with the
 * connection, so a worker that dies leaves nothing to clear up. From one that is frozen or cut off, and does not renew its
 * lease, the step is taken over.
 */
export async function runStep(work: StepWork): Promise<StepOutcome> {
  const { database, key, log } = work;
  let outcome = await attempt(work);
  if (outcome.kind === 'waiting') {
    const from = await takeFromSilent(database, key);
    if (from !== undefined) {
      const { host, pid, silent } = from;
      logEvent(log, 'step.taken_over', { ...keyFields(key), from: holderName(host, pid), silent });
      outcome = await attempt(work);
    }
  }
  if (outcome.kind === 'done') {
    logEvent(log, 'step.done', { ...keyFields(key), ...outcome.result.counts });
  } else {
    logEvent(log, 'step.skipped', { ...keyFields(key), why: outcome.kind });
  }
  return outcome;
}

function holderName(host: string | null, pid: number | null): string {
  return host === null ? 'nobody knows whom' : `${host}, process ${pid}`;
}

async function attempt(work: StepWork): Promise<StepOutcome> {
  const { database, key, onLease } = work;
  let token: number | undefined;
  const held = (mine: Lease) => {
    token = mine.token;
    onLease?.(token);
  };
  try {
    const outcome = await inTransaction(database, (client) => claimAndWork(client, work, held));
    // Where that fails, whoever claims the step next replaces it; that of a failure goes when it is written down.
    if (outcome.kind === 'waiting' && token !== undefined)
      await dropLease(database.sql, key, token).catch(() => undefined);
    return outcome;
  } catch (error) {
    if (error instanceof TakenOver) return { kind: 'taken over' };
    throw error;
  }
}

async function claimAndWork(
  client: pg.ClientBase,
  { database, stage, key, log, signal, worker }: StepWork,
  held: (lease: Lease) => void,
): Promise<StepOutcome> {
  const claimed = await claim(client, key);
  if (claimed === undefined) return unclaimed(await isPlanned(database, key));
  if (claimed.state === 'done') return { kind: 'already done' };
  if (claimed.state === 'failed') return { kind: 'refused', why: 'it failed too often' };
  await keepUp(database);
  const wave = await readWave(database.sql, key.waveId);
  if (wave.state === 'void') return { kind: 'refused', why: 'its wave is void' };
  const { pid, transaction, lower, upper } = claimed;
  const lease = await writeLease(database.sql, key, { worker, backendPid: pid, transaction });
  held(lease);
  const part = { part: key.part, lower, upper };
  const work = () => stage.work({ client, database, wave, part, log, signal, lease });
  const result = await cancelledBy(signal, database, { pid, grace: STOP_GRACE }, work);
  if (!isResult(result)) {
    if (result !== 'waiting') await writeRest(client, key, result);
    return { kind: 'waiting' };
  }
  await endLease(client, key, lease);
  await writeDone(client, key, result);
  return { kind: 'done', result };
}

async function claim(client: pg.ClientBase, key: StepKey): Promise<StepRow | undefined> {
  const { rows } = await client.query<StepRow>(
    `select lower, upper, state, pg_backend_pid() as pid, pg_current_xact_id()::xid::text as transaction from step
    where wave_id = $1 and stage = $2 and part = $3 for update skip locked`,
    [key.waveId, key.stage, key.part],
  );
  return rows[0];
}

async function writeDone(client: pg.ClientBase, key: StepKey, { counts, digest }: StepResult): Promise<void> {
  await client.query(
    `update step set state = 'done', counts = $4, digest = $5, attempts = attempts + 1, error = null, next = null,
      started_at = now(), finished_at = clock_timestamp()
    where wave_id = $1 and stage = $2 and part = $3`,
    [key.waveId, key.stage, key.part, JSON.stringify(counts), digest],
  );
  await client.query('select pg_notify($1, $2)', [LEDGER_CHANNEL, String(key.waveId)]);
}

/** The counts so far are shown, and nothing is decided by them. */
async function writeRest(client: pg.ClientBase, key: StepKey, { until, counts }: Resting): Promise<void> {
  await client.query(
    `update step set retry_at = $4, counts = $5, started_at = coalesce(started_at, now())
    where wave_id = $1 and stage = $2 and part = $3`,
    [key.waveId, key.stage, key.part, until.toISOString(), JSON.stringify(counts)],
  );
  await client.query('select pg_notify($1, $2)', [LEDGER_CHANNEL, String(key.waveId)]);
}

async function isPlanned(database: Database, key: StepKey): Promise<boolean> {
  const rows = await database.sql`
    select 1 from step where wave_id = ${key.waveId} and stage = ${key.stage} and part = ${key.part}`;
  return rows.length > 0;
}

function unclaimed(planned: boolean): StepOutcome {
  return planned ? { kind: 'waiting' } : { kind: 'refused', why: 'it is not planned' };
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
