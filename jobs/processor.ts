/** What the processors have in common: the step, by the ledger; then, where it was the last of its stage, the next one. */
import type { Database } from '../src/db/database.ts';
import type { Log } from '../src/log.ts';
import { STAGES, type StageName, type StepKey } from '../src/pipeline.ts';
import { refill } from '../src/queue/refill.ts';
import type { StepQueue } from '../src/queue/steps.ts';
import type { Stages } from '../src/wave/advance.ts';
import type { Stage } from '../src/wave/stage.ts';
import { isStageDone, recordFailure, runStep, type StepOutcome } from '../src/wave/step.ts';

export interface WorkerContext {
  readonly database: Database;
  readonly queue: StepQueue;
  readonly jobs: StageJobs;
  readonly log: Log;
  /** Aborted when the worker is told to stop. */
  readonly signal: AbortSignal;
}

/** The processor of one stage, and the stage itself, which the ledger asks for its parts. */
export interface StageJob {
  readonly stage: Stage;
  process(key: StepKey, context: WorkerContext): Promise<void>;
}

export type StageJobs = Readonly<Record<StageName, StageJob>>;

export function stageJob(stage: Stage): StageJob {
  return { stage, process: (key, context) => processStep(stage, key, context) };
}

/** The stages alone, for whoever plans. */
export function stagesOf(jobs: StageJobs): Stages {
  return Object.fromEntries(STAGES.map((name) => [name, jobs[name].stage])) as Stages;
}

/** Never throws for a step that fails: the ledger keeps the failure and decides whether it is tried again. */
async function processStep(stage: Stage, key: StepKey, context: WorkerContext): Promise<void> {
  const { database, log, signal } = context;
  let outcome: StepOutcome;
  try {
    outcome = await runStep(database, stage, key, log, signal);
  } catch (error) {
    // Stopped on purpose is no failure: the step is as it was, and someone else takes it.
    if (!signal.aborted) await recordFailure(database, key, error, log);
    return;
  }
  await goOn(outcome, key, context);
}

async function goOn(outcome: StepOutcome, key: StepKey, context: WorkerContext): Promise<void> {
  const { database, queue, jobs, log } = context;
  switch (outcome.kind) {
    case 'done':
    case 'already done':
      if (await isStageDone(database, key)) await refill(database, queue, stagesOf(jobs), key.waveId, log);
      return;
    case 'waiting':
      // Whoever is at it goes on from here.
      return;
    case 'refused':
      // Not planned, or given up: there is nothing to go on with until someone closes the wave again.
      return;
    default:
      throw new Error(`a step cannot end so: ${String(outcome satisfies never)}`);
  }
}
