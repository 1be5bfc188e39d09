/** Applications as they are kept: blocks of one bucket each, sealed, and with each import how many it has brought. */
import type pg from 'pg';
import { BUCKETS } from '../columns/identity.ts';
import type { BinaryRow } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import type { Keys } from '../keys/keys.ts';
import { type Applications, GIVEN, NUMBERED } from './people.ts';
import { type Sealed, SealedColumns } from './sealed-columns.ts';
import { type Asking, Held, noneYet, openTally, sealTally } from './tally.ts';

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

interface ImportOfWave {
  readonly waveId: number;
  readonly importId: number;
}

function placeOfTally({ waveId, importId }: ImportOfWave): string {
  return `import_file.tally of wave ${waveId}, import ${importId}`;
}

/** Counts what the import has brought in: after the last of its blocks, in its transaction. */
export async function keepTally(client: pg.ClientBase, { waveId, importId }: ImportOfWave): Promise<void> {
  const found = await client.query<{ bucket: number; rows: number }>(
    'select bucket, sum(rows)::int as rows from application_block where wave_id = $1 and import_id = $2 group by bucket',
    [waveId, importId],
  );
  const rows = noneYet();
  for (const counted of found.rows) rows[counted.bucket] = counted.rows;
  const tally = sealTally(keysOf(client), placeOfTally({ waveId, importId }), rows);
  await client.query('update import_file set tally = $2 where id = $1', [importId, tally]);
}

/** A row for each bucket that has blocks, and one for each import. */
interface Counted {
  readonly bucket: number | null;
  readonly rows: number;
  readonly importId: number;
  readonly tally: Sealed;
}

/**
 * Bucket → applications, where there are any; in the order of the buckets: from the first on, below the second.
 * @throws Tampered where there are not as many as were brought in; as `Keys.opened` does.
 */
export async function countApplications(
  { keys, ask }: Asking,
  waveId: number,
  [from, to]: readonly [from: number, to: number] = [0, BUCKETS],
): Promise<ReadonlyMap<number, number>> {
  // In one statement, which sees an import of this moment in whole or not at all.
  const found = await ask(`
    select bucket::int, sum(rows)::int as rows, 0 as "importId", null as tally from application_block
    where wave_id = ${waveId} and bucket >= ${from} and bucket < ${to} group by bucket
    union all
    select null, 0, id, tally from import_file
    where wave_id = ${waveId} and kind = 'applicants' and finished_at is not null`);
  const held = new Held(`the applications of wave ${waveId}`);
  for (const { bucket, rows, importId, tally } of found as readonly Counted[]) {
    if (bucket !== null) held.add(bucket, rows);
    else held.brought(await openTally(keys, placeOfTally({ waveId, importId }), tally));
  }
  held.end([from, to]);
  return new Map([...held.read.entries()].filter(([, rows]) => rows > 0));
}
