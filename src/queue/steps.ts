/** The queue of steps. A job carries the name of its step and nothing else; what it means stands in the ledger. */
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { STAGES, type StepKey } from '../pipeline.ts';
import type { QueueBackend } from './backend.ts';
import { STEP_QUEUE } from './tables.ts';

/**
 * Milliseconds. The claim on a job is renewed while its process lives, however long the step takes; after this long
 * without, someone else takes it. A claim that is lost by mistake does no harm: the ledger's own lock decides.
 */
const LOCK_DURATION = 15_000;
/** Milliseconds between two looks for jobs that nobody claims any more. */
const STALLED_INTERVAL = 5_000;

/** Milliseconds that a worker which is told to stop may take to end its steps. */
const STOP_TIMEOUT = 8_000;

export interface StepQueue {
  /** Puts the steps of a run in; one that is there already for this attempt is left alone. */
  add(keys: readonly StepKey[], attempt: number): Promise<void>;
  /** How many workers listen, in this process or another. */
  workersAbout(): Promise<number>;
  close(): Promise<void>;
}

export function openStepQueue(backend: QueueBackend, log: Log): StepQueue {
  const queue = backend.queue(STEP_QUEUE);
  queue.on('error', (err: Error) => logEvent(log, 'queue.error', { err }));
  return {
    add: async (keys, attempt) => {
      await queue.addBulk(
        keys.map((key) => ({
          name: key.stage,
          data: key,
          // Removed whatever becomes of it: an id that is kept would keep the step from being put in again.
          opts: {
            jobId: `wave-${key.waveId}-${key.stage}-${key.part}-${attempt}`,
            removeOnComplete: true,
            removeOnFail: true,
          },
        })),
      );
    },
    workersAbout: () => queue.getWorkersCount(),
    close: () => queue.close(),
  };
}

export interface StepWorker {
  /** Takes no more steps, waits a while for those under way. */
  close(): Promise<void>;
}

export function startStepWorker(
  backend: QueueBackend,
  work: (key: StepKey) => Promise<void>,
  concurrency: number,
  log: Log,
): StepWorker {
  const worker = backend.worker(STEP_QUEUE, (job) => work(keyOf(job.data)), {
    concurrency,
    lockDuration: LOCK_DURATION,
    stalledInterval: STALLED_INTERVAL,
  });
  worker.on('error', (err: Error) => logEvent(log, 'worker.error', { err }));
  return {
    close: async () => {
      // BullMQ's own close waits without end for a step that hangs.
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, STOP_TIMEOUT);
      });
      await Promise.race([worker.close(), timeout]);
      clearTimeout(timer);
    },
  };
}

/** By hand: a library for it takes a tenth of a second to load. Throws where the job is nothing of ours. */
function keyOf(data: unknown): StepKey {
  const { waveId, stage, part } = (data ?? {}) as Readonly<Record<string, unknown>>;
  const known = STAGES.find((name) => name === stage);
  if (known === undefined || !Number.isSafeInteger(waveId) || !Number.isSafeInteger(part))
    throw new Error('a job of the queue names no step');
  return { waveId: Number(waveId), stage: known, part: Number(part) };
}
