/** freeze: the pool, as it will be published, and its Merkle tree. After this nothing that decides the draw changes. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { pickRows } from '../columns/layout.ts';
import { orderBy } from '../columns/order.ts';
import { keysOf, type Transaction } from '../db/database.ts';
import { MerkleTree, type Subtree } from '../proof/merkle.ts';
import type { Halves } from '../proof/pseudonym.ts';
import { stagesDisagree } from '../wave/disagreement.ts';
import { countHandedOver, handOver, takeOver } from '../wave/handover.ts';
import { boundsOfRanges, rangeStarts } from '../wave/parts.ts';
import { sealPoolLines } from '../wave/pool-parts.ts';
import { byRegistrationNo } from '../wave/registration-order.ts';
import type { Part, Stage, StepContext, StepResult } from '../wave/stage.ts';
import { type BlockOf, ELIGIBLE, HOUSEHOLD } from '../wave/stage-blocks.ts';
import { poolLines } from './lines.ts';
import { ticketsOf } from './tickets.ts';

export const freeze: Stage = {
  plan: async (sql, wave) => boundsOfRanges(await rangeStarts(sql, wave.id)),
  work: freezeRange,
  /** From here on the database refuses to change the pool, the policy and the lists. The time is that of now, not of the transaction. */
  complete: async (sql, { id }) => {
    const root = await rootOfPool(sql, id);
    await sql`update wave set pool_root = ${root}, frozen_at = clock_timestamp() where id = ${id} and state = 'closing'`;
  },
};

async function rootOfPool(sql: Transaction, waveId: number): Promise<string> {
  const tree = new MerkleTree();
  const parts = await sql<{ subtrees: { level: number; digest: string }[] }[]>`
    select subtrees from pool where wave_id = ${waveId} order by part`;
  for (const { level, digest } of parts.flatMap((part) => part.subtrees)) {
    tree.addSubtree({ level, digest: Buffer.from(digest, 'hex').toString('latin1') });
  }
  return tree.root().toString('hex');
}

async function freezeRange({ client, wave, part }: StepContext): Promise<StepResult> {
  const eligible = await takeOver(client, wave.id, 'eligible', part.part);
  const households = await takeOver(client, wave.id, 'household', part.part);
  const order = byRegistrationNo(wave.id, eligible.of.registrationNo, eligible.rows);
  const inOrder = pickRows(ELIGIBLE, eligible, order);
  const tickets = await ticketsOf(client, wave, part, inOrder.of.registrationNo, inOrder.rows);
  const { pool, pseudonyms, traits } = poolOf(inOrder, households, order, tickets);
  const before = await countBefore(client, wave.id, part.part);
  const { lines, subtrees } = poolLines(pool, pseudonyms, before);
  await handOver(client, wave.id, 'pool', part, [{ target: part.part, columns: pool }]);
  await handOver(client, wave.id, 'traits', part, [{ target: part.part, columns: traits }]);
  await writePool(client, wave.id, part, lines, subtrees);
  const digest = createHash('sha256').update(lines).digest('hex');
  return { counts: { eligible: pool.rows }, digest };
}

/**
 * The eligible of a range in the order of their registration numbers, with what is known of their households.
 * @param order In which they were brought from the order of their numbers.
 * @throws GelombangError UNEXPECTED where the stages before do not speak of the same applications.
 */
function poolOf(
  { rows, of }: BlockOf<'eligible'>,
  households: BlockOf<'household'>,
  order: Uint32Array,
  tickets: Uint32Array,
): { readonly pool: BlockOf<'pool'>; readonly traits: BlockOf<'traits'>; readonly pseudonyms: Halves } {
  // The eligible come in the order of their numbers.
  const byNumber = orderBy(households.rows, [households.of.number]);
  const theirs = order.map((row) => byNumber[row] as number);
  const { registrationNo, number, tier, region, ...traits } = of;
  const known = pickRows(HOUSEHOLD, households, theirs).of;
  if (households.rows !== rows || known.number.some((theirNumber, row) => theirNumber !== number[row])) {
    const counts = `${rows} eligible applications, ${households.rows} with a household`;
    throw stagesDisagree(counts);
  }
  return {
    pool: { rows, of: { registrationNo, tier, tickets, slots: known.slots, contest: known.contest, region } },
    traits: { rows, of: traits },
    pseudonyms: { high: known.pseudonymHigh, low: known.pseudonymLow },
  };
}

/** Lines of the pool in the ranges before this one. */
async function countBefore(client: pg.ClientBase, waveId: number, part: number): Promise<number> {
  const counts = await countHandedOver(client, waveId, 'household');
  let before = 0;
  for (const [range, rows] of counts) if (range < part) before += rows;
  return before;
}

async function writePool(
  client: pg.ClientBase,
  waveId: number,
  part: Part,
  lines: Buffer,
  subtrees: readonly Subtree[],
): Promise<void> {
  const nodes = subtrees.map(({ level, digest }) => ({
    level,
    digest: Buffer.from(digest, 'latin1').toString('hex'),
  }));
  await client.query(
    'insert into pool (wave_id, part, lines, subtrees, bounds) values ($1, $2, $3, $4, $5)',
    [waveId, part.part, lines, JSON.stringify(nodes), sealPoolLines(keysOf(client), waveId, part, lines)],
  );
}
