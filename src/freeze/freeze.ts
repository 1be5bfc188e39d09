/** freeze: the pool, as it will be published, and its Merkle tree. After this nothing that decides the draw changes. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { pickRows, rowsWhere } from '../columns/layout.ts';
import { orderBy } from '../columns/order.ts';
import { GelombangError } from '../errors.ts';
import type { Subtree } from '../proof/merkle.ts';
import { boundsOfRanges, rangeStarts } from '../wave/parts.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import { type BlockOf, countHandedOver, handOver, NO_TIER, takeOver, VERDICT } from '../wave/stage-blocks.ts';
import { readVerdicts } from '../wave/verdicts.ts';
import { type LinePseudonyms, poolLines } from './lines.ts';

export const freeze: Stage = {
  plan: async (sql, wave) => boundsOfRanges(await rangeStarts(sql, wave.id)),
  work: freezeRange,
};

async function freezeRange({ client, wave, part }: StepContext): Promise<StepResult> {
  const verdicts = await readVerdicts(client, wave.id, part.part);
  const households = await takeOver(client, wave.id, 'household', part.part);
  const { pool, pseudonyms } = poolOf(verdicts, households);
  const before = await countBefore(client, wave.id, part.part);
  const { lines, subtrees } = poolLines(pool, pseudonyms, before);
  await handOver(client, wave.id, 'pool', part.part, [{ target: part.part, columns: pool }]);
  await writePool(client, wave.id, part.part, pool.rows, lines, subtrees);
  const digest = createHash('sha256').update(lines).digest('hex');
  return { counts: { applications: verdicts.rows, eligible: pool.rows }, digest };
}

/** The eligible of a range, in its order, with what is known of their households. */
function poolOf(
  verdicts: BlockOf<'verdict'>,
  households: BlockOf<'household'>,
): { readonly pool: BlockOf<'pool'>; readonly pseudonyms: LinePseudonyms } {
  const eligible = rowsWhere(verdicts.rows, (row) => verdicts.of.tier[row] !== NO_TIER);
  const { registrationNo, tier, region, number } = pickRows(VERDICT, verdicts, eligible).of;
  const rows = eligible.length;
  const of = placesOf(number, households);
  return {
    pool: {
      rows,
      of: {
        registrationNo,
        tier,
        tickets: new Uint32Array(rows).fill(1),
        slots: of(households.of.slots),
        contest: of(households.of.contest),
        region,
      },
    },
    pseudonyms: { high: of(households.of.pseudonymHigh), low: of(households.of.pseudonymLow) },
  };
}

/** Puts a column of the households into the order of the eligible: both know an application by its number. */
function placesOf(
  numbers: Uint32Array,
  households: BlockOf<'household'>,
): (column: Uint32Array) => Uint32Array {
  if (households.rows !== numbers.length) {
    const counts = `${numbers.length} eligible applications, ${households.rows} with a household`;
    throw new GelombangError('UNEXPECTED', `the stages disagree: ${counts}`);
  }
  const ours = orderBy(numbers.length, [numbers]);
  const theirs = orderBy(households.rows, [households.of.number]);
  return (column) => {
    const placed = new Uint32Array(numbers.length);
    for (let i = 0; i < ours.length; i++) placed[ours[i] as number] = column[theirs[i] as number] as number;
    return placed;
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
  part: number,
  applications: number,
  lines: Buffer,
  subtrees: readonly Subtree[],
): Promise<void> {
  const nodes = subtrees.map(({ level, digest }) => ({
    level,
    digest: Buffer.from(digest, 'latin1').toString('hex'),
  }));
  await client.query(
    'insert into pool (wave_id, part, applications, lines, subtrees) values ($1, $2, $3, $4, $5)',
    [waveId, part, applications, lines, JSON.stringify(nodes)],
  );
}
