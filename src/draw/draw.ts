/** draw: with the pool frozen, the entropy is taken in, and each member of the pool gets its tickets' hashes. */
import { numbersOf, pickRows, type Words } from '../columns/layout.ts';
import { orderBy, orderWithin, wordKey } from '../columns/order.ts';
import { compareWords } from '../columns/words.ts';
import type { Transaction } from '../db/database.ts';
import { MerkleTree } from '../proof/merkle.ts';
import { seedOf } from '../proof/seed.ts';
import { boundsOfRanges, rangeStarts } from '../wave/parts.ts';
import { entropyOf, seedOfWave, type Wave } from '../wave/record.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import { type BlockOf, DRAWN, type Handover, handOver, takeOver } from '../wave/stage-blocks.ts';
import { drawTickets } from './tickets.ts';

export const draw: Stage = {
  /** Once a wave, and before any ticket: the root is fixed here, and the seed made of it, since it can no longer change. */
  plan: async (sql, wave) => {
    const root = await rootOfPool(sql, wave.id);
    const seed = seedOf(root, await entropyOf(sql, wave));
    await sql`update wave set pool_root = ${root}, frozen_at = now(), seed = ${seed} where id = ${wave.id}`;
    return boundsOfRanges(await rangeStarts(sql, wave.id));
  },
  work: drawRange,
};

/** Rows of a block: select holds one of each range at a time. */
const BLOCK_ROWS = 8_192;

async function rootOfPool(sql: Transaction, waveId: number): Promise<string> {
  const tree = new MerkleTree();
  const parts = await sql<{ subtrees: { level: number; digest: string }[] }[]>`
    select subtrees from pool where wave_id = ${waveId} order by part`;
  for (const { level, digest } of parts.flatMap((part) => part.subtrees)) {
    tree.addSubtree({ level, digest: Buffer.from(digest, 'hex').toString('latin1') });
  }
  return tree.root().toString('hex');
}

async function drawRange({ client, wave, part }: StepContext): Promise<StepResult> {
  const pool = await takeOver(client, wave.id, 'pool', part.part);
  const drawn = drawnInOrder(pool, wave);
  const digest = await handOver(client, wave.id, 'drawn', part.part, inBlocks(drawn, part.part));
  const tickets = pool.of.tickets.reduce((sum, count) => sum + count, 0);
  return { counts: { tickets }, digest };
}

/** Tier, draw; at the same of both the smaller registration number, in whose order the pool is. */
function drawnInOrder(pool: BlockOf<'pool'>, wave: Wave): BlockOf<'drawn'> {
  const { rows, of } = pool;
  const tickets = drawTickets(seedOfWave(wave), pool);
  const order = byDraw(of.tier, tickets, rows);
  const { tier, slots, contest, region } = of;
  const place = numbersOf('u32', rows, (row) => row);
  return pickRows(DRAWN, { rows, of: { tier, draw: tickets, slots, contest, region, place } }, order);
}

/** By tier and the first 64 bits of the draw; the other 192 are looked at where these are the same. */
function byDraw(tier: Uint16Array, tickets: Words, rows: number): Uint32Array {
  const first = wordKey(tickets, 0, rows);
  const second = wordKey(tickets, 1, rows);
  const order = orderBy(rows, [tier, first, second]);
  orderWithin(
    order,
    (left, right) =>
      tier[left] === tier[right] && first[left] === first[right] && second[left] === second[right],
    (left, right) => compareWords(tickets, left, tickets, right) || left - right,
  );
  return order;
}

function* inBlocks(drawn: BlockOf<'drawn'>, target: number): Iterable<Handover<'drawn'>> {
  for (let from = 0, position = 0; from < drawn.rows; from += BLOCK_ROWS, position++) {
    const rows = numbersOf('u32', Math.min(BLOCK_ROWS, drawn.rows - from), (row) => from + row);
    yield { target, position, columns: pickRows(DRAWN, drawn, rows) };
  }
}
