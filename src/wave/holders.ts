/** Who holds a step, and since when nothing was heard of them: what is put in again, and what is taken over. */
import type { Database, Queryable } from '../db/database.ts';
import { SESSION_LOCKS } from '../db/locks.ts';
import { maybeOne } from '../db/rows.ts';
import { endSession, holdersOf } from '../db/session.ts';
import { isoTime } from '../db/time.ts';
import type { StepKey } from '../pipeline.ts';
import { type Claimant, HAS_LAPSED, type LeaseKey } from './lease.ts';

/**
 * Steps with their leases and whoever holds their rows, as the server knows it: the transaction that has locked the row last, if it
 * still runs.
 */
export const JOIN_HOLDERS = `
  left join lease on lease.wave_id = step.wave_id and lease.stage = step.stage and lease.part = step.part
  left join (
    select transactionid, pid from pg_locks where locktype = 'transactionid' and mode = 'ExclusiveLock' and granted
  ) as holder on holder.transactionid = step.xmax`;

/** Whether somebody is at the step who has been heard of lately. */
export const IS_HELD = `
  coalesce(holder.pid = lease.backend_pid and not ${HAS_LAPSED}, false)`;

/** What takes a step over from a holder that is silent. */
export interface TakenFrom {
  readonly host: string | null;
  readonly pid: number | null;
  /** Seconds for which the lease was not renewed. */
  readonly silent: number;
}

/**
 * Ends the session of whoever holds the step where the lease is past its limit. A holder without a lease gets one in its place
 * first, so that there is a time to go by. Undefined where the step is to be let alone for now.
 */
export async function takeFromSilent(database: Database, key: StepKey): Promise<TakenFrom | undefined> {
  const { sql } = database;
  const held = await maybeOne(
    sql<(TakenFrom & { holder: number | null; token: number; known: boolean; isHeld: boolean })[]>`
      select holder.pid as holder, lease.token, lease.host, lease.pid, coalesce(lease.backend_pid = holder.pid, false) as known,
        extract(epoch from clock_timestamp() - lease.renewed_at)::int as silent, ${sql.unsafe(IS_HELD)} as "isHeld"
      from step ${sql.unsafe(JOIN_HOLDERS)}
      where step.wave_id = ${key.waveId} and step.stage = ${key.stage} and step.part = ${key.part}`,
    'the step',
  );
  if (held === undefined || held.holder === null || held.isHeld) return undefined;
  if (!held.known) {
    await watch(sql, key, held.holder);
    return undefined;
  }
  await endHolder(database, key, held.token);
  return held;
}

/** Ends what was begun under the lease, wherever that is still so: the session that has the row, and those beside it. */
export async function endHolder(database: Database, key: LeaseKey, token: number): Promise<void> {
  const { sql } = database;
  const held = await maybeOne(
    sql<{ pid: number }[]>`
      select holder.pid from step ${sql.unsafe(JOIN_HOLDERS)}
      where step.wave_id = ${key.waveId} and step.stage = ${key.stage} and step.part = ${key.part}
        and lease.token = ${token} and holder.pid = lease.backend_pid`,
    'the step',
  );
  if (held !== undefined) await endSession(database, held.pid);
  for (const pid of await holdersOf(sql, SESSION_LOCKS.leased, token)) await endSession(database, pid);
}

/** From now on: a holder that is killed or frozen before it could write a lease is found by this one. */
export async function watch(sql: Queryable, key: LeaseKey, backendPid: number): Promise<void> {
  await sql`
    insert into lease (wave_id, stage, part, backend_pid) values (${key.waveId}, ${key.stage}, ${key.part}, ${backendPid})
    on conflict (wave_id, stage, part) do update set token = default, worker = null, host = null, pid = null,
      backend_pid = excluded.backend_pid, claimed_at = clock_timestamp(), renewed_at = clock_timestamp()
    where lease.backend_pid is distinct from excluded.backend_pid`;
}

