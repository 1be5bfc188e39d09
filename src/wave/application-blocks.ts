/** Applications as they are kept: blocks of one bucket each, sealed. */
import type { Keys } from '../keys/keys.ts';
import { type Applications, GIVEN, NUMBERED } from './people.ts';
import { type Sealed, SealedColumns } from './sealed-columns.ts';

/** Where a block stands, as far as it is bound to it. */
export interface InBucket {
  readonly waveId: number;
  readonly bucket: number;
}

/** Those that wait for the end of their file are bound to where they will be. */
const placeOf =
  (column: string) =>
  ({ waveId, bucket }: InBucket) =>
    `application_block.${column} of wave ${waveId}, bucket ${bucket}`;

export const SEALED_NUMBERS = new SealedColumns(NUMBERED, placeOf('numbers'));
/** What was given, without the numbers. */
export const SEALED_GIVEN = new SealedColumns(GIVEN, placeOf('columns'));
const placeOfLines = placeOf('lines');

export function sealApplications(
  keys: Keys,
  at: InBucket,
  applications: Applications,
): { readonly numbers: Buffer; readonly columns: Buffer } {
  return {
    numbers: SEALED_NUMBERS.seal(keys, at, applications),
    columns: SEALED_GIVEN.seal(keys, at, applications),
  };
}

/** @throws as `Keys.opened` does. */
export async function openApplications(
  keys: Keys,
  at: InBucket,
  { numbers, columns }: { readonly numbers: Sealed; readonly columns: Sealed },
): Promise<Applications> {
  const { of } = await SEALED_NUMBERS.open(keys, at, numbers);
  const given = await SEALED_GIVEN.open(keys, at, columns);
  return { rows: given.rows, of: { ...of, ...given.of } };
}

export function sealLines(keys: Keys, at: InBucket, lines: Uint8Array): Buffer {
  return keys.sealed(placeOfLines(at), lines);
}

/** @throws as `Keys.opened` does. */
export function openLines(keys: Keys, at: InBucket, lines: Sealed): Promise<Buffer> {
  return keys.opened(placeOfLines(at), lines);
}
