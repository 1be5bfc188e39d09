/** Applications as they are kept: blocks of one bucket each, sealed. */
import { decodeBlock, encodeBlock } from '../columns/block.ts';
import type { Columns } from '../columns/layout.ts';
import type { Keys } from '../keys/keys.ts';
import { type Applications, GIVEN, NUMBERED } from './people.ts';

/** Where a block stands, as far as it is bound to it. */
export interface InBucket {
  readonly waveId: number;
  readonly bucket: number;
}

/** As read from the database. */
type Sealed = Buffer | null | undefined;

export function sealApplications(
  keys: Keys,
  at: InBucket,
  { rows, of }: Applications,
): { readonly numbers: Buffer; readonly columns: Buffer } {
  return {
    numbers: keys.sealed(placeOf('numbers', at), encodeBlock(NUMBERED, { rows, of })),
    columns: keys.sealed(placeOf('columns', at), encodeBlock(GIVEN, { rows, of })),
  };
}

export function sealLines(keys: Keys, at: InBucket, lines: Uint8Array): Buffer {
  return keys.sealed(placeOf('lines', at), lines);
}

/** @throws as `Keys.opened` does, and so do the others. */
export async function openNumbers(
  keys: Keys,
  at: InBucket,
  numbers: Sealed,
): Promise<Columns<typeof NUMBERED>> {
  return decodeBlock(NUMBERED, await keys.opened(placeOf('numbers', at), numbers));
}

/** What was given, without the numbers. */
export async function openGiven(keys: Keys, at: InBucket, columns: Sealed): Promise<Columns<typeof GIVEN>> {
  return decodeBlock(GIVEN, await keys.opened(placeOf('columns', at), columns));
}

export async function openApplications(
  keys: Keys,
  at: InBucket,
  { numbers, columns }: { readonly numbers: Sealed; readonly columns: Sealed },
): Promise<Applications> {
  const { of } = await openNumbers(keys, at, numbers);
  const given = await openGiven(keys, at, columns);
  return { rows: given.rows, of: { ...of, ...given.of } };
}

export function openLines(keys: Keys, at: InBucket, lines: Sealed): Promise<Buffer> {
  return keys.opened(placeOf('lines', at), lines);
}

/** Those that wait for the end of their file are bound to where they will be. */
function placeOf(column: string, { waveId, bucket }: InBucket): string {
  return `application_block.${column} of wave ${waveId}, bucket ${bucket}`;
}
