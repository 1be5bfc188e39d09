/** select: the pool in draw order, one application after the other: household cap, rank, seats. */
import { numbers } from '../columns/layout.ts';
import { OUTCOMES, outcomeOfRank } from '../proof/seats.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';
import { type BlockOf, countHandedOver, handOver } from '../wave/stage-blocks.ts';
import { HouseholdCap } from './household-cap.ts';
import { inDrawOrder, Run } from './runs.ts';

/** One step: a rank is how many came before, and five bytes a member of the pool are all that is held. */
export const select: Stage = { plan: async () => WHOLE, work: selectCandidates };

async function selectCandidates({ client, wave, part }: StepContext): Promise<StepResult> {
  const sizes = await countHandedOver(client, wave.id, 'pool');
  const selected: BlockOf<'selected'>[] = [];
  for (const [range, rows] of sizes) selected[range] = unselected(rows);
  const runs = [...sizes.keys()].map((range) => new Run(client, wave.id, range));
  const seats = { quota: wave.quota, reserve: wave.policy.reserve };
  const cap = new HouseholdCap();
  let candidates = 0;
  await inDrawOrder(runs, ({ of, row, range }) => {
    const admitted = cap.admits(of.contest[row] as number, of.slots[row] as number);
    const rank = admitted ? ++candidates : 0;
    const place = of.place[row] as number;
    const result = (selected[range] as BlockOf<'selected'>).of;
    result.rank[place] = rank;
    result.outcome[place] = OUTCOMES.indexOf(outcomeOfRank(rank, seats));
  });
  const handed = [...sizes.keys()].map((target) => ({
    target,
    columns: selected[target] as BlockOf<'selected'>,
  }));
  return { counts: { candidates }, digest: await handOver(client, wave.id, 'selected', part.part, handed) };
}

function unselected(rows: number): BlockOf<'selected'> {
  return { rows, of: { rank: numbers('u32', rows), outcome: numbers('u8', rows) } };
}
