/** Applications as they are kept: blocks of one bucket each, sealed. */
import type { BinaryRow } from '../db/binary-copy.ts';
import type { Keys } from '../keys/keys.ts';
import { type Applications, GIVEN, NUMBERED } from './people.ts';
import { type Sealed, SealedColumns } from './sealed-columns.ts';

/** Which block of a wave it is. */
export interface BlockKey {
  readonly bucket: number;
  readonly importId: number;
  readonly position: number;
}

/**
 * What a block is bound to: its own row of the table, and how many it has. So its columns belong to each other, it is nowhere else and
 * never there twice. Those that wait for the end of their file are bound to where they will be.
 */
export interface BlockPlace extends BlockKey {
  readonly waveId: number;
  readonly rows: number;
}

const placeOf =
  (column: string) =>
  ({ waveId, bucket, importId, position, rows }: BlockPlace) =>
    `application_block.${column} of wave ${waveId}, bucket ${bucket}, import ${importId}, position ${position}: ${rows} rows`;

export const SEALED_NUMBERS = new SealedColumns(NUMBERED, placeOf('numbers'));
/** What was given, without the numbers. */
export const SEALED_GIVEN = new SealedColumns(GIVEN, placeOf('columns'));
const placeOfLines = placeOf('lines');

/** The columns of the table that `blockIn` expects before those that are sealed. */
export const PLACE_COLUMNS = 'bucket, import_id, position, rows';

/** A row as it is read: where it is, and what is sealed of it, in the order in which that was asked for. */
export function blockIn(
  waveId: number,
  [bucket, importId, position, rows, ...sealed]: BinaryRow,
): [at: BlockPlace, ...sealed: Sealed[]] {
  const at = {
    waveId,
    bucket: bucket?.readInt16BE() ?? 0,
    importId: importId?.readInt32BE() ?? 0,
    position: position?.readInt32BE() ?? 0,
    rows: rows?.readInt32BE() ?? 0,
  };
  return [at, ...sealed];
}

/** @param lines Row for row, each ended by a line feed. */
export function sealBlock(
  keys: Keys,
  key: Omit<BlockPlace, 'rows'>,
  applications: Applications,
  lines: Uint8Array,
): { readonly numbers: Buffer; readonly columns: Buffer; readonly lines: Buffer } {
  const at = { ...key, rows: applications.rows };
  return {
    numbers: SEALED_NUMBERS.seal(keys, at, applications),
    columns: SEALED_GIVEN.seal(keys, at, applications),
    lines: keys.sealed(placeOfLines(at), lines),
  };
}

/** @throws as `Keys.opened` does. */
export async function openApplications(
  keys: Keys,
  at: BlockPlace,
  { numbers, columns }: { readonly numbers: Sealed; readonly columns: Sealed },
): Promise<Applications> {
  const { of } = await SEALED_NUMBERS.open(keys, at, numbers);
  const given = await SEALED_GIVEN.open(keys, at, columns);
  return { rows: given.rows, of: { ...of, ...given.of } };
}

/** @throws as `Keys.opened` does. */
export function openLines(keys: Keys, at: BlockPlace, lines: Sealed): Promise<Buffer> {
  return keys.opened(placeOfLines(at), lines);
}
