/** How far the notices of a wave are: what was made of them at publication, and what has become of them since. */
import type { Queryable } from '../db/database.ts';
import { one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { redact } from '../redact.ts';
import { type Channel, FILE, readChannels } from './channels.ts';
import type { Wave } from './record.ts';

/** Created are all; the others sum up to them. */
export interface NoticeCounts {
  readonly created: number;
  /** Kept back until they are released. */
  readonly held: number;
  /** Those that are just being handed over too. */
  readonly waiting: number;
  /** Not known to have arrived. */
  readonly sent: number;
  readonly delivered: number;
  readonly failed: number;
  readonly unknown: number;
}

/** Of one channel. Times are ISO 8601. */
export interface ChannelStatus extends NoticeCounts {
  readonly channel: Channel;
  readonly readers: 'accepted' | 'all';
  /** An operator has stopped it, or `gelombang` itself. */
  readonly paused: { readonly at: string; readonly by: string; readonly reason: string | null } | null;
  /** Nobody takes notices there, until that moment. */
  readonly gateway_rests: { readonly until: string; readonly why: string } | null;
  /** When the first of those that wait can go on; null where one can now, or none waits. */
  readonly goes_on_at: string | null;
}

/** In the order of the channels' names. */
export async function channelsOfWave(sql: Queryable, wave: Wave): Promise<readonly ChannelStatus[]> {
  const made = await madeOf(sql, wave);
  const channels = await readChannels(sql, wave.id);
  return Promise.all(
    channels.map(async ({ channel, readers }) => {
      const said = channel === FILE ? await byLedger(sql, wave.id) : await byState(sql, wave.id, channel);
      const created = readers === 'all' ? made.all : made.accepted;
      const left = created - said.sent - said.delivered - said.failed - said.unknown;
      const [held, waiting] = wave.noticesHeld ? [left, 0] : [0, left];
      const stops = await stopsOf(sql, wave.id, channel);
      return { channel, readers, created, held, waiting, ...said, ...stops };
    }),
  );
}

/** Of all channels together. */
export function sumOf(channels: readonly NoticeCounts[]): NoticeCounts {
  const sum = (name: keyof NoticeCounts) => channels.reduce((all, one) => all + one[name], 0);
  return {
    created: sum('created'),
    held: sum('held'),
    waiting: sum('waiting'),
    sent: sum('sent'),
    delivered: sum('delivered'),
    failed: sum('failed'),
    unknown: sum('unknown'),
  };
}

type Said = Pick<NoticeCounts, 'sent' | 'delivered' | 'failed' | 'unknown'>;

async function madeOf(sql: Queryable, { id, funnel }: Wave): Promise<{ all: number; accepted: number }> {
  const { all } = await one(
    sql<{ all: number }[]>`
      select coalesce(sum((counts->>'notices')::int), 0)::int as all from step where wave_id = ${id} and stage = 'publish'`,
    'the notices of the ledger',
  );
  return { all, accepted: all === 0 ? 0 : (new Map(funnel ?? []).get('ACCEPTED') ?? 0) };
}

/** Of batches that are sent in whole. */
async function byLedger(sql: Queryable, waveId: number): Promise<Said> {
  const said = await one(
    sql<Omit<Said, 'delivered'>[]>`
      select coalesce(sum((counts->>'sent')::int), 0)::int as sent,
        coalesce(sum((counts->>'failed')::int), 0)::int as failed,
        coalesce(sum((counts->>'unknown')::int), 0)::int as unknown
      from step where wave_id = ${waveId} and stage = 'notify' and lower like 'file:%'`,
    'the notices of the ledger',
  );
  return { ...said, delivered: 0 };
}

async function byState(sql: Queryable, waveId: number, channel: Channel): Promise<Said> {
  return one(
    sql<Said[]>`
      select count(*) filter (where state = 'sent')::int as sent, count(*) filter (where state = 'delivered')::int as delivered,
        count(*) filter (where state = 'failed')::int as failed, count(*) filter (where state = 'unknown')::int as unknown
      from notice where wave_id = ${waveId} and channel = ${channel}`,
    'the notices',
  );
}

interface Stops {
  readonly paused_at: string | null;
  readonly paused_by: string | null;
  readonly pause_reason: string | null;
  readonly rests_until: string | null;
  readonly rests_for: string | null;
  readonly goes_on_at: string | null;
}

async function stopsOf(
  sql: Queryable,
  waveId: number,
  channel: Channel,
): Promise<Pick<ChannelStatus, 'paused' | 'gateway_rests' | 'goes_on_at'>> {
  const { paused_at, paused_by, pause_reason, ...rest } = await one(
    sql<Stops[]>`
      select paused_at, paused_by, pause_reason,
        case when rests_until > now() then rests_until end as rests_until,
        case when rests_until > now() then rests_for end as rests_for,
        (select case when bool_and(retry_at > now()) then min(retry_at) end from step
          where step.wave_id = ${waveId} and stage = 'notify' and state <> 'done' and lower like ${`${channel}:%`}) as goes_on_at
      from sending left join gateway using (channel) where wave_id = ${waveId} and channel = ${channel}`,
    'the channel',
  );
  const { rests_until, rests_for, goes_on_at } = rest;
  return {
    paused:
      paused_at === null
        ? null
        : { at: isoTime(paused_at), by: paused_by ?? '', reason: pause_reason && redact(pause_reason) },
    gateway_rests: rests_until === null ? null : { until: isoTime(rests_until), why: rests_for ?? '' },
    goes_on_at: isoTime(goes_on_at),
  };
}

/** Notices of one channel that ended alike, or wait for the same reason. */
export interface ReasonCount {
  readonly channel: Channel;
  readonly state: string;
  /** The code that the other side gave; the words of it where it gave none. */
  readonly reason: string;
  readonly count: number;
}

/** Reasons that are shown. */
const MOST_REASONS = 100;

/** The most frequent first. */
export function countReasons(sql: Queryable, waveId: number): Promise<readonly ReasonCount[]> {
  return sql<ReasonCount[]>`
    select channel, state, coalesce(substring(reason from '^[0-9]{3}(?: [0-9]\\.[0-9]{1,3}\\.[0-9]{1,3})?'), left(reason, 60)) as reason,
      count(*)::int as count
    from notice where wave_id = ${waveId} and reason is not null
    group by 1, 2, 3 order by count desc, 1, 2, 3 limit ${MOST_REASONS}`;
}
