/**
 * What stages hand on: typed columns in blocks, each from one part to another part of a later stage. Written in the
 * step's own transaction, so that a block is there if and only if its step is done.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { decodeBlock, encodeBlock } from '../columns/block.ts';
import { type Columns, concatColumns, type Layout } from '../columns/layout.ts';
import { BinaryRowsIn, binaryRows } from '../db/binary-copy.ts';
import { keysOf, type Transaction } from '../db/database.ts';
import type { Keys } from '../keys/keys.ts';
import { Chain, openBounded, sealBounded } from './bounded.ts';
import type { Part } from './stage.ts';
import { BLOCKS, type BlockName, type BlockOf, type Handover } from './stage-blocks.ts';

/** Fetched together, and held until they are looked at. */
const BLOCKS_AT_ONCE = 8;

const TARGET = 'stage_block (wave_id, name, target, source, position, rows, columns)';

/** In place of a target: not for any part, but how many rows the source has handed to each. */
const COUNTS = -1;

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
  const to = new BinaryRowsIn(client, TARGET);
  const handed: Record<number, number> = {};
  for (const { target, position = 0, columns } of blocks) {
    if (columns.rows === 0) continue;
    const bytes = encodeBlock(BLOCKS[name] as Layout, columns as Columns<Layout>);
    digest.update(bytes);
    const at = { waveId, name, target, source, position, rows: columns.rows };
    putBlock(to, at, keys.sealed(placeOf(at), bytes));
    handed[target] = (handed[target] ?? 0) + columns.rows;
    await to.send();
  }
  const counts = { waveId, name, target: COUNTS, source, position: 0, rows: 0 };
  putBlock(to, counts, sealBounded(keys, placeOf(counts), { ...bounds, rows: handed }));
  await to.end();
  return digest.digest('hex');
}

function putBlock(to: BinaryRowsIn, at: Handed<BlockName>, sealed: Buffer): void {
  to.begin(7);
  to.int4(at.waveId);
  to.text(at.name);
  to.int4(at.target);
  to.int4(at.source);
  to.int4(at.position);
  to.int4(at.rows);
  to.whole(sealed);
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
    select wave_id as "waveId", name, target, source, position, rows, columns from stage_block where wave_id = ${waveId} and name = ${name} order by target, source, position`;
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
  for await (const block of rows) found = await opened(keysOf(client), block);
  return found;
}

/** Rows handed over under a name: target → rows, where there are any. @throws as `whole` does. */
export async function countHandedOver(
  client: pg.ClientBase,
  waveId: number,
  name: BlockName,
): Promise<ReadonlyMap<number, number>> {
  const all = new Map<number, number>();
  const chain = chainOf(waveId, name);
  for await (const block of handedTo(client, { waveId, name }, `target = ${COUNTS}`)) {
    const counts = await openBounded(keysOf(client), placeOf(block), block.columns);
    chain.add(counts);
    for (const [target, rows] of Object.entries(counts.rows ?? {})) {
      all.set(Number(target), (all.get(Number(target)) ?? 0) + rows);
    }
  }
  chain.end();
  return new Map([...all].sort(([one], [other]) => one - other));
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
  const chain = chainOf(waveId, name);
  let missing = 0;
  for await (const block of kept) {
    if (block.target === COUNTS) {
      const counts = await openBounded(keys, placeOf(block), block.columns);
      chain.add(counts);
      for (const [to, rows] of Object.entries(counts.rows ?? {})) {
        if (target === undefined || Number(to) === target) missing += rows;
      }
    } else {
      const columns = await opened(keys, block);
      missing -= columns.rows;
      yield columns;
    }
  }
  chain.end();
  if (missing !== 0) throw chain.notWhole();
}

function chainOf(waveId: number, name: BlockName): Chain {
  return new Chain(`what was handed over as ${name} in wave ${waveId}`);
}

/** Once a wave is published, its results and decisions say what there is to be known of all this. */
export async function dropBlocks(client: pg.ClientBase, waveId: number): Promise<void> {
  await client.query('delete from stage_block where wave_id = $1', [waveId]);
}

/** What a block is bound to, all that is in clear of it: it is nowhere else, and never there twice. */
interface Handed<Name extends BlockName> {
  readonly waveId: number;
  readonly name: Name;
  readonly target: number;
  readonly source: number;
  readonly position: number;
  readonly rows: number;
}

/** As it is in the table. */
interface KeptBlock<Name extends BlockName> extends Handed<Name> {
  readonly columns: Buffer | null | undefined;
}

async function opened<Name extends BlockName>(keys: Keys, block: KeptBlock<Name>): Promise<BlockOf<Name>> {
  const bytes = await keys.opened(placeOf(block), block.columns);
  return decodeBlock(BLOCKS[block.name] as Layout, bytes) as unknown as BlockOf<Name>;
}

function placeOf({ waveId, name, target, source, position, rows }: Handed<BlockName>): string {
  return `stage_block ${name} of wave ${waveId}, part ${target}, from ${source}, position ${position}: ${rows} rows`;
}
