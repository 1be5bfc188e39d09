/** What the processors have in common: the step, by the ledger. */
import type { Database } from '../src/db/database.ts';
import type { Log } from '../src/log.ts';
import { STAGES, type StageName, type StepKey } from '../src/pipeline.ts';
import type { Stages } from '../src/wave/advance.ts';
import type { Stage } from '../src/wave/stage.ts';
import { recordFailure, runStep, type StepOutcome } from '../src/wave/step.ts';

export interface ProcessorContext {
  readonly database: Database;
  readonly log: Log;
  /** Aborted when the worker is told to stop. */
  readonly signal: AbortSignal;
}

/** What became of a step: what the ledger says, or that it failed, or was stopped on purpose and is as it was. */
export type StepEnd = StepOutcome['kind'] | 'failed' | 'stopped';

/** The processor of one stage, and the stage itself, which the ledger asks for its parts. */
export interface StageJob {
  readonly stage: Stage;
  /** Never throws for a step that fails: the ledger keeps the failure and decides whether it is tried again. */
  process(key: StepKey, context: ProcessorContext): Promise<StepEnd>;
}

export type StageJobs = Readonly<Record<StageName, StageJob>>;

export function stageJob(stage: Stage): StageJob {
  return { stage, process: (key, context) => processStep(stage, key, context) };
}

/** The stages alone, for whoever plans. */
export function stagesOf(jobs: StageJobs): Stages {
  return Object.fromEntries(STAGES.map((name) => [name, jobs[name].stage])) as Stages;
}

async function processStep(stage: Stage, key: StepKey, context: ProcessorContext): Promise<StepEnd> {
  const { database, log, signal } = context;
  try {
    return (await runStep(database, stage, key, log, signal)).kind;
  } catch (error) {
    // Stopped on purpose is no failure: the step is as it was, and someone else takes it.
    if (signal.aborted) return 'stopped';
    await recordFailure(database, key, error, log);
    return 'failed';
  }
}
