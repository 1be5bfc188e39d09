/** What the processors have in common: the step, by the ledger. */
import type { Database } from '../src/db/database.ts';
import { isLoss } from '../src/db/loss.ts';
import { logEvent } from '../src/events.ts';
import type { Log } from '../src/log.ts';
import { STAGES, type StageName, type StepKey } from '../src/pipeline.ts';
import type { Stages } from '../src/wave/advance.ts';
import { type Failed, recordFailure } from '../src/wave/failures.ts';
import type { Stage } from '../src/wave/stage.ts';
import { runStep, type StepOutcome } from '../src/wave/step.ts';

export interface ProcessorContext {
  readonly database: Database;
  readonly log: Log;
  /** Aborted when the worker is told to stop. */
  readonly signal: AbortSignal;
  /** The id of the process, as its leases have it. */
  readonly worker: string;
  /** Called with the token of each step's lease. */
  readonly onLease?: (token: number) => void;
}

/**
 * What became of a step: what the ledger says, or that it failed, or that it is as it was: stopped on purpose, or since the
 * database or the queue was lost.
 */
export type StepEnd = StepOutcome['kind'] | 'failed' | 'stopped' | 'lost';

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
  let token: number | undefined;
  const onLease = (given: number) => {
    token = given;
    context.onLease?.(given);
  };
  try {
    return (await runStep({ stage, key, ...context, onLease })).kind;
  } catch (thrown) {
    // Stopped on purpose is no failure: the step is as it was, and someone else takes it.
    if (context.signal.aborted) return 'stopped';
    return endFailed({ key, token, thrown }, context);
  }
}

/** Writes the failure down, unless it is one of the connection: that is no attempt at the step. */
export async function endFailed(
  failed: Failed,
  { database, log }: Pick<ProcessorContext, 'database' | 'log'>,
): Promise<StepEnd> {
  try {
    if (isLoss(failed.thrown)) throw failed.thrown;
    return (await recordFailure(database, failed, log)) ? 'failed' : 'taken over';
  } catch (err) {
    if (!isLoss(err)) throw err;
    const { waveId: wave, stage, part } = failed.key;
    logEvent(log, 'step.lost', { wave, stage, part, err });
    return 'lost';
  }
}
