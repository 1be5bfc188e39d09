/**
 * Whose turn it is to hand notices over: the rate of all workers together, and whether a gateway is to be let alone. The ledger
 * says so, not the queue: a job is a batch, and the queue may be emptied.
 */
import type { Queryable } from '../db/database.ts';
import { one } from '../db/rows.ts';
import type { GatewayChannel } from '../wave/channels.ts';

/** Seconds that a gateway rests where nobody was there; twice as long each time, up to the most. */
const LEAST_REST = 15;
const MOST_REST = 600;

/** Milliseconds after which a pause that nobody has ended is looked at again: whoever ends it wakes the steps. */
const PAUSE = 3_600_000;

export interface TurnAsked {
  readonly waveId: number;
  readonly channel: GatewayChannel;
  readonly count: number;
  /** Notices a second. */
  readonly rate: number | undefined;
}

export interface Turn {
  /** Milliseconds until the first of them may go out; the others follow at the rate. */
  readonly wait: number;
  /** Nobody was there the last time: one notice finds out whether that is still so. */
  readonly isProbe: boolean;
}

/** None is to be handed over before this, in milliseconds since 1970. */
export interface NoTurn {
  readonly until: number;
}

/** By the server's clock; the moments that are given are of this process's own. */
export async function takeTurn(
  sql: Queryable,
  { waveId, channel, count, rate }: TurnAsked,
): Promise<Turn | NoTurn> {
  const { isPaused, rest, failures, wait } = await one(
    sql<{ isPaused: boolean; rest: number; failures: number; wait: number | null }[]>`
      with state as materialized (
        select paused_at is not null as paused, failures,
          greatest(extract(epoch from rests_until - clock_timestamp()) * 1000, 0)::float8 as rest
        from sending join gateway using (channel) where wave_id = ${waveId} and channel = ${channel}
      ), taken as (
        update gateway set next_at = greatest(next_at, clock_timestamp()) + ${count / (rate ?? 1)} * interval '1 second'
        where channel = ${channel} and ${rate !== undefined}
          and exists (select from state where not paused and coalesce(rest, 0) = 0)
        returning next_at
      )
      select paused as "isPaused", coalesce(rest, 0)::float8 as rest, failures,
        (select extract(epoch from next_at - clock_timestamp()) * 1000 from taken)::float8 as wait from state`,
    'the gateway',
  );
  if (isPaused) return { until: Date.now() + PAUSE };
  if (rest > 0) return { until: Date.now() + rest };
  return {
    wait: wait === null ? 0 : Math.max(0, wait - (count * 1000) / (rate ?? 1)),
    isProbe: failures > 0,
  };
}

/**
 * Nobody is there: nothing is handed over for a while.
 * @param after Seconds that the gateway wants to be let alone, where it says so.
 * @returns Seconds; undefined where somebody else has found it out.
 */
export async function restGateway(
  sql: Queryable,
  channel: GatewayChannel,
  why: string,
  after: number | undefined,
): Promise<number | undefined> {
  const [rests] = await sql<{ seconds: number }[]>`
    update gateway set failures = failures + 1, rests_for = ${why}, rests_until = clock_timestamp()
      + least(${MOST_REST}, coalesce(${after ?? null}::float8, ${LEAST_REST} * power(2, least(failures, 6)))) * interval '1 second'
    where channel = ${channel} and coalesce(rests_until <= clock_timestamp(), true)
    returning extract(epoch from rests_until - clock_timestamp())::float8 as seconds`;
  return rests?.seconds;
}

/** Somebody was there. @returns Whether nobody was, the last time. */
export async function wakeGateway(sql: Queryable, channel: GatewayChannel): Promise<boolean> {
  const { count } = await sql`
    update gateway set failures = 0, rests_until = null, rests_for = null where channel = ${channel} and failures > 0`;
  return count > 0;
}
