/** What the rules look at: the columns of a part's applications and what was found out about them, row for row. */
import type pg from 'pg';
import { NikSet } from '../columns/nik-set.ts';
import { GelombangError } from '../errors.ts';
import { readEntries } from '../wave/entries.ts';
import { bucketsOf } from '../wave/parts.ts';
import type { Applications } from '../wave/people.ts';
import { readRecipients } from '../wave/recipients.ts';
import type { Wave } from '../wave/record.ts';
import type { Part } from '../wave/stage.ts';
import type { BlockOf } from '../wave/stage-blocks.ts';
import type { Educations } from './educations.ts';

export interface Evidence {
  readonly applications: Applications;
  readonly matched: BlockOf<'matched'>;
  /** Name of each list of the policy → its NIKs, those of the part's buckets. */
  readonly lists: ReadonlyMap<string, NikSet>;
  readonly recipients: NikSet;
  readonly educations: Educations;
}

/** The list that the wave was closed with. @throws GelombangError UNEXPECTED where there is none. */
export function listOf({ lists }: Evidence, name: string): NikSet {
  const list = lists.get(name);
  if (list === undefined) {
    throw new GelombangError('UNEXPECTED', `the wave was closed without a version of list ${name}`);
  }
  return list;
}

/** @param lists Name → version that is in force for the wave. @throws as `readEntries` does. */
export async function readLists(
  client: pg.ClientBase,
  lists: Wave['lists'],
  part: Part,
): Promise<ReadonlyMap<string, NikSet>> {
  const sets = new Map<string, NikSet>();
  for (const [name, id] of Object.entries(lists)) sets.set(name, await readList(client, id, part));
  return sets;
}

async function readList(client: pg.ClientBase, listId: number, part: Part): Promise<NikSet> {
  const blocks = await readEntries(client, listId, bucketsOf(part));
  const set = new NikSet(blocks.reduce((sum, { rows }) => sum + rows, 0));
  for (const block of blocks) addAll(set, block.rows, block.of.nikHigh, block.of.nikLow);
  return set;
}

/** The past recipients of the part's buckets who count for the wave. */
export async function readPastRecipients(client: pg.ClientBase, wave: Wave, part: Part): Promise<NikSet> {
  const { rows, nikHigh, nikLow } = await readRecipients(client, wave, part);
  const set = new NikSet(rows);
  addAll(set, rows, nikHigh, nikLow);
  return set;
}

function addAll(set: NikSet, rows: number, nikHigh: Uint32Array, nikLow: Uint32Array): void {
  for (let row = 0; row < rows; row++) set.add(nikHigh[row] as number, nikLow[row] as number);
}
