/** review: whether the draw looks as chance would have it; where it does not, the publication waits for an operator. */
import type { Transaction } from '../db/database.ts';
import type { Cutoff } from '../wave/cutoff.ts';
import { handOver, takeAll, takeOver } from '../wave/handover.ts';
import { boundsOfRanges, rangeStarts } from '../wave/parts.ts';
import type { Wave } from '../wave/record.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import { countCandidates } from './count.ts';
import { reportOf } from './report.ts';
import { Tally } from './tally.ts';

export const review: Stage = {
  plan: async (sql, wave) => boundsOfRanges(await rangeStarts(sql, wave.id)),
  work: countRange,
  complete: writeReport,
};

async function countRange({ client, wave, part: range }: StepContext): Promise<StepResult> {
  const { part } = range;
  const pool = await takeOver(client, wave.id, 'pool', part);
  const selected = await takeOver(client, wave.id, 'selected', part);
  const traits = await takeOver(client, wave.id, 'traits', part);
  const { tally, candidates } = countCandidates(pool, selected, traits);
  const columns = tally.block();
  const digest = await handOver(client, wave.id, 'counted', range, [{ target: 0, columns }]);
  return { counts: { candidates }, digest };
}

async function writeReport(sql: Transaction, wave: Wave): Promise<void> {
  const tally = new Tally();
  for await (const block of takeAll(sql, wave.id, 'counted')) tally.addAll(block);
  const cutoffs = await sql<Cutoff[]>`
    select tier, region, candidates, accepted, chance from cutoff where wave_id = ${wave.id}`;
  const { report, alarm } = reportOf(
    { regions: wave.policy.regions, quota: wave.quota },
    tally.counted(),
    cutoffs,
  );
  await sql`
    insert into review (wave_id, report, alarm) values (${wave.id}, ${JSON.stringify(report)}::jsonb, ${alarm})`;
}
