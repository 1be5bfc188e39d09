/** The entry of a thread that breaks in the first attempt at a step of some stages, at each in another way. */
import { createJobs } from '../../jobs/jobs.ts';
import { type StageJob, stageJob } from '../../jobs/processor.ts';
import { serveSteps } from '../../jobs/thread.ts';
import { one } from '../../src/db/rows.ts';
import type { StageName } from '../../src/pipeline.ts';
import type { StepContext } from '../../src/wave/stage.ts';

const never = new Promise<never>(() => {});

function endThread(): Promise<never> {
  process.exit(3);
}

function throwAside(): Promise<never> {
  setImmediate(() => {
    throw new Error('caught by nobody');
  });
  return never;
}

async function takeAllMemory(): Promise<never> {
  const kept: number[][] = [];
  for (;;) kept.push(new Array(100_000).fill(kept.length + 0.5));
}

function breaking(name: StageName, { stage }: StageJob, breakDown: () => Promise<never>): StageJob {
  const work = async (context: StepContext) => {
    const { database, wave, part } = context;
    const { attempts } = await one(
      database.sql<{ attempts: number }[]>`
        select attempts from step where wave_id = ${wave.id} and stage = ${name} and part = ${part.part}`,
      'the step',
    );
    return attempts === 0 ? breakDown() : stage.work(context);
  };
  return stageJob({ ...stage, work });
}

await serveSteps((settings) => {
  const jobs = createJobs(settings);
  return {
    ...jobs,
    match: breaking('match', jobs.match, endThread),
    filter: breaking('filter', jobs.filter, throwAside),
    freeze: breaking('freeze', jobs.freeze, takeAllMemory),
  };
});
