/** Blocks of applications as they are moved about in the end of an import: columns and lines, cut by rows. */
import type pg from 'pg';
import { pickRows } from '../columns/layout.ts';
import { keysOf } from '../db/database.ts';
import { openApplications, openLines, sealApplications, sealLines } from '../wave/application-blocks.ts';
import { linesIn } from '../wave/lines.ts';
import { APPLICATION, type Applications } from '../wave/people.ts';
import { BLOCK_COLUMNS, type ImportPlace } from './blocks-in.ts';
import type { BlockKey, BlockTable } from './heads.ts';

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
    `select wave_id, bucket, import_id, position, numbers, columns, lines from ${table} where ${where}`,
    [...values],
  );
  const keys = keysOf(client);
  const blocks: WholeBlock[] = [];
  for (const { wave_id: waveId, bucket, import_id: importId, position, ...sealed } of rows) {
    const applications = await openApplications(keys, { waveId, bucket }, sealed);
    const lines = [...linesIn(await openLines(keys, { waveId, bucket }, sealed.lines))];
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
  const keys = keysOf(client);
  const sealed = sealApplications(keys, { waveId, bucket }, pickRows(APPLICATION, applications, rows));
  const kept = Buffer.concat(Array.from(rows, (row) => Buffer.concat([lines[row] as Buffer, LINE_END])));
  await client.query(`insert into ${table} (${BLOCK_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)`, [
    waveId,
    importId,
    bucket,
    position,
    rows.length,
    sealed.numbers,
    sealed.columns,
    sealLines(keys, { waveId, bucket }, kept),
  ]);
}

const LINE_END = Buffer.from('\n');
