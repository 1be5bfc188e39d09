/** Sets of NIKs as they are kept, of lists and of what the registry was asked: blocks of one bucket each, sealed. */
import type pg from 'pg';
import { binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { ENTRY, type Entries } from './people.ts';
import { type Sealed, SealedColumns } from './sealed-columns.ts';
import { type Asking, askingBy, Held, openTally, sealTally, type Tally } from './tally.ts';

/** Where a block stands, which it is bound to. */
interface EntriesPlace {
  readonly table: 'list_block' | 'question_block';
  /** Version of the list, or number of the file of questions. */
  readonly of: number;
  readonly bucket: number;
}

export const SEALED_ENTRIES = new SealedColumns(
  ENTRY,
  ({ table, of, bucket }: EntriesPlace) => `${table} of ${of}, bucket ${bucket}`,
);

/** A version of a list, and all of it that is believed. */
export interface VersionOfList {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
  readonly entries: number;
  readonly heldFor: string | null;
}

function placeOfTally({ id, name, kind, entries, heldFor }: VersionOfList): string {
  const held = heldFor === null ? 'not held' : `held for ${heldFor}`;
  return `list.tally of version ${id}: ${kind} list ${name} of ${entries}, ${held}`;
}

/** With the last of its blocks: how many entries it has in each bucket. */
export async function keepEntries(
  client: pg.ClientBase,
  version: VersionOfList,
  tally: Tally,
): Promise<void> {
  await client.query('update list set entries = $2, held_for = $3, tally = $4 where id = $1', [
    version.id,
    version.entries,
    version.heldFor,
    sealTally(keysOf(client), placeOfTally(version), tally),
  ]);
}

/** @throws Tampered where the version was not made by an import, or is not what it was then. */
export async function tallyOfList({ keys, ask }: Asking, id: number): Promise<Tally> {
  const [found] = (await ask(`select id, name, kind, entries, held_for as "heldFor", tally
    from list where id = ${Number(id)}`)) as readonly (VersionOfList & { tally: Sealed })[];
  const version = found ?? { id, name: 'unknown', kind: 'no', entries: 0, heldFor: null };
  return openTally(keys, placeOfTally(version), found?.tally);
}

/** The entries in the buckets from the first on, below the second. @throws Tampered where they are not all there. */
export async function readEntries(
  client: pg.ClientBase,
  listId: number,
  [from, to]: readonly [from: number, to: number],
): Promise<readonly Entries[]> {
  const held = new Held(
    `the entries of version ${listId} of a list`,
    await tallyOfList(askingBy(client), listId),
  );
  const blocks: Entries[] = [];
  for await (const [bucket, entries] of entryBlocks(client, listId, [from, to])) {
    held.add(bucket, entries.rows);
    blocks.push(entries);
  }
  held.end([from, to]);
  return blocks;
}

/** The same block by block, where nobody but this transaction has seen the list yet. */
export async function* entryBlocks(
  client: pg.ClientBase,
  listId: number,
  [from, to]: readonly [from: number, to: number],
): AsyncGenerator<readonly [bucket: number, entries: Entries]> {
  const query = `select bucket, columns from list_block
    where list_id = ${Number(listId)} and bucket >= ${from} and bucket < ${to} order by bucket`;
  for await (const [inBucket, columns] of binaryRows(client, query)) {
    const bucket = inBucket?.readInt16BE(0) ?? 0;
    yield [
      bucket,
      await SEALED_ENTRIES.open(keysOf(client), { table: 'list_block', of: listId, bucket }, columns),
    ];
  }
}
