/** draw: with the pool frozen, the entropy is taken in, and each member of the pool gets its tickets' hashes. */
import { numbersOf, pickRows, type Words } from '../columns/layout.ts';
import { orderBy, orderWithin, wordKey } from '../columns/order.ts';
import { compareWords } from '../columns/words.ts';
import { seedOf } from '../proof/seed.ts';
import { entropyOf } from '../wave/entropy.ts';
import { handOver, takeOver } from '../wave/handover.ts';
import { boundsOfRanges, countParts, rangeStarts } from '../wave/parts.ts';
import { rootOfWave, seedOfWave } from '../wave/record.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import { type BlockOf, DRAWN, type Handover } from '../wave/stage-blocks.ts';
import { drawTickets } from './tickets.ts';

export const draw: Stage = {
  /** Once a wave, with the pool frozen and before any ticket: the entropy is taken in. */
  plan: async (sql, wave) => {
    const seed = seedOf(rootOfWave(wave), await entropyOf(sql, wave));
    await sql`update wave set seed = ${seed} where id = ${wave.id} and state = 'closing'`;
    return boundsOfRanges(await rangeStarts(sql, wave.id));
  },
  work: drawRange,
};

/** Select holds a block of each range at a time: about so many rows in all, or more where the ranges are many. */
const HELD_ROWS = 1 << 18;
const LEAST_BLOCK = 4_096;

async function drawRange({ client, database, wave, part: range }: StepContext): Promise<StepResult> {
  const { part } = range;
  const pool = await takeOver(client, wave.id, 'pool', part);
  const draws = drawTickets(seedOfWave(wave), pool);
  const blockRows = Math.max(LEAST_BLOCK, Math.floor(HELD_ROWS / (await countParts(database.sql, wave.id))));
  const digest = await handOver(client, wave.id, 'drawn', range, drawnInOrder(pool, draws, part, blockRows));
  const tickets = pool.of.tickets.reduce((sum, count) => sum + count, 0);
  return { counts: { tickets }, digest };
}

/** By tier and draw; at the same of both the smaller registration number, in whose order the pool is. */
function* drawnInOrder(
  { rows, of }: BlockOf<'pool'>,
  draw: Words,
  target: number,
  blockRows: number,
): Iterable<Handover<'drawn'>> {
  const order = byDraw(of.tier, draw, rows);
  const { tier, slots, contest, region } = of;
  const place = numbersOf('u32', rows, (row) => row);
  const drawn = { rows, of: { tier, draw, slots, contest, region, place } };
  for (let from = 0, position = 0; from < rows; from += blockRows, position++) {
    yield { target, position, columns: pickRows(DRAWN, drawn, order.subarray(from, from + blockRows)) };
  }
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
