/** How the notices of a wave are cut into batches: stretches of its people, those of the accepted first. */
import type { Transaction } from '../db/database.ts';
import { countApplications } from '../wave/application-blocks.ts';
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
  readonly readers: Readers;
  readonly from: Place;
  readonly to: Place;
}

/** People of a stretch at the most, however few of them are to be told: what is read of them is held in memory. */
const MOST_PEOPLE = 80_000;

/** As many people as hold about so many of the readers. The bounds are `readers:bucket:place`. */
export async function batchBounds(
  sql: Transaction,
  wave: Wave,
  size: number,
): Promise<readonly PartBounds[]> {
  const counted = await countApplications(askingOf(sql), wave.id);
  const buckets = Array.from(counted, ([bucket, people]) => ({ bucket, people }));
  const funnel = new Map(wave.funnel ?? []);
  const all = funnel.get('applications') ?? 0;
  const accepted = funnel.get('ACCEPTED') ?? 0;
  const counts = { accepted, others: all - accepted };
  return READERS.filter((readers) => counts[readers] > 0).flatMap((readers) => {
    const every = Math.min(MOST_PEOPLE, Math.ceil((size * all) / counts[readers]));
    const cuts = [...cutsOf(buckets, every)];
    const bounds = cuts.map(({ bucket, place }) => `${readers}:${bucket}:${place}`);
    return bounds.slice(1).map((upper, at) => ({ lower: bounds[at] ?? null, upper }));
  });
}

/** The beginning, a place after every so many people, and the end. */
function* cutsOf(
  buckets: readonly { readonly bucket: number; readonly people: number }[],
  every: number,
): Generator<Place> {
  let left = 0;
  for (const { bucket, people } of buckets) {
    for (; left < people; left += every) yield { bucket, place: left };
    left -= people;
  }
  const last = buckets.at(-1);
  if (last !== undefined) yield { bucket: last.bucket, place: last.people };
}

export function stretchOf({ lower, upper }: PartBounds): Stretch {
  const [readers, from] = placeOf(lower ?? '');
  return { readers, from, to: placeOf(upper ?? '')[1] };
}

function placeOf(bound: string): [Readers, Place] {
  const [readers, bucket, place] = bound.split(':');
  return [readers as Readers, { bucket: Number(bucket), place: Number(place) }];
}
