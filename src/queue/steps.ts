/** The queue of steps. A job carries the name of its step and nothing else; what it means stands in the ledger. */
import type { Job } from 'bullmq';
import { isLoss } from '../db/loss.ts';
import { type EventName, logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { STAGES, type StepKey } from '../pipeline.ts';
import type { QueueBackend } from './backend.ts';
import type { Worker } from './libraries.ts';
import { STEP_QUEUE } from './tables.ts';

/**
 * Milliseconds. The claim on a job is renewed while its process lives, however long the step takes; after this long
 * without, the job can be removed. Who may do the step is not decided by it, nor by any clock of a worker.
 */
const LOCK_DURATION = 15_000;

/** Milliseconds until a worker tries again that could not reach the queue. */
const RETRY_DELAY = 1_000;

/** Milliseconds that a worker which is told to stop may take to end its steps. */
const STOP_TIMEOUT = 8_000;

/** Milliseconds between two lines that say the same of a queue that cannot be reached. */
const COMPLAINT_INTERVAL = 5_000;

/** Jobs that are looked at for steps that nobody is at any more. */
const MOST_TAKEN = 1_000;

/** A step as it is put in: with another token it is another job. */
export interface QueuedStep extends StepKey {
  readonly token?: number;
}

/** A job that some worker has taken, living or dead. */
export interface TakenJob {
  readonly id: string;
  readonly key: StepKey;
  /** That it was put in with. */
  readonly token: number;
}

export interface StepQueue {
  /** Puts the steps of a run in; one that is there already for this attempt and with this token is left alone. */
  add(steps: readonly QueuedStep[], attempt: number): Promise<void>;
  /** How many workers listen, in this process or another. */
  workersAbout(): Promise<number>;
  taken(): Promise<readonly TakenJob[]>;
  /** False where a living worker has it still, or one that has died a moment ago. */
  remove(id: string): Promise<boolean>;
  close(): Promise<void>;
}

export function openStepQueue(backend: QueueBackend, log: Log): StepQueue {
  const open = () => backend.queue(STEP_QUEUE).on('error', complain(log, 'queue.error'));
  let current = open();
  /** One that could not begin never does: BullMQ 6.7 on PostgreSQL tries that once. */
  const begun = async () => {
    const queue = current;
    try {
      await queue.waitUntilReady();
      return queue;
    } catch (error) {
      if (queue === current) current = open();
      void queue.close().catch(() => undefined);
      throw error;
    }
  };
  return {
    add: async (steps, attempt) => {
      const queue = await begun();
      await queue.addBulk(
        steps.map(({ waveId, stage, part, token = 0 }) => ({
          name: stage,
          data: { waveId, stage, part },
          // Removed whatever becomes of it: an id that is kept would keep the step from being put in again.
          opts: {
            jobId: `wave-${waveId}-${stage}-${part}-${attempt}-${token}`,
            removeOnComplete: true,
            removeOnFail: true,
          },
        })),
      );
    },
    workersAbout: async () => (await begun()).getWorkersCount(),
    taken: async () => (await (await begun()).getActive(0, MOST_TAKEN)).flatMap(takenJob),
    remove: async (id) => (await (await begun()).remove(id).catch(() => 0)) === 1,
    close: () => current.close(),
  };
}

/** Of what is taken away just now, there is no more than a hole. */
function takenJob(job: Job | undefined): TakenJob[] {
  const key = stepNamedBy(job?.data);
  if (job?.id === undefined || key === undefined) return [];
  return [{ id: job.id, key, token: Number(job.id.split('-').at(-1)) }];
}

/** What a queue says of jobs that it has forgotten: the ledger has their steps, and they are put in again. */
const FORGOTTEN = /^(Missing (key|lock) for job|could not renew lock)/;

/**
 * Says it, and not again for some seconds: a queue that is gone is met some hundred times a second. What mends itself is said
 * in a few words.
 */
function complain(log: Log, event: EventName & ('queue.error' | 'worker.error')): (err: Error) => void {
  const said = new Map<string, number>();
  return (err) => {
    const now = performance.now();
    if (now - (said.get(err.message) ?? Number.NEGATIVE_INFINITY) < COMPLAINT_INTERVAL) return;
    if (said.size > 100) said.clear();
    said.set(err.message, now);
    if (isLoss(err) || FORGOTTEN.test(err.message)) logEvent(log, 'queue.error', { reason: err.message });
    else logEvent(log, event, { err });
  };
}

export interface StepWorker {
  /** Opens its connection to the queue anew, and ends with the old one what was begun there. */
  reopen(): void;
  /** Takes no more steps, waits a while for those under way. */
  close(): Promise<void>;
}

export interface StepWorkerOptions {
  readonly concurrency: number;
  readonly log: Log;
  /** Called with what says that the queue, or the database that it is in, is gone. */
  readonly onLoss?: (error: Error) => void;
}

export function startStepWorker(
  backend: QueueBackend,
  work: (key: StepKey) => Promise<void>,
  { concurrency, log, onLoss = () => {} }: StepWorkerOptions,
): StepWorker {
  let again: NodeJS.Timeout | undefined;
  let current: Worker | undefined;
  const closing: Promise<unknown>[] = [];
  const start = () => {
    const worker = backend.worker(STEP_QUEUE, (job) => work(keyOf(job.data)), {
      concurrency,
      lockDuration: LOCK_DURATION,
      runRetryDelay: RETRY_DELAY,
    });
    const say = complain(log, 'worker.error');
    const tell = (err: Error) => {
      if (isLoss(err)) onLoss(err);
      say(err);
    };
    worker.on('error', tell);
    // As a queue, one that could not begin never does; and it asks again at once and without an end, which lets nothing else be done.
    worker.waitUntilReady().catch((err: Error) => {
      if (worker !== current) return;
      end();
      tell(err);
      again = setTimeout(reopen, RETRY_DELAY);
    });
    return worker;
  };
  const end = () => {
    clearTimeout(again);
    if (current !== undefined) closing.push(current.close().catch(() => undefined));
    current = undefined;
  };
  const reopen = () => {
    end();
    current = start();
  };
  reopen();
  return {
    reopen,
    close: async () => {
      end();
      // BullMQ's own close waits without end for a step that hangs.
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, STOP_TIMEOUT);
      });
      await Promise.race([Promise.all(closing), timeout]);
      clearTimeout(timer);
    },
  };
}

/** @throws Error for a job that is nothing of ours. */
function keyOf(data: unknown): StepKey {
  const key = stepNamedBy(data);
  if (key === undefined) throw new Error('a job of the queue names no step');
  return key;
}

/** By hand: a library for it takes a tenth of a second to load. */
function stepNamedBy(data: unknown): StepKey | undefined {
  const { waveId, stage, part } = (data ?? {}) as Readonly<Record<string, unknown>>;
  const known = STAGES.find((name) => name === stage);
  if (known === undefined || !Number.isSafeInteger(waveId) || !Number.isSafeInteger(part)) return undefined;
  return { waveId: Number(waveId), stage: known, part: Number(part) };
}
