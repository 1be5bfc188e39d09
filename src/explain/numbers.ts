/** People of a snapshot, or of a file of answers, by their numbers: no others are read. */
import type pg from 'pg';
import { bucketOf, halvesOf } from '../columns/identity.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import type { People } from '../wave/people.ts';
import { heldPeople, openPeople, PLACE_OF_PEOPLE, peopleIn, SEALED_NIKS } from '../wave/person-blocks.ts';

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

/** Who has one of the numbers: the block, and the row in it. */
interface Found<N extends SoughtNumber> {
  readonly bucket: number;
  readonly position: number;
  readonly row: number;
  readonly number: N;
}

/**
 * Everyone who has one of the numbers. Only their buckets are read, and of them only the NIKs.
 * @throws Tampered where these are not whole; as `Keys.opened` does.
 */
export async function findNumbers<N extends SoughtNumber>(
  client: pg.ClientBase,
  snapshotId: number,
  numbers: readonly N[],
): Promise<readonly Found<N>[]> {
  if (numbers.length === 0) return [];
  const held = await heldPeople(client, snapshotId);
  const found: Found<N>[] = [];
  const buckets = [...new Set(numbers.map(({ bucket }) => bucket))];
  const query = `select ${PLACE_OF_PEOPLE}, niks from registry_block
    where snapshot_id = ${Number(snapshotId)} and bucket in (${buckets.join(', ')})`;
  for await (const block of binaryRows(client, query)) {
    const [at, niks] = peopleIn(snapshotId, block);
    const { bucket, position } = at;
    const { rows, of } = await SEALED_NIKS.open(keysOf(client), at, niks);
    held.add(bucket, rows);
    const { nikHigh, nikLow } = of;
    for (const number of numbers.filter((asked) => asked.bucket === bucket)) {
      const row = placeOf(nikHigh, nikLow, number.high, number.low);
      if (row !== -1) found.push({ bucket, position, row, number });
    }
  }
  for (const bucket of buckets) held.end([bucket, bucket + 1]);
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
  const { rows } = await client.query<{ people: number; niks: Buffer; columns: Buffer }>(
    'select people, niks, columns from registry_block where snapshot_id = $1 and bucket = $2 and position = $3',
    [snapshotId, bucket, position],
  );
  const [{ people, ...sealed } = { people: 0, niks: null, columns: null }] = rows;
  return openPeople(keysOf(client), { snapshotId, bucket, position, people }, sealed);
}
