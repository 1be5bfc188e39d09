/** Slips of the hand in a NIK: whether the registry has the same person under a number that is nearly the one given. */
import type pg from 'pg';
import { decodeBlock, decodeFirst, lengthOfFirst } from '../columns/block.ts';
import { bucketOf, halvesOf } from '../columns/identity.ts';
import { textAt } from '../columns/layout.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { nameSimilarity } from '../identity/name.ts';
import { ENTRY, PERSON, type People, REGISTRY_STATUSES } from '../wave/people.ts';
import type { Slip } from './explanation.ts';

const ACTIVE = REGISTRY_STATUSES.indexOf('ACTIVE');

export interface Slipped {
  readonly nik: string;
  readonly slip: Slip;
}

/** Who is looked for. */
export interface Sought {
  readonly nik: string;
  readonly fullName: string;
  /** Days from 2000-01-01 on. */
  readonly birthDay: number;
}

/** All numbers that one slip makes of a NIK: another digit in one place, or two neighbours that changed places. */
export function slipsOf(nik: string): readonly Slipped[] {
  const digits = [...nik];
  const others = digits.flatMap((digit, at) =>
    [...'0123456789']
      .filter((other) => other !== digit)
      .map((other): Slipped => ({ nik: digits.with(at, other).join(''), slip: 'one_digit' })),
  );
  const swapped = digits.flatMap((digit, at): Slipped[] => {
    const next = digits[at + 1];
    if (next === undefined || next === digit) return [];
    return [
      {
        nik: digits
          .with(at, next)
          .with(at + 1, digit)
          .join(''),
        slip: 'neighbours_swapped',
      },
    ];
  });
  return [...others, ...swapped];
}

/**
 * The slip by which an ACTIVE person of the same name (alike by so many percent at least) and birth date has another NIK
 * in the snapshot; null where there is none. Only the blocks are looked at that can have one of the numbers, and of them
 * only the numbers.
 */
export async function findSlip(
  client: pg.ClientBase,
  snapshotId: number,
  sought: Sought,
  leastSimilarity: number,
): Promise<Slip | null> {
  const slips = slipsOf(sought.nik).map((slipped): Asked => {
    const [high, low] = halvesOf(slipped.nik);
    return { ...slipped, high, low, bucket: bucketOf(high, low) };
  });
  const blocks = await blocksOf(client, snapshotId, slips);
  const found = await findIn(client, snapshotId, blocks, slips);
  const isTheirs = new Set<Slip>();
  for (const { bucket, position, row, slip } of found) {
    const people = await readBlock(client, snapshotId, bucket, position);
    if (isSought(people, row, sought, leastSimilarity)) isTheirs.add(slip);
  }
  return (['one_digit', 'neighbours_swapped'] as const).find((slip) => isTheirs.has(slip)) ?? null;
}

interface Asked extends Slipped {
  readonly high: number;
  readonly low: number;
  readonly bucket: number;
}

interface Block {
  readonly bucket: number;
  readonly position: number;
  readonly people: number;
}

/** Those that can have one of the numbers: in its bucket the last that begins with it or before it. */
async function blocksOf(
  client: pg.ClientBase,
  snapshotId: number,
  slips: readonly Asked[],
): Promise<readonly Block[]> {
  const { rows } = await client.query<Block>(
    `select distinct asked.bucket, block.position, block.people
    from unnest($2::int[], $3::text[]) as asked (bucket, nik)
      cross join lateral (
        select position, people from registry_block
        where snapshot_id = $1 and bucket = asked.bucket and first_nik <= asked.nik
        order by position desc limit 1) as block`,
    [snapshotId, slips.map(({ bucket }) => bucket), slips.map(({ nik }) => nik)],
  );
  return rows;
}

interface Found {
  readonly bucket: number;
  readonly position: number;
  readonly row: number;
  readonly slip: Slip;
}

/** Everyone who has one of the numbers: of a person's columns those of the NIK come first. */
async function findIn(
  client: pg.ClientBase,
  snapshotId: number,
  blocks: readonly Block[],
  slips: readonly Asked[],
): Promise<readonly Found[]> {
  if (blocks.length === 0) return [];
  const found: Found[] = [];
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
    for (const { high, low, slip } of slips.filter((asked) => asked.bucket === bucket)) {
      const row = placeOf(nikHigh, nikLow, high, low);
      if (row !== -1) found.push({ bucket, position, row, slip });
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

async function readBlock(
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

function isSought({ of }: People, person: number, sought: Sought, leastSimilarity: number): boolean {
  return (
    of.status[person] === ACTIVE &&
    of.birthDay[person] === sought.birthDay &&
    nameSimilarity(textAt(of.fullName, person), sought.fullName) >= leastSimilarity
  );
}
