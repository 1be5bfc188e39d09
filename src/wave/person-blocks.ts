/** The people of a version of the registry as they are kept: blocks of one bucket each, the NIKs by themselves, sealed. */
import { decodeBlock, encodeBlock } from '../columns/block.ts';
import type { Keys } from '../keys/keys.ts';
import { type EntriesPlace, openEntries, sealEntries } from './entries.ts';
import { type Entries, KNOWN, type People } from './people.ts';

/** Where a block stands, which it is bound to. */
export interface InSnapshot {
  readonly snapshotId: number;
  readonly bucket: number;
}

type Sealed = Buffer | null | undefined;

export function sealPeople(
  keys: Keys,
  at: InSnapshot,
  { rows, of }: People,
): { readonly niks: Buffer; readonly columns: Buffer } {
  return {
    niks: sealEntries(keys, niksPlace(at), { rows, of }),
    columns: keys.sealed(placeOf(at), encodeBlock(KNOWN, { rows, of })),
  };
}

/** @throws as `Keys.opened` does. */
export function openNiks(keys: Keys, at: InSnapshot, niks: Sealed): Promise<Entries> {
  return openEntries(keys, niksPlace(at), niks);
}

/** @throws as `Keys.opened` does. */
export async function openPeople(
  keys: Keys,
  at: InSnapshot,
  { niks, columns }: { readonly niks: Sealed; readonly columns: Sealed },
): Promise<People> {
  const { of } = await openNiks(keys, at, niks);
  const known = decodeBlock(KNOWN, await keys.opened(placeOf(at), columns));
  return { rows: known.rows, of: { ...of, ...known.of } };
}

function niksPlace({ snapshotId, bucket }: InSnapshot): EntriesPlace {
  return { table: 'registry_block', of: snapshotId, bucket };
}

function placeOf({ snapshotId, bucket }: InSnapshot): string {
  return `registry_block.columns of ${snapshotId}, bucket ${bucket}`;
}
