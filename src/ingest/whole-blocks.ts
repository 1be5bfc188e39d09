/** Blocks of applications as they are moved about in the end of an import: columns and lines, cut by rows. */
import type pg from 'pg';
import { pickRows } from '../columns/layout.ts';
import { keysOf } from '../db/database.ts';
import { type BlockKey, openApplications, openLines, sealBlock } from '../wave/application-blocks.ts';
import { linesIn } from '../wave/lines.ts';
import { APPLICATION, type Applications } from '../wave/people.ts';
import { BLOCK_COLUMNS, type ImportPlace } from './blocks-in.ts';
import type { BlockTable } from './heads.ts';

export interface WholeBlock extends BlockKey {
  readonly applications: Applications;
  /** Row for row, without their ends. */
  readonly lines: readonly Buffer[];
}

interface BlockRow {
  wave_id: number;
  bucket: number;
  import_id: number;
  position: number;
  rows: number;
  numbers: Buffer;
  columns: Buffer;
  lines: Buffer;
}

/** @param where Says which; part of the statement's text. */
export async function readBlocks(
  client: pg.ClientBase,
  table: BlockTable,
  where: string,
  values: readonly unknown[],
): Promise<WholeBlock[]> {
  const { rows } = await client.query<BlockRow>(
    `select wave_id, bucket, import_id, position, rows, numbers, columns, lines from ${table} where ${where}`,
    [...values],
  );
  const keys = keysOf(client);
  const blocks: WholeBlock[] = [];
  for (const { wave_id: waveId, import_id: importId, bucket, position, rows: count, ...sealed } of rows) {
    const at = { waveId, bucket, importId, position, rows: count };
    const applications = await openApplications(keys, at, sealed);
    const lines = [...linesIn(await openLines(keys, at, sealed.lines))];
    blocks.push({ bucket, importId, position, applications, lines });
  }
  return blocks;
}

/** Writes those of the block's rows that are named, in their order; nothing where there are none. */
export async function writeRows(
  client: pg.ClientBase,
  table: BlockTable,
  { waveId }: ImportPlace,
  { bucket, importId, position, applications, lines }: WholeBlock,
  rows: Uint32Array,
): Promise<void> {
  if (rows.length === 0) return;
  const kept = Buffer.concat(Array.from(rows, (row) => Buffer.concat([lines[row] as Buffer, LINE_END])));
  const key = { waveId, bucket, importId, position };
  const sealed = sealBlock(keysOf(client), key, pickRows(APPLICATION, applications, rows), kept);
  await client.query(`insert into ${table} (${BLOCK_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)`, [
    waveId,
    importId,
    bucket,
    position,
    rows.length,
    sealed.numbers,
    sealed.columns,
    sealed.lines,
  ]);
}

const LINE_END = Buffer.from('\n');
