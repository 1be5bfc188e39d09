/** The heads of blocks of applications: registration numbers and lines, without what else is in them. */
import type pg from 'pg';
import { encodeBlock } from '../columns/block.ts';
import { BUCKETS } from '../columns/identity.ts';
import { noRows, type Words } from '../columns/layout.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { GelombangError } from '../errors.ts';
import { APPLICATION } from '../wave/people.ts';

/** Applications of a wave: those of some imports and of some buckets. */
export interface Scope {
  readonly waveId: number;
  readonly imports: readonly number[];
  /** From this bucket on. */
  readonly first?: number;
  /** Below this bucket. */
  readonly end?: number;
}

/** Which block of a wave it is. */
export interface BlockKey {
  readonly bucket: number;
  readonly importId: number;
  readonly position: number;
}

export interface BlockHead extends BlockKey {
  readonly rows: number;
  /** Of these rows, and words of other things after them. */
  readonly numbers: Words;
  readonly lines: Uint32Array;
}

/** Where blocks of applications are: those of the wave, and those that wait for the end of their file. */
export const INCOMING = 'incoming';
export type BlockTable = 'application_block' | typeof INCOMING;

/** A block begins with its layout's mark, its rows, and the width of the numbers; each column begins at a multiple of 8. */
const HEAD = 16;
const NUMBERS_SIZE = 'rows * 4 * get_byte(substring(columns from 9 for 1), 0)';
/** As slices, so that the server does not fetch whole blocks for them; no width is above 255. */
const COLUMNS = `bucket, import_id, position,
  substring(columns from 1 for ${HEAD} + (${NUMBERS_SIZE} + 7) / 8 * 8 + rows * 4)`;

/** In no order. The connection is free after the last one. */
export async function* headsOf(
  client: pg.ClientBase,
  scope: Scope,
  table: BlockTable = 'application_block',
): AsyncGenerator<BlockHead> {
  if (scope.imports.length === 0) return;
  const mark = encodeBlock(APPLICATION, noRows(APPLICATION)).readUInt32LE(0);
  const query = `select ${COLUMNS} from ${table} where ${conditionOf(scope)}`;
  for await (const [bucket, importId, position, head] of binaryRows(client, query)) {
    if (!bucket || !importId || !position || head?.readUInt32LE(0) !== mark) throw otherVersion();
    const [rows, width] = [head.readUInt32LE(4), head.readUInt32LE(8)];
    // A copy lies where 32-bit words may.
    const words = new Uint32Array(Uint8Array.from(head.subarray(HEAD)).buffer);
    yield {
      bucket: bucket.readInt16BE(),
      importId: importId.readInt32BE(),
      position: position.readInt32BE(),
      rows,
      numbers: { width, data: words },
      lines: words.subarray(words.length - rows),
    };
  }
}

/** Applications that are held in memory at a time, so that a file of any size can be held against a wave. */
const HELPING = 1 << 18;

/** Buckets that follow each other, and how many applications of a scope are in them. */
export interface Helping {
  readonly first: number;
  readonly end: number;
  readonly rows: number;
}

/** All buckets of a scope, a helping at a time: no more than one bucket where that is more. */
export async function helpingsOf(
  client: pg.ClientBase,
  table: BlockTable,
  scope: Scope,
): Promise<readonly Helping[]> {
  const { rows: found } = await client.query<{ bucket: number; rows: number }>(
    `select bucket, sum(rows)::int as rows from ${table} where ${conditionOf(scope)}
    group by bucket order by bucket`,
  );
  const all: Helping[] = [];
  for (const { bucket, rows } of found) {
    const last = all.at(-1);
    if (last === undefined || last.rows + rows > HELPING) all.push({ first: bucket, end: bucket + 1, rows });
    else all[all.length - 1] = { ...last, end: bucket + 1, rows: last.rows + rows };
  }
  return all;
}

function conditionOf({ waveId, imports, first = 0, end = BUCKETS }: Scope): string {
  return `wave_id = ${waveId} and import_id in (${imports.join(', ')}) and bucket >= ${first} and bucket < ${end}`;
}

function otherVersion(): GelombangError {
  return new GelombangError('UNEXPECTED', 'blocks of applications were written by another version');
}
