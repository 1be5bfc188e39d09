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

/** Seconds that whoever tries a gateway that was not there has for it before the next one may; all others rest meanwhile. */
const PROBE = 10;

/** Milliseconds after which a pause that nobody has ended is looked at again: whoever ends it wakes the steps. */
export const PAUSE = 3_600_000;

/** Milliseconds after which a step whose turn somebody else took asks again. */
const SOON = 1_000;

export interface TurnAsked {
  readonly waveId: number;
  readonly channel: GatewayChannel;
  /** 0: whether there would be one. */
  readonly count: number;
  /** Notices a second. */
  readonly rate: number | undefined;
}

export interface Turn {
  /** Milliseconds until the first of them may go out; the others follow at the rate. */
  readonly wait: number;
  /** Nobody was there the last time: one notice finds out whether that is still so, for all workers. */
  readonly isProbe: boolean;
}

/** None is to be handed over before this, in milliseconds since 1970. */
export interface NoTurn {
  readonly until: number;
}

interface Answer {
  readonly isStopped: boolean;
  readonly rest: number;
  readonly failures: number;
  /** Null where it took none. */
  readonly wait: number | null;
}

/** By the server's clock; the moments that are given are of this process's own. */
export async function takeTurn(sql: Queryable, asked: TurnAsked): Promise<Turn | NoTurn> {
  const { count, rate = 0 } = asked;
  const { isStopped, rest, failures, wait } = await ask(sql, asked);
  if (isStopped) return { until: Date.now() + PAUSE };
  if (rest > 0) return { until: Date.now() + rest };
  if (count === 0 || (rate === 0 && failures === 0)) return { wait: 0, isProbe: failures > 0 };
  if (wait === null) return { until: Date.now() + (failures > 0 ? PROBE * 1000 : SOON) };
  return { wait: rate === 0 ? 0 : Math.max(0, wait - (count * 1000) / rate), isProbe: failures > 0 };
}

/** Takes the next moments, and the one attempt at a gateway that was not there: who comes second finds both gone. */
function ask(sql: Queryable, { waveId, channel, count, rate }: TurnAsked): Promise<Answer> {
  return one(
    sql<Answer[]>`
      with state as materialized (
        select paused_at is not null or wave.state = 'void' as stopped, failures,
          coalesce(greatest(extract(epoch from rests_until - clock_timestamp()) * 1000, 0), 0)::float8 as rest
        from sending join gateway using (channel) join wave on wave.id = sending.wave_id
        where wave_id = ${waveId} and channel = ${channel}
      ), taken as (
        update gateway set
          next_at = greatest(next_at, clock_timestamp()) + ${rate === undefined ? 0 : count / rate} * interval '1 second',
          rests_until = case when failures > 0 then clock_timestamp() + ${PROBE} * interval '1 second' end
        where channel = ${channel} and ${count > 0} and (${rate !== undefined} or failures > 0)
          and coalesce(rests_until <= clock_timestamp(), true)
          and exists (select from state where not stopped and state.failures = gateway.failures)
        returning next_at
      )
      select stopped as "isStopped", rest, failures,
        (select extract(epoch from next_at - clock_timestamp()) * 1000 from taken)::float8 as wait from state`,
    'the gateway',
  );
}

export interface NobodyThere {
  readonly why: string;
  /** Seconds that the gateway wants to be let alone, where it says so. */
  readonly after: number | undefined;
  /** Found out by whoever had the one attempt. */
  readonly isProbe: boolean;
}

/**
 * Nobody is there: nothing is handed over for a while.
 * @returns Seconds; undefined where somebody else has found it out.
 */
export async function restGateway(
  sql: Queryable,
  channel: GatewayChannel,
  { why, after, isProbe }: NobodyThere,
): Promise<number | undefined> {
  const [rests] = await sql<{ seconds: number }[]>`
    update gateway set failures = failures + 1, rests_for = ${why}, rests_until = clock_timestamp()
      + least(${MOST_REST}, coalesce(${after ?? null}::float8, ${LEAST_REST} * power(2, least(failures, 6)))) * interval '1 second'
    where channel = ${channel} and (${isProbe} or coalesce(rests_until <= clock_timestamp(), true))
    returning extract(epoch from rests_until - clock_timestamp())::float8 as seconds`;
  return rests?.seconds;
}

/** Somebody was there. @returns Whether nobody was, the last time. */
export async function wakeGateway(sql: Queryable, channel: GatewayChannel): Promise<boolean> {
  const { count } = await sql`
    update gateway set failures = 0, rests_until = null, rests_for = null where channel = ${channel} and failures > 0`;
  return count > 0;
}
