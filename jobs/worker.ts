/** The worker: takes steps from the queue and hands each to the processor of its stage. */
import type { Database } from '../src/db/database.ts';
import { logEvent } from '../src/events.ts';
import type { Log } from '../src/log.ts';
import { fileNoticePort } from '../src/notify/file-port.ts';
import type { QueueBackend } from '../src/queue/backend.ts';
import { refillAll } from '../src/queue/refill.ts';
import { type StepQueue, startStepWorker } from '../src/queue/steps.ts';
import { drawJob } from './draw.ts';
import { filterJob } from './filter.ts';
import { freezeJob } from './freeze.ts';
import { householdJob } from './household.ts';
import { matchJob } from './match.ts';
import { notifyJob } from './notify.ts';
import { type StageJobs, stagesOf } from './processor.ts';
import { publishJob } from './publish.ts';
import { recordJob } from './record.ts';
import { selectJob } from './select.ts';

/**
 * The processors in the order of the pipeline.
 * @param noticesFolder Where notices are written that no gateway takes.
 */
export function createJobs(noticesFolder: string): StageJobs {
  return {
    match: matchJob,
    filter: filterJob,
    household: householdJob,
    freeze: freezeJob,
    draw: drawJob,
    select: selectJob,
    record: recordJob,
    publish: publishJob,
    notify: notifyJob(fileNoticePort(noticesFolder)),
  };
}

export interface WorkerOptions {
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly queue: StepQueue;
  readonly jobs: StageJobs;
  readonly concurrency: number;
  readonly log: Log;
}

export interface RunningWorker {
  /** Takes nothing new, ends what is under way if it can within seconds, and gives the rest back. */
  stop(): Promise<void>;
}

/** Milliseconds between two looks at the ledger for steps that the queue has lost, or runs that nobody leads. */
const REFILL_INTERVAL = 5_000;

export function startWorker(options: WorkerOptions): RunningWorker {
  const { database, backend, queue, jobs, concurrency, log } = options;
  const stopping = new AbortController();
  const context = { database, queue, jobs, log, signal: stopping.signal };
  const worker = startStepWorker(backend, (key) => jobs[key.stage].process(key, context), concurrency, log);
  let refilling: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    refilling = refillAll(database, queue, stagesOf(jobs), log).catch((err) =>
      logEvent(log, 'worker.error', { err }),
    );
  }, REFILL_INTERVAL);
  logEvent(log, 'worker.started', { concurrency });
  return {
    stop: async () => {
      logEvent(log, 'worker.stopping');
      clearInterval(timer);
      stopping.abort();
      await Promise.all([worker.close(), refilling]);
      logEvent(log, 'worker.stopped');
    },
  };
}
