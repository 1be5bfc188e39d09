/** The people of a version of the registry as they are kept: blocks of one bucket each, the NIKs by themselves, sealed. */
import type { Keys } from '../keys/keys.ts';
import { ENTRY, KNOWN, type People } from './people.ts';
import { type Sealed, SealedColumns } from './sealed-columns.ts';

/** Where a block stands, which it is bound to. */
interface InSnapshot {
  readonly snapshotId: number;
  readonly bucket: number;
}

const placeOf =
  (column: string) =>
  ({ snapshotId, bucket }: InSnapshot) =>
    `registry_block.${column} of ${snapshotId}, bucket ${bucket}`;

export const SEALED_NIKS = new SealedColumns(ENTRY, placeOf('niks'));
const SEALED_KNOWN = new SealedColumns(KNOWN, placeOf('columns'));

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
