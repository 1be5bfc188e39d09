/** How the notices of a wave are cut into batches: stretches of its people over one channel, those of the accepted first. */
import type { Transaction } from '../db/database.ts';
import { countApplications } from '../wave/application-blocks.ts';
import type { Channel } from '../wave/channels.ts';
import { readChannels } from '../wave/channels.ts';
import type { Wave } from '../wave/record.ts';
import type { PartBounds } from '../wave/stage.ts';
import { askingOf } from '../wave/tally.ts';

/** Who is told: the accepted before all others. */
export const READERS = ['accepted', 'others'] as const;
export type Readers = (typeof READERS)[number];

/** A place among the people of a wave: those of a bucket in the order in which `readApplications` gives them. */
export interface Place {
  readonly bucket: number;
  readonly place: number;
}

/** From the first place on, below the second. */
export interface Stretch {
  readonly channel: Channel;
  readonly readers: Readers;
  readonly from: Place;
  readonly to: Place;
}

/** People of a stretch at the most, however few of them are to be told: what is read of them is held in memory. */
const MOST_PEOPLE = 80_000;

/** Notices in a batch. Of a gateway it is so few that a step is through in seconds, at what servers usually take. */
const SIZES: Readonly<Record<Channel, number>> = { file: 4_000, email: 1_000, sms: 1_000 };

/**
 * As many people as hold about so many of the readers. The bounds are `channel:readers:bucket:place`. Channels take turns: one
 * that rests does not stand before the others.
 */
export async function batchBounds(sql: Transaction, wave: Wave): Promise<readonly PartBounds[]> {
  const counted = await countApplications(askingOf(sql), wave.id);
  const buckets = Array.from(counted, ([bucket, people]) => ({ bucket, people }));
  const funnel = new Map(wave.funnel ?? []);
  const all = funnel.get('applications') ?? 0;
  const accepted = funnel.get('ACCEPTED') ?? 0;
  const counts = { accepted, others: all - accepted };
  const channels = await readChannels(sql, wave.id);
  return READERS.flatMap((readers) => {
    const told = channels.filter((one) => readers === 'accepted' || one.readers === 'all');
    return inTurn(told.map(({ channel }) => stretches(buckets, { channel, readers }, all, counts[readers])));
  });
}

function stretches(
  buckets: readonly BucketSize[],
  { channel, readers }: Pick<Stretch, 'channel' | 'readers'>,
  all: number,
  count: number,
): PartBounds[] {
  if (count === 0) return [];
  const every = Math.min(MOST_PEOPLE, Math.ceil((SIZES[channel] * all) / count));
  const bounds = [...cutsOf(buckets, every)].map(
    ({ bucket, place }) => `${channel}:${readers}:${bucket}:${place}`,
  );
  return bounds.slice(1).map((upper, at) => ({ lower: bounds[at] ?? null, upper }));
}

/** The first of each, the second of each, and so on. */
function inTurn<T>(rows: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...rows.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => rows.flatMap((row) => row.slice(at, at + 1))).flat();
}

interface BucketSize {
  readonly bucket: number;
  readonly people: number;
}

/** The beginning, a place after every so many people, and the end. */
function* cutsOf(buckets: readonly BucketSize[], every: number): Generator<Place> {
  let left = 0;
  for (const { bucket, people } of buckets) {
    for (; left < people; left += every) yield { bucket, place: left };
    left -= people;
  }
  const last = buckets.at(-1);
  if (last !== undefined) yield { bucket: last.bucket, place: last.people };
}

export function stretchOf({ lower, upper }: PartBounds): Stretch {
  const [channel, readers, ...from] = (lower ?? '').split(':');
  const [, , ...to] = (upper ?? '').split(':');
  return { channel: channel as Channel, readers: readers as Readers, from: placeOf(from), to: placeOf(to) };
}

function placeOf([bucket, place]: readonly string[]): Place {
  return { bucket: Number(bucket), place: Number(place) };
}
