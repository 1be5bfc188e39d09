/** The people of a version of the registry as they are kept: blocks of one bucket each, the NIKs by themselves, sealed. */
import type { BinaryRow } from '../db/binary-copy.ts';
import type { Keys } from '../keys/keys.ts';
import { ENTRY, KNOWN, type People } from './people.ts';
import { type Sealed, SealedColumns } from './sealed-columns.ts';

/** What a block is bound to, all that is in clear of it: so its columns belong to each other, and it is never there twice. */
interface InSnapshot {
  readonly snapshotId: number;
  readonly bucket: number;
  readonly position: number;
  readonly people: number;
}

const placeOf =
  (column: string) =>
  ({ snapshotId, bucket, position, people }: InSnapshot) =>
    `registry_block.${column} of ${snapshotId}, bucket ${bucket}, position ${position}: ${people} people`;

export const SEALED_NIKS = new SealedColumns(ENTRY, placeOf('niks'));
const SEALED_KNOWN = new SealedColumns(KNOWN, placeOf('columns'));

/** The columns of the table that `peopleIn` expects before those that are sealed. */
export const PLACE_OF_PEOPLE = 'bucket, position, people';

/** A row as it is read: where it is, and what is sealed of it, in the order in which that was asked for. */
export function peopleIn(
  snapshotId: number,
  [bucket, position, people, ...sealed]: BinaryRow,
): [at: InSnapshot, ...sealed: Sealed[]] {
  const at = {
    snapshotId,
    bucket: bucket?.readInt16BE() ?? 0,
    position: position?.readInt32BE() ?? 0,
    people: people?.readInt32BE() ?? 0,
  };
  return [at, ...sealed];
}

export function sealPeople(
  keys: Keys,
  at: InSnapshot,
  people: People,
): { readonly niks: Buffer; readonly columns: Buffer } {
  return { niks: SEALED_NIKS.seal(keys, at, people), columns: SEALED_KNOWN.seal(keys, at, people) };
}

/** @throws as `Keys.opened` does. */
export async function openPeople(
  keys: Keys,
  at: InSnapshot,
  { niks, columns }: { readonly niks: Sealed; readonly columns: Sealed },
): Promise<People> {
  const { of } = await SEALED_NIKS.open(keys, at, niks);
  const known = await SEALED_KNOWN.open(keys, at, columns);
  return { rows: known.rows, of: { ...of, ...known.of } };
}
