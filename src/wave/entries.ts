/** Sets of NIKs as they are kept, of lists and of what the registry was asked: blocks of one bucket each, sealed. */
import { decodeBlock, encodeBlock } from '../columns/block.ts';
import type { Keys } from '../keys/keys.ts';
import { ENTRY, type Entries } from './people.ts';

/** Where a block stands, which it is bound to. */
export interface EntriesPlace {
  readonly table: 'list_block' | 'question_block' | 'registry_block';
  /** Version of the list or the registry, or number of the file of questions. */
  readonly of: number;
  readonly bucket: number;
}

export function sealEntries(keys: Keys, place: EntriesPlace, { rows, of }: Entries): Buffer {
  return keys.sealed(textOf(place), encodeBlock(ENTRY, { rows, of }));
}

/** @throws as `Keys.opened` does. */
export async function openEntries(
  keys: Keys,
  place: EntriesPlace,
  columns: Buffer | null | undefined,
): Promise<Entries> {
  return decodeBlock(ENTRY, await keys.opened(textOf(place), columns));
}

function textOf({ table, of, bucket }: EntriesPlace): string {
  return `${table} of ${of}, bucket ${bucket}`;
}
