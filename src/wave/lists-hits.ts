/** How many applications of waves are of people on a list: read bucket by bucket, whatever the size of either. */
import type pg from 'pg';
import { NikSet } from '../columns/nik-set.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { blockIn, PLACE_COLUMNS, SEALED_GIVEN } from './application-blocks.ts';
import { entryBlocks } from './entries.ts';
import type { WaveHits } from './lists-suspicion.ts';

/** Entries in a set of 16 MB. */
const HELPING = 1 << 19;

/** Buckets that follow each other, from the first on, below the end, and the entries of the list in them. */
interface Helping {
  readonly first: number;
  readonly end: number;
  readonly entries: number;
}

/**
 * @param client Sees the list, in the transaction that writes it.
 * @param most Entries of the list that are held in memory at a time, but for a bucket that has more.
 */
export async function countHits(
  client: pg.ClientBase,
  listId: number,
  waves: readonly number[],
  most = HELPING,
): Promise<readonly WaveHits[]> {
  const hits = new Map<number, number>();
  for (const helping of waves.length === 0 ? [] : await helpingsOf(client, listId, most)) {
    const onList = await niksOf(client, listId, helping);
    for (const wave of waves) {
      hits.set(wave, (hits.get(wave) ?? 0) + (await countOn(client, onList, wave, helping)));
    }
  }
  const counted: WaveHits[] = [];
  for (const wave of waves) {
    counted.push({ wave, applications: await countApplications(client, wave), hits: hits.get(wave) ?? 0 });
  }
  return counted;
}

async function helpingsOf(client: pg.ClientBase, listId: number, most: number): Promise<readonly Helping[]> {
  const { rows } = await client.query<{ bucket: number; entries: number }>(
    'select bucket, entries from list_block where list_id = $1 order by bucket',
    [listId],
  );
  const all: Helping[] = [];
  for (const { bucket, entries } of rows) {
    const last = all.at(-1);
    if (last === undefined || last.entries + entries > most)
      all.push({ first: bucket, end: bucket + 1, entries });
    else all[all.length - 1] = { ...last, end: bucket + 1, entries: last.entries + entries };
  }
  return all;
}

async function niksOf(client: pg.ClientBase, listId: number, helping: Helping): Promise<NikSet> {
  const niks = new NikSet(helping.entries);
  for await (const [, { rows, of }] of entryBlocks(client, listId, [helping.first, helping.end])) {
    for (let row = 0; row < rows; row++) niks.add(of.nikHigh[row] as number, of.nikLow[row] as number);
  }
  return niks;
}

async function countOn(client: pg.ClientBase, list: NikSet, wave: number, helping: Helping): Promise<number> {
  let hits = 0;
  const query = `select ${PLACE_COLUMNS}, columns from application_block where wave_id = ${wave} and ${within(helping)}`;
  for await (const block of binaryRows(client, query)) {
    const [at, columns] = blockIn(wave, block);
    const { rows, of } = await SEALED_GIVEN.open(keysOf(client), at, columns);
    for (let row = 0; row < rows; row++) {
      if (list.has(of.nikHigh[row] as number, of.nikLow[row] as number)) hits += 1;
    }
  }
  return hits;
}

async function countApplications(client: pg.ClientBase, wave: number): Promise<number> {
  const { rows } = await client.query<{ applications: number }>(
    'select coalesce(sum(rows), 0)::float8 as applications from application_block where wave_id = $1',
    [wave],
  );
  return rows[0]?.applications ?? 0;
}

function within({ first, end }: Helping): string {
  return `bucket >= ${first} and bucket < ${end}`;
}
