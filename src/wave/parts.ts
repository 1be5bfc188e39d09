/** How a wave is cut: its people into parts by bucket of the NIK, its applications into ranges by registration number. */
import type pg from 'pg';
import { deal } from '../columns/deal.ts';
import { BUCKETS, bucketOf } from '../columns/identity.ts';
import { type Columns, concatColumns, numbersOf, pickRows, type Words } from '../columns/layout.ts';
import { orderBy, wordKeys } from '../columns/order.ts';
import { compareWords, textOfWords } from '../columns/words.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { keysOf, type Queryable, type Transaction } from '../db/database.ts';
import { one } from '../db/rows.ts';
import {
  type BlockPlace,
  blockIn,
  countApplications,
  openApplications,
  PLACE_COLUMNS,
  SEALED_NUMBERS,
} from './application-blocks.ts';
import { APPLICATION, type Applications, type Entries, NUMBERED } from './people.ts';
import type { Part, PartBounds } from './stage.ts';
import { askingBy } from './tally.ts';

/** Applications in a part: few enough for the memory of a worker, many enough that a step's own cost does not count. */
const PART_SIZE = 64_000;
/** A wave that is smaller is cut all the same while a part has this many, so that there is work for several at once. */
const LEAST_SIZE = 12_500;
const PARTS_OF_SMALL = 4;

/** A sample gives ranges of nearly the same size with this many registration numbers for each. */
const SAMPLED_A_RANGE = 64;

/** Into how many parts a wave of so many applications is cut. */
export function partsFor(applications: number): number {
  const few = Math.min(PARTS_OF_SMALL, Math.ceil(applications / LEAST_SIZE));
  return Math.min(BUCKETS, Math.max(1, few, Math.ceil(applications / PART_SIZE)));
}

/** Parts of a wave that is being closed: its people's and its households' by bucket, and the ranges at the most. */
export async function countParts(sql: Queryable, waveId: number): Promise<number> {
  const { parts } = await one(
    sql<{ parts: number }[]>`select parts from run where wave_id = ${waveId}`,
    `the run of wave ${waveId}`,
  );
  return parts;
}

/** Parts by bucket: the bounds are bucket numbers. */
export async function partsByBucket(sql: Transaction, waveId: number): Promise<readonly PartBounds[]> {
  return cutBuckets(await countParts(sql, waveId));
}

/** All buckets, cut into so many parts of nearly the same size. */
export function cutBuckets(parts: number): readonly Part[] {
  return Array.from({ length: parts }, (_, part) => ({
    part,
    lower: String(Math.ceil((part * BUCKETS) / parts)),
    upper: String(Math.ceil(((part + 1) * BUCKETS) / parts)),
  }));
}

/** The buckets of a part: from the first on, below the second. */
export function bucketsOf({ lower, upper }: PartBounds): [from: number, to: number] {
  return [Number(lower ?? 0), Number(upper ?? BUCKETS)];
}

/** The bucket of each row. */
export function bucketsOfNiks({ rows, of: { nikHigh, nikLow } }: Entries): Uint32Array {
  return numbersOf('u32', rows, (row) => bucketOf(nikHigh[row] as number, nikLow[row] as number));
}

/** Rows dealt to the parts of the household stage: those of one KK go to the same. */
export function dealByHousehold(
  { kkHigh, kkLow }: { readonly kkHigh: Uint32Array; readonly kkLow: Uint32Array },
  parts: number,
): readonly Uint32Array[] {
  const partOf = (row: number) =>
    Math.floor((bucketOf(kkHigh[row] as number, kkLow[row] as number) * parts) / BUCKETS);
  return deal(kkHigh.length, parts, partOf);
}

/**
 * The applications of a part by bucket, always in the same order, and the bucket of each.
 * @throws Tampered where a block is not as it was, or missing; as `Keys.opened` does.
 */
export async function readApplications(
  client: pg.ClientBase,
  waveId: number,
  part: Part,
): Promise<{ readonly applications: Applications; readonly buckets: Uint32Array }> {
  const [from, to] = bucketsOf(part);
  await countApplications(askingBy(client), waveId, [from, to]);
  const blocks: Applications[] = [];
  const bucketOfBlock: number[] = [];
  const query = `select ${PLACE_COLUMNS}, numbers, columns from application_block
    where wave_id = ${waveId} and bucket >= ${from} and bucket < ${to} order by bucket, import_id, position`;
  for await (const row of binaryRows(client, query)) {
    const [at, numbers, columns] = blockIn(waveId, row);
    blocks.push(await openApplications(keysOf(client), at, { numbers, columns }));
    bucketOfBlock.push(at.bucket);
  }
  const applications = concatColumns(APPLICATION, blocks);
  const buckets = new Uint32Array(applications.rows);
  let row = 0;
  blocks.forEach((block, at) => {
    buckets.fill(bucketOfBlock[at] as number, row, row + block.rows);
    row += block.rows;
  });
  return { applications, buckets };
}

/**
 * Where ranges of registration numbers begin, but the first: such that each has about as many applications. Taken from
 * a sample, since the applications of a bucket are spread over the registration numbers as those of the wave are; the
 * same whenever it is asked for, since nothing comes into a wave that is being closed.
 */
export async function rangeStarts(sql: Queryable, waveId: number): Promise<Words> {
  const ranges = await countParts(sql, waveId);
  // Of a single range nobody asks where it begins.
  const sample = await sampleOf(sql, waveId, ranges === 1 ? 0 : ranges * SAMPLED_A_RANGE);
  const { rows } = sample;
  const order = orderBy(rows, wordKeys(sample.of.registrationNo, rows));
  const starts = new Set<number>();
  for (let range = 1; range < ranges && rows > 0; range++) {
    starts.add(order[Math.floor((range * rows) / ranges)] as number);
  }
  return pickRows(NUMBERED, sample, Uint32Array.from(starts)).of.registrationNo;
}

/** The numbers of the first buckets that together have so many applications, or of all. */
async function sampleOf(sql: Queryable, waveId: number, enough: number): Promise<Columns<typeof NUMBERED>> {
  const found = await sql<(BlockPlace & { readonly numbers: Buffer })[]>`
    with counted as (
      select bucket, sum(sum(rows)) over (order by bucket) - sum(rows) as before
      from application_block where wave_id = ${waveId} group by bucket)
    select wave_id as "waveId", bucket, import_id as "importId", position, rows, numbers from application_block
    where wave_id = ${waveId} and bucket in (select bucket from counted where before < ${enough})
    order by bucket, import_id, position`;
  const blocks: Columns<typeof NUMBERED>[] = [];
  for (const { numbers, ...at } of found) blocks.push(await SEALED_NUMBERS.open(sql.keys, at, numbers));
  return concatColumns(NUMBERED, blocks);
}

/** The range that a registration number falls into. */
export function rangeOf(starts: Words, numbers: Words, row: number): number {
  let low = 0;
  let high = starts.data.length / starts.width;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareWords(starts, middle, numbers, row) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The ranges as parts: the bounds are registration numbers. */
export function boundsOfRanges(starts: Words): readonly PartBounds[] {
  const count = starts.data.length / starts.width;
  const texts = Array.from({ length: count }, (_, row) => textOfWords(starts, row));
  return [null, ...texts].map((lower, range) => ({ lower, upper: texts[range] ?? null }));
}
