/**
 * Leases: what a worker is at, told to all others, and renewed while its process lives. The row's lock in the step's own
 * transaction keeps others off; the lease says when a holder is frozen or cut off, and its token keeps what such a one does
 * when it wakes from counting. Only the server's clock is looked at.
 */
import { hostname } from 'node:os';
import type pg from 'pg';
import type { Queryable } from '../db/database.ts';
import { SESSION_LOCKS } from '../db/locks.ts';
import { maybeOne } from '../db/rows.ts';
import { isLongAgo } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import type { StepKey } from '../pipeline.ts';

/** Seconds after which a lease that was not renewed can be taken over. */
export const LEASE_LIMIT = 30;

/** Of a row of `lease`: it was not renewed for so long. */
export const HAS_LAPSED = isLongAgo('lease.renewed_at', LEASE_LIMIT);

/** Milliseconds between two renewals. */
export const LEASE_RENEWAL = 5_000;

/** Seconds that a step may take from one of its statements to the next: one that takes longer hangs. */
export const HANG_LIMIT = 600;

/** What a lease is of: a step, or the lead of a run. */
export interface LeaseKey {
  readonly waveId: number;
  readonly stage: StepKey['stage'] | 'lead';
  readonly part: number;
}

/** Who claims: one id for all threads of a process. */
export interface Claimant {
  readonly worker: string;
  /** The server's session that holds what is claimed. */
  readonly backendPid: number;
  /** Its transaction, where that holds it; if not given, it is held by the session that writes the lease. */
  readonly transaction?: string;
}

export interface Lease {
  /** The fencing token. */
  readonly token: number;
  /**
   * To be asked right before an effect outside of the transaction.
   * @throws TakenOver where somebody else has taken the step since.
   */
  check(): Promise<void>;
}

/** The step is somebody else's by now: nothing of what was done for it may stay. */
export class TakenOver extends GelombangError {
  constructor({ waveId, stage, part }: LeaseKey) {
    super('UNEXPECTED', `${stage}, part ${part}, was taken over by another worker`, {
      concerns: { wave: waveId },
    });
  }
}

/**
 * Writes the lease of whoever holds it now, under a new token. In a transaction of its own, so that it is seen at once. What the
 * row had before is of somebody who does not hold it any more.
 * @throws TakenOver where the claimant does not: it was frozen after its claim, and others have ended its session.
 */
export async function writeLease(
  sql: Queryable,
  key: LeaseKey,
  { worker, backendPid, transaction }: Claimant,
): Promise<Lease> {
  const holds =
    transaction === undefined
      ? sql`pg_backend_pid() = ${backendPid}`
      : sql`exists (select from pg_locks where locktype = 'transactionid' and transactionid = ${transaction}::xid
          and pid = ${backendPid} and granted)`;
  // Looked at again once the row is had: it may have been waited for.
  const lease = await maybeOne(
    sql<{ token: number }[]>`
      insert into lease (wave_id, stage, part, worker, host, pid, backend_pid)
      select ${key.waveId}, ${key.stage}, ${key.part}, ${worker}::uuid, ${hostname()}, ${process.pid}::int, ${backendPid}::int
      where ${holds}
      on conflict (wave_id, stage, part) do update set token = default, worker = excluded.worker, host = excluded.host,
        pid = excluded.pid, backend_pid = excluded.backend_pid, claimed_at = clock_timestamp(), renewed_at = clock_timestamp()
        where ${holds}
      returning token`,
    'the lease',
  );
  if (lease === undefined) throw new TakenOver(key);
  return { token: lease.token, check: () => checkLease(sql, key, lease.token) };
}

async function checkLease(sql: Queryable, key: LeaseKey, token: number): Promise<void> {
  const mine = await sql`select from lease where token = ${token} and wave_id = ${key.waveId}`;
  if (mine.length === 0) throw new TakenOver(key);
}

/**
 * Ends the lease in the step's own transaction, so that the step is done under it or not at all.
 * @throws TakenOver
 */
export async function endLease(client: pg.ClientBase, key: LeaseKey, { token }: Lease): Promise<void> {
  const { rowCount } = await client.query(
    'delete from lease where wave_id = $1 and stage = $2 and part = $3 and token = $4',
    [key.waveId, key.stage, key.part, token],
  );
  if (rowCount !== 1) throw new TakenOver(key);
}

/** Gives it back where nothing came of it. One that is somebody else's by now is left alone: false. */
export async function dropLease(sql: Queryable, { waveId }: LeaseKey, token: number): Promise<boolean> {
  const { count } = await sql`delete from lease where wave_id = ${waveId} and token = ${token}`;
  return count > 0;
}

/** Of the steps that a process is at. One that is just being ended is passed over: its end does not wait for this, nor this for it. */
export async function renewLeases(sql: Queryable, worker: string, keys: readonly LeaseKey[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    update lease set renewed_at = clock_timestamp() from (
      select token from lease
      join ${held(sql, keys)} using (wave_id, stage, part)
      where worker = ${worker} for update of lease skip locked
    ) as mine where lease.token = mine.token`;
}

/**
 * When the sessions of each of the steps, as this process has them, were last at a statement, by the server's clock; null where a step
 * has none. Who waits for its client, or for it to take an answer, is at nothing.
 */
export async function lastStatements<Key extends LeaseKey>(
  sql: Queryable,
  worker: string,
  keys: readonly Key[],
): Promise<ReadonlyMap<Key, string | null>> {
  if (keys.length === 0) return new Map();
  const found = await sql<{ at: string | null }[]>`
    select (
      select max(case when state_change is null or state = 'active' and wait_event_type is distinct from 'Client'
        then clock_timestamp() else state_change end)::text
      from lease join pg_stat_activity as session on session.pid = lease.backend_pid or session.pid in (
        select pid from pg_locks where locktype = 'advisory' and classid = ${SESSION_LOCKS.leased} and objid = token::oid)
      where wave_id = held.wave_id and stage = held.stage and part = held.part and worker = ${worker}
    ) as at
    from ${held(sql, keys)} order by place`;
  return new Map(keys.map((key, place) => [key, found[place]?.at ?? null]));
}

/** The keys as rows of a table `held`, each with its place. */
function held(sql: Queryable, keys: readonly LeaseKey[]) {
  const [waves, stages, parts] = [
    keys.map((key) => key.waveId),
    keys.map((key) => key.stage),
    keys.map((key) => key.part),
  ];
  return sql`unnest(${waves}::int[], ${stages}::text[], ${parts}::int[])
    with ordinality as held (wave_id, stage, part, place)`;
}

/** Marks a session as one of the step with that token: it is ended with it when the step is taken over. */
export async function markSession(sql: Queryable, token: number): Promise<void> {
  await sql`select pg_advisory_lock_shared(${SESSION_LOCKS.leased}, ${token})`;
}

/** What the dead have left, of a run that is through; whoever leads it gives the lead up by themselves. */
export async function forgetLeases(sql: Queryable, waveId: number): Promise<void> {
  await sql`
    delete from lease where wave_id = ${waveId}
      and (stage <> 'lead' or ${sql.unsafe(HAS_LAPSED)})`;
}
