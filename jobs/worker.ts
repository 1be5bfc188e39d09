/** The worker: takes steps from the queue, has each done, and where it was the last of its stage, plans the next one. */
import type { Database } from '../src/db/database.ts';
import { logEvent } from '../src/events.ts';
import type { Log } from '../src/log.ts';
import type { StepKey } from '../src/pipeline.ts';
import type { QueueBackend } from '../src/queue/backend.ts';
import { refill, refillAll } from '../src/queue/refill.ts';
import { type StepQueue, startStepWorker } from '../src/queue/steps.ts';
import type { Stages } from '../src/wave/advance.ts';
import { isStageDone } from '../src/wave/step.ts';
import type { StepEnd } from './processor.ts';
import type { StepRunner } from './runner.ts';

export interface WorkerOptions {
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly queue: StepQueue;
  readonly stages: Stages;
  /** Belongs to the worker from now on. */
  readonly runner: StepRunner;
  readonly log: Log;
}

export interface RunningWorker {
  /** Takes nothing new, ends what is under way if it can within seconds, and gives the rest back. */
  stop(): Promise<void>;
}

/** Milliseconds between two looks at the ledger for steps that the queue has lost, or runs that nobody leads. */
const REFILL_INTERVAL = 5_000;

export function startWorker(options: WorkerOptions): RunningWorker {
  const { database, backend, queue, stages, runner, log } = options;
  const work = async (key: StepKey) => goOn(await runner.run(key), key, options);
  const worker = startStepWorker(backend, work, runner.atOnce, log);
  let refilling: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    refilling = refillAll(database, queue, stages, log).catch((err) =>
      logEvent(log, 'worker.error', { err }),
    );
  }, REFILL_INTERVAL);
  logEvent(log, 'worker.started', { concurrency: runner.atOnce });
  return {
    stop: async () => {
      logEvent(log, 'worker.stopping');
      clearInterval(timer);
      runner.stop();
      await Promise.all([worker.close(), refilling]);
      await runner.end();
      logEvent(log, 'worker.stopped');
    },
  };
}

async function goOn(
  end: StepEnd,
  key: StepKey,
  { database, queue, stages, log }: WorkerOptions,
): Promise<void> {
  switch (end) {
    case 'done':
    case 'already done':
      if (await isStageDone(database, key)) await refill(database, queue, stages, key.waveId, log);
      return;
    case 'failed':
    case 'stopped':
      // The ledger knows: it is tried again, or given up.
      return;
    case 'waiting':
      // Whoever is at it goes on from here.
      return;
    case 'refused':
      // Not planned, or given up: there is nothing to go on with until someone closes the wave again.
      return;
    default:
      throw new Error(`a step cannot end so: ${String(end satisfies never)}`);
  }
}