/** Whether the lease is past its limit, or one's own of before; undefined where the session has none. */
export async function isSilent(
  sql: Queryable,
  { waveId, stage, part }: LeaseKey,
  { backendPid, worker }: Claimant,
): Promise<boolean | undefined> {
  const held = await maybeOne(
    sql<{ isSilent: boolean }[]>`
      select worker is not distinct from ${worker}::uuid
        or ${sql.unsafe(HAS_LAPSED)} as "isSilent" from lease
      where wave_id = ${waveId} and stage = ${stage} and part = ${part} and backend_pid = ${backendPid}`,
    'the lease',
  );
  return held?.isSilent;
}

/** A step that has to be put in again: who holds it is gone. Another token, unless somebody was sooner. */
export async function renounce(sql: Queryable, key: StepKey, token: number): Promise<void> {
  await sql`
    insert into lease (wave_id, stage, part) values (${key.waveId}, ${key.stage}, ${key.part})
    on conflict (wave_id, stage, part) do update set token = default, worker = null, host = null, pid = null, backend_pid = null
    where lease.token = ${token}`;
}

/** Whether somebody is at a step, it is over, or it waits, with the token under which it waits. */
export async function isWaiting(
  sql: Queryable,
  key: StepKey,
): Promise<'held' | 'over' | { readonly token: number }> {
  const step = await maybeOne(
    sql<{ token: number; isHeld: boolean }[]>`
      select coalesce(lease.token, 0) as token, ${sql.unsafe(IS_HELD)} as "isHeld"
      from step ${sql.unsafe(JOIN_HOLDERS)}
      where step.wave_id = ${key.waveId} and step.stage = ${key.stage} and step.part = ${key.part}
        and step.state = 'planned'`,
    'the step',
  );
  if (step === undefined) return 'over';
  return step.isHeld ? 'held' : { token: step.token };
}

/** Of the run of a wave. */
export interface Leader {
  readonly host: string | null;
  readonly pid: number | null;
  readonly since: string;
  readonly renewed_at: string;
}

/** Whoever has the lead of the wave's run; null where nobody has, or who has it can be put out. */
export async function readLeader(sql: Queryable, waveId: number): Promise<Leader | null> {
  const [holder] = await holdersOf(sql, SESSION_LOCKS.lead, waveId);
  if (holder === undefined) return null;
  const led = await maybeOne(
    sql<Leader[]>`
      select host, pid, claimed_at as since, renewed_at from lease
      where wave_id = ${waveId} and stage = 'lead' and part = 0 and backend_pid = ${holder} and not ${sql.unsafe(HAS_LAPSED)}`,
    'the lead',
  );
  if (led === undefined) return null;
  return { ...led, since: isoTime(led.since), renewed_at: isoTime(led.renewed_at) };
}

/** A step that a worker holds; nobody knows who, where it was killed or frozen before it could say so. */
export interface StepUnderWay {
  readonly stage: string;
  readonly part: number;
  readonly host: string | null;
  readonly pid: number | null;
  readonly since: string;
  readonly renewed_at: string;
  /** Not heard of for so long that it can be taken over. */
  readonly silent: boolean;
}

/** Of a wave, in order. */
export async function readUnderWay(sql: Queryable, waveId: number): Promise<StepUnderWay[]> {
  const rows = await sql<StepUnderWay[]>`
    select step.stage, step.part, lease.host, lease.pid, lease.claimed_at as since, lease.renewed_at,
      not ${sql.unsafe(IS_HELD)} as silent
    from step ${sql.unsafe(JOIN_HOLDERS)}
    where step.wave_id = ${waveId} and step.state = 'planned' and holder.pid = lease.backend_pid
    order by step.stage, step.part`;
  return rows.map((row) => ({ ...row, since: isoTime(row.since), renewed_at: isoTime(row.renewed_at) }));
}
