/** The entry of a thread that hangs in the first attempt at a step, as one whose answer is lost on the way. */
import { createJobs } from '../../jobs/jobs.ts';
import { stageJob } from '../../jobs/processor.ts';
import { serveSteps } from '../../jobs/thread.ts';
import type { StepContext } from '../../src/wave/stage.ts';

await serveSteps((settings) => {
  const jobs = createJobs(settings);
  const { stage } = jobs.match;
  const work = async (context: StepContext) => {
    const rows = await context.database.sql`select from step where stage = 'match' and attempts = 0`;
    return rows.length === 0 ? stage.work(context) : new Promise<never>(() => {});
  };
  return { ...jobs, match: stageJob({ ...stage, work }) };
});
