/**
 * What stages hand on: typed columns in blocks, each from one part to another part of a later stage. Written in the
 * step's own transaction, so that a block is there if and only if its step is done.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { encodeBlock } from '../columns/block.ts';
import { type Columns, concatColumns, type Layout } from '../columns/layout.ts';
import { BinaryRowsIn, binaryRows } from '../db/binary-copy.ts';
import { keysOf, type Transaction } from '../db/database.ts';
import type { Keys } from '../keys/keys.ts';
import {
  COUNTS,
  HANDED_TARGET,
  type Handed,
  HandedRows,
  type KeptBlock,
  openBlock,
  putBlock,
  putCounts,
} from './handed-blocks.ts';
import type { Part } from './stage.ts';
import { BLOCKS, type BlockName, type BlockOf, type Handover } from './stage-blocks.ts';

/** Fetched together, and held until they are looked at. */
const BLOCKS_AT_ONCE = 8;

/**
 * Writes blocks, without those that have no row, and how many rows each target has of them, also where these are none. Gives the
 * SHA-256 of their bytes, before they are sealed.
 * @param part That hands them over, in its stage's bounds.
 */
export async function handOver<Name extends BlockName>(
  client: pg.ClientBase,
  waveId: number,
  name: Name,
  { part: source, ...bounds }: Part,
  blocks: Iterable<Handover<Name>>,
): Promise<string> {
  const digest = createHash('sha256');
  const keys = keysOf(client);
  const to = new BinaryRowsIn(client, HANDED_TARGET);
  const handed: Record<number, number> = {};
  for (const { target, position = 0, columns } of blocks) {
    if (columns.rows === 0) continue;
    const bytes = encodeBlock(BLOCKS[name] as Layout, columns as Columns<Layout>);
    digest.update(bytes);
    const at = { waveId, name, target, source, position, rows: columns.rows };
    putBlock(to, keys, at, bytes);
    handed[target] = (handed[target] ?? 0) + columns.rows;
    await to.send();
  }
  putCounts(to, keys, { waveId, name, source }, { ...bounds, rows: handed });
  await to.end();
  return digest.digest('hex');
}

/** All that was handed to a part under a name, in the order of those who wrote it. @throws as `whole` does. */
export async function takeOver<Name extends BlockName>(
  client: pg.ClientBase,
  waveId: number,
  name: Name,
  target: number,
): Promise<BlockOf<Name>> {
  const rows = handedTo(client, { waveId, name }, `target in (${COUNTS}, ${target})`);
  const blocks: BlockOf<Name>[] = [];
  for await (const block of whole(keysOf(client), waveId, name, rows, target)) blocks.push(block);
  return concatColumns(BLOCKS[name] as Layout, blocks as Columns<Layout>[]) as unknown as BlockOf<Name>;
}

/** All that was handed over under a name, whatever part it is for, some blocks at a time. @throws as `whole` does. */
export async function* takeAll<Name extends BlockName>(
  sql: Transaction,
  waveId: number,
  name: Name,
): AsyncGenerator<BlockOf<Name>> {
  const blocks = sql<KeptBlock<Name>[]>`
    select wave_id as "waveId", name, target, source, position, rows, columns from stage_block
    where wave_id = ${waveId} and name = ${name} order by target, source, position`;
  yield* whole(sql.keys, waveId, name, oneByOne(blocks.cursor(BLOCKS_AT_ONCE)));
}

async function* oneByOne<Row>(some: AsyncIterable<readonly Row[]>): AsyncGenerator<Row> {
  for await (const rows of some) yield* rows;
}

/**
 * One block of those handed to a part, or undefined where there is none of this position. Whether that is the last one, who takes them
 * has to know by `countHandedOver`.
 */
export async function takeOne<Name extends BlockName>(
  client: pg.ClientBase,
  waveId: number,
  name: Name,
  target: number,
  position: number,
): Promise<BlockOf<Name> | undefined> {
  let found: BlockOf<Name> | undefined;
  const rows = handedTo(client, { waveId, name }, `target = ${target} and position = ${position}`);
  for await (const block of rows) found = await openBlock(keysOf(client), block);
  return found;
}

/** Rows handed over under a name: target → rows, where there are any. @throws as `whole` does. */
export async function countHandedOver(
  client: pg.ClientBase,
  waveId: number,
  name: BlockName,
): Promise<ReadonlyMap<number, number>> {
  const handed = new HandedRows(keysOf(client), waveId, name);
  for await (const counts of handedTo(client, { waveId, name }, `target = ${COUNTS}`))
    await handed.add(counts);
  return handed.end();
}

/** @param which Of the blocks; part of the statement's text. */
async function* handedTo<Name extends BlockName>(
  client: pg.ClientBase,
  { waveId, name }: Pick<Handed<Name>, 'waveId' | 'name'>,
  which: string,
): AsyncGenerator<KeptBlock<Name>> {
  const query = `select target, source, position, rows, columns from stage_block
    where wave_id = ${waveId} and name = '${name}' and ${which} order by target, source, position`;
  for await (const fields of binaryRows(client, query)) {
    const [target = 0, source = 0, position = 0, rows = 0] = fields
      .slice(0, 4)
      .map((field) => field?.readInt32BE());
    yield { waveId, name, target, source, position, rows, columns: fields[4] };
  }
}

/**
 * The blocks among rows that begin with the counts of all sources.
 * @param target That they were handed to; all if not given.
 * @throws Tampered where a source, or a block of one, is missing or one too many; as `Keys.opened` does.
 */
async function* whole<Name extends BlockName>(
  keys: Keys,
  waveId: number,
  name: Name,
  kept: AsyncIterable<KeptBlock<Name>>,
  target?: number,
): AsyncGenerator<BlockOf<Name>> {
  const handed = new HandedRows(keys, waveId, name);
  let taken = 0;
  for await (const block of kept) {
    if (block.target === COUNTS) {
      await handed.add(block);
    } else {
      const columns = await openBlock(keys, block);
      taken += columns.rows;
      yield columns;
    }
  }
  const rows = handed.end();
  const all = target === undefined ? [...rows.values()] : [rows.get(target) ?? 0];
  if (taken !== all.reduce((sum, some) => sum + some, 0)) throw handed.notWhole();
}

/** Once a wave is published, its results and decisions say what there is to be known of all this. */
export async function dropBlocks(client: pg.ClientBase, waveId: number): Promise<void> {
  await client.query('delete from stage_block where wave_id = $1', [waveId]);
}
