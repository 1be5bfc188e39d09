/** The workers that are about, as they say of themselves every few seconds, by the server's clock. */
import { hostname } from 'node:os';
import type { Queryable } from '../db/database.ts';
import { one } from '../db/rows.ts';
import { isLongAgo, isoTime } from '../db/time.ts';
import { isAlive, thisMachine } from '../machine.ts';
import { IS_HELD, JOIN_HOLDERS } from './holders.ts';
import { LEASE_LIMIT } from './lease.ts';

/** Seconds for which a worker may take nothing from the queue while steps wait. */
export const IDLE_LIMIT = 120;

/** Seconds for which there is still talk of one that is gone: whoever looks every five minutes learns of it. */
const FORGOTTEN_AFTER = 600;

const IS_FORGOTTEN = isLongAgo('seen_at', FORGOTTEN_AFTER);

/**
 * `idle`: it lives, and takes nothing although steps wait. `gone`: dead, cut off or frozen, since it was not heard of for as long
 * as a lease lasts (the same beat renews both); or its process, which was on this machine, is no more.
 */
export type WorkerHealth = 'healthy' | 'idle' | 'gone';

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

/** Those that are about, or were until a while ago, the first that came first. */
export async function readWorkers(sql: Queryable): Promise<WorkerStatus[]> {
  const rows = await sql<(WorkerStatus & { machine: string | null })[]>`
    select id, host, pid, machine, slots, started_at, seen_at, last_step_at, idle_since,
      case when ${sql.unsafe(isLongAgo('seen_at', LEASE_LIMIT))} then 'gone'
        when ${sql.unsafe(isLongAgo('idle_since', IDLE_LIMIT))} then 'idle' else 'healthy' end as health
    from worker where not ${sql.unsafe(IS_FORGOTTEN)} order by started_at, id`;
  const here = await thisMachine();
  return rows.map(({ machine, ...row }) => ({
    ...row,
    started_at: isoTime(row.started_at),
    seen_at: isoTime(row.seen_at),
    last_step_at: isoTime(row.last_step_at),
    idle_since: isoTime(row.idle_since),
    health: machine !== null && machine === here && !isAlive(row.pid) ? 'gone' : row.health,
  }));
}

export async function countHealthyWorkers(sql: Queryable): Promise<number> {
  return (await readWorkers(sql)).filter(({ health }) => health === 'healthy').length;
}

/** Healthy ones of other processes: whoever is about when this one ends. */
export async function countOtherWorkers(sql: Queryable): Promise<number> {
  return othersAmong(await readWorkers(sql)).length;
}

/** The same, of those that were read. */
export function othersAmong(workers: readonly WorkerStatus[]): readonly WorkerStatus[] {
  const own = ({ host, pid }: WorkerStatus) => host === hostname() && pid === process.pid;
  return workers.filter((worker) => worker.health === 'healthy' && !own(worker));
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
 * That the worker is about; those who have been gone for long are forgotten. Gives the seconds for which it has taken
 * nothing although steps wait, by the server's clock; 0 where it is not so.
 */
export async function giveSignOfLife(
  sql: Queryable,
  { id, slots, took, isIdle }: SignOfLife,
): Promise<number> {
  const { idle } = await one(
    sql<{ idle: number }[]>`
    insert into worker (id, host, pid, machine, slots)
    values (${id}, ${hostname()}, ${process.pid}, ${await thisMachine()}, ${slots})
    on conflict (id) do update set seen_at = clock_timestamp(),
      last_step_at = case when ${took} then clock_timestamp() else worker.last_step_at end,
      idle_since = case when ${isIdle} then coalesce(worker.idle_since, clock_timestamp()) end
    returning coalesce(extract(epoch from clock_timestamp() - idle_since), 0)::float8 as idle`,
    'the worker',
  );
  await sql`delete from worker where ${sql.unsafe(IS_FORGOTTEN)}`;
  return idle;
}

/** It stops in order. */
export async function signOff(sql: Queryable, id: string): Promise<void> {
  await sql`delete from worker where id = ${id}`;
}

/** Steps of runs under way that nobody is at, and that could go on. */
export async function countWaitingSteps(sql: Queryable): Promise<number> {
  const { waiting } = await one(
    sql<{ waiting: number }[]>`
      select count(*)::int as waiting
      from step ${sql.unsafe(JOIN_HOLDERS)} join run on run.wave_id = step.wave_id and run.finished_at is null
      where step.state = 'planned' and not ${sql.unsafe(IS_HELD)} and not coalesce(step.retry_at > now(), false)`,
    'the steps that wait',
  );
  return waiting;
}
