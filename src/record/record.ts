/** record: writes what became of each application of a range. Nobody reads it before the wave is published. */
import { createHash } from 'node:crypto';
import { boundsOfRanges, rangeStarts } from '../wave/parts.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import { takeOver } from '../wave/stage-blocks.ts';
import { readVerdicts } from '../wave/verdicts.ts';
import { sendOutcomes } from './outcome-rows.ts';

export const record: Stage = {
  plan: async (sql, wave) => boundsOfRanges(await rangeStarts(sql, wave.id)),
  work: recordRange,
};

async function recordRange({ client, wave, part }: StepContext): Promise<StepResult> {
  const verdicts = await readVerdicts(client, wave.id, part.part);
  const selected = await takeOver(client, wave.id, 'selected', part.part);
  const digest = createHash('sha256');
  const counts = await sendOutcomes(client, wave, verdicts, selected, digest);
  return { counts: { applications: verdicts.rows, ...counts }, digest: digest.digest('hex') };
}
