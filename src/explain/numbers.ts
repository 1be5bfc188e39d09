/** People of a snapshot, or of a file of answers, by their numbers: no others are read. */
import type pg from 'pg';
import { decodeBlock, decodeFirst, lengthOfFirst } from '../columns/block.ts';
import { bucketOf, halvesOf } from '../columns/identity.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { ENTRY, PERSON, type People } from '../wave/people.ts';

export interface SoughtNumber {
  readonly nik: string;
  readonly high: number;
  readonly low: number;
  readonly bucket: number;
}

export function numberOf(nik: string): SoughtNumber {
  const [high, low] = halvesOf(nik);
  return { nik, high, low, bucket: bucketOf(high, low) };
}

interface Block {
  readonly bucket: number;
  readonly position: number;
  readonly people: number;
}

/** Who has one of the numbers: the block, and the row in it. */
interface Found<N extends SoughtNumber> {
  readonly bucket: number;
  readonly position: number;
  readonly row: number;
  readonly number: N;
}

/** Everyone who has one of the numbers. Only the blocks that can have one are read, and of them only the numbers. */
export async function findNumbers<N extends SoughtNumber>(
  client: pg.ClientBase,
  snapshotId: number,
  numbers: readonly N[],
): Promise<readonly Found<N>[]> {
  return findIn(client, snapshotId, await blocksOf(client, snapshotId, numbers), numbers);
}

/** Those that can have one of the numbers: in its bucket the last that begins with it or before it. */
async function blocksOf(
  client: pg.ClientBase,
  snapshotId: number,
  numbers: readonly SoughtNumber[],
): Promise<readonly Block[]> {
  const { rows } = await client.query<Block>(
    `select distinct asked.bucket, block.position, block.people
    from unnest($2::int[], $3::text[]) as asked (bucket, nik)
      cross join lateral (
        select position, people from registry_block
        where snapshot_id = $1 and bucket = asked.bucket and first_nik <= asked.nik
        order by position desc limit 1) as block`,
    [snapshotId, numbers.map(({ bucket }) => bucket), numbers.map(({ nik }) => nik)],
  );
  return rows;
}

/** Of a person's columns those of the NIK come first. */
async function findIn<N extends SoughtNumber>(
  client: pg.ClientBase,
  snapshotId: number,
  blocks: readonly Block[],
  numbers: readonly N[],
): Promise<readonly Found<N>[]> {
  if (blocks.length === 0) return [];
  const found: Found<N>[] = [];
  const keys = blocks.map(
    ({ bucket, position, people }) => `(${bucket}, ${position}, ${lengthOfFirst(ENTRY, people)})`,
  );
  const query = `select block.bucket, block.position, substring(block.columns from 1 for asked.length)
    from (values ${keys.join(', ')}) as asked (bucket, position, length)
      join registry_block as block using (bucket, position)
    where block.snapshot_id = ${snapshotId}`;
  for await (const [inBucket, at, columns] of binaryRows(client, query)) {
    const [bucket, position] = [inBucket?.readInt16BE(0) ?? 0, at?.readInt32BE(0) ?? 0];
    const { nikHigh, nikLow } = decodeFirst(PERSON, ENTRY, columns ?? Buffer.alloc(0)).of;
    for (const number of numbers.filter((asked) => asked.bucket === bucket)) {
      const row = placeOf(nikHigh, nikLow, number.high, number.low);
      if (row !== -1) found.push({ bucket, position, row, number });
    }
  }
  return found;
}

/** Where in the order of the NIK the person is; -1 where they are not. */
function placeOf(nikHigh: Uint32Array, nikLow: Uint32Array, high: number, low: number): number {
  let from = 0;
  let to = nikHigh.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const ahead = (nikHigh[middle] as number) - high || (nikLow[middle] as number) - low;
    if (ahead === 0) return middle;
    if (ahead < 0) from = middle + 1;
    else to = middle;
  }
  return -1;
}

export async function readBlock(
  client: pg.ClientBase,
  snapshotId: number,
  bucket: number,
  position: number,
): Promise<People> {
  const { rows } = await client.query<{ columns: Buffer }>(
    'select columns from registry_block where snapshot_id = $1 and bucket = $2 and position = $3',
    [snapshotId, bucket, position],
  );
  return decodeBlock(PERSON, rows[0]?.columns ?? Buffer.alloc(0));
}
