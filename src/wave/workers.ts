/** The workers that are about, as they say of themselves every few seconds, by the server's clock. */
import { hostname } from 'node:os';
import type { Queryable } from '../db/database.ts';
import { one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { IS_HELD, JOIN_HOLDERS } from './holders.ts';

/** Seconds after which a worker that has not been heard of is silent: frozen, cut off, or dead. */
const SILENT_AFTER = 30;

/** Seconds for which a worker may take nothing from the queue while steps wait. */
export const IDLE_LIMIT = 120;

/** Seconds after which one that is silent is forgotten. */
const FORGOTTEN_AFTER = 600;

/** `idle`: it lives, and takes nothing although steps wait. `silent`: it was not heard of. Neither is healthy. */
export type WorkerHealth = 'healthy' | 'idle' | 'silent';

/** As a document. Times are ISO 8601. */
export interface WorkerStatus {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Steps that it does side by side. */
  readonly slots: number;
  readonly started_at: string;
  readonly seen_at: string;
  readonly last_step_at: string | null;
  /** Since when it takes nothing although steps wait. */
  readonly idle_since: string | null;
  readonly health: WorkerHealth;
}

const HEALTH = `
  case when seen_at < clock_timestamp() - interval '${SILENT_AFTER} s' then 'silent'
    when idle_since < clock_timestamp() - interval '${IDLE_LIMIT} s' then 'idle' else 'healthy' end`;

/** Those that are about, or were until a while ago, the first that came first. */
export async function readWorkers(sql: Queryable): Promise<WorkerStatus[]> {
  const rows = await sql<WorkerStatus[]>`
    select id, host, pid, slots, started_at, seen_at, last_step_at, idle_since, ${sql.unsafe(HEALTH)} as health
    from worker order by started_at, id`;
  return rows.map((row) => ({
    ...row,
    started_at: isoTime(row.started_at),
    seen_at: isoTime(row.seen_at),
    last_step_at: isoTime(row.last_step_at),
    idle_since: isoTime(row.idle_since),
  }));
}

export async function countHealthyWorkers(sql: Queryable): Promise<number> {
  const { healthy } = await one(
    sql<{ healthy: number }[]>`
      select count(*)::int as healthy from worker where ${sql.unsafe(HEALTH)} = 'healthy'`,
    'the workers',
  );
  return healthy;
}

export interface SignOfLife {
  readonly id: string;
  readonly slots: number;
  /** Whether it has taken a step since the last sign. */
  readonly took: boolean;
  /** Takes nothing, although it could and steps wait. */
  readonly isIdle: boolean;
}

/**
 * That the worker is about; those who have not been heard of for long are forgotten. Gives the seconds for which it has taken
 * nothing although steps wait, by the server's clock; 0 where it is not so.
 */
export async function giveSignOfLife(
  sql: Queryable,
  { id, slots, took, isIdle }: SignOfLife,
): Promise<number> {
  const { idle } = await one(
    sql<{ idle: number }[]>`
    insert into worker (id, host, pid, slots) values (${id}, ${hostname()}, ${process.pid}, ${slots})
    on conflict (id) do update set seen_at = clock_timestamp(),
      last_step_at = case when ${took} then clock_timestamp() else worker.last_step_at end,
      idle_since = case when ${isIdle} then coalesce(worker.idle_since, clock_timestamp()) end
    returning coalesce(extract(epoch from clock_timestamp() - idle_since), 0)::float8 as idle`,
    'the worker',
  );
  await sql`delete from worker where seen_at < clock_timestamp() - ${FORGOTTEN_AFTER} * interval '1 second'`;
  return idle;
}

/** It stops in order. */
export async function signOff(sql: Queryable, id: string): Promise<void> {
  await sql`delete from worker where id = ${id}`;
}

/** Steps of runs under way that nobody is at. */
export async function countWaitingSteps(sql: Queryable): Promise<number> {
  const { waiting } = await one(
    sql<{ waiting: number }[]>`
      select count(*)::int as waiting
      from step ${sql.unsafe(JOIN_HOLDERS)} join run on run.wave_id = step.wave_id and run.finished_at is null
      where step.state = 'planned' and not ${sql.unsafe(IS_HELD)}`,
    'the steps that wait',
  );
  return waiting;
}
