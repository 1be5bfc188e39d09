/** The worker: takes steps from the queue, has each done, and where it was the last of its stage, plans the next one. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../src/db/database.ts';
import { isLoss } from '../src/db/loss.ts';
import { logEvent } from '../src/events.ts';
import type { Log } from '../src/log.ts';
import type { StepKey } from '../src/pipeline.ts';
import type { QueueBackend } from '../src/queue/backend.ts';
import { withDeadline } from '../src/queue/deadline.ts';
import { refill, refillAll, Sweeper } from '../src/queue/refill.ts';
import { type StepQueue, type StepWorker, startStepWorker } from '../src/queue/steps.ts';
import type { Stages } from '../src/wave/advance.ts';
import { isStageDone } from '../src/wave/step.ts';
import { Heartbeat, type HeartbeatLimits } from './heartbeat.ts';
import type { StepEnd } from './processor.ts';
import type { StepRunner } from './runner.ts';
import { logWorkerError } from './worker-error.ts';

export interface WorkerOptions {
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly queue: StepQueue;
  readonly stages: Stages;
  /** Belongs to the worker from now on. */
  readonly runner: StepRunner;
  readonly log: Log;
  readonly limits?: HeartbeatLimits;
  /** The database or the queue does not answer: the worker goes on as well as it can, and is best made anew. */
  readonly onLoss?: (error: Error) => void;
}

export interface RunningWorker {
  /** Takes nothing new, ends what is under way if it can within seconds, and gives the rest back. */
  stop(): Promise<void>;
  /** Gives everything up at once, where nobody answers. */
  cut(): Promise<void>;
}

/** Milliseconds between two looks at the ledger for steps that the queue has lost, or runs that nobody leads. */
const REFILL_INTERVAL = 5_000;

/** Milliseconds that a step which lost its connection rests before it is given back: twice as long each time, up to the most. */
const LEAST_REST = 250;
const MOST_REST = 8_000;

/** Milliseconds that connections may take to be closed when nobody answers. */
const LONGEST_CUT = 2_000;

export function startWorker(options: WorkerOptions): RunningWorker {
  return new QueueWorker(options);
}

class QueueWorker implements RunningWorker {
  readonly #options: WorkerOptions;
  readonly #heartbeat: Heartbeat;
  readonly #sweeper = new Sweeper();
  readonly #started: Promise<void>;
  readonly #stopping = new AbortController();
  #worker: StepWorker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #refilling: Promise<void> = Promise.resolve();
  #rest = LEAST_REST;

  constructor(options: WorkerOptions) {
    const { database, backend, runner, log, limits } = options;
    this.#options = options;
    this.#heartbeat = new Heartbeat({
      ...{ database, backend, log, limits, id: runner.worker, slots: runner.atOnce },
      mend: () => this.#worker?.reopen(),
      cut: (key, why) => runner.cut(key, why),
      onLoss: (error) => options.onLoss?.(error),
    });
    this.#started = this.#start();
  }

  async stop(): Promise<void> {
    const { runner, log } = this.#options;
    logEvent(log, 'worker.stopping');
    await this.#end();
    runner.stop();
    await Promise.all([this.#worker?.close(), this.#refilling]);
    await runner.end();
    await this.#heartbeat.stop();
    logEvent(log, 'worker.stopped');
  }

  async cut(): Promise<void> {
    const { runner } = this.#options;
    await this.#end();
    runner.stop();
    await runner.end();
    await withDeadline(Promise.resolve(this.#worker?.close()), LONGEST_CUT).catch(() => undefined);
    this.#heartbeat.pause();
  }

  /** Known to be about before it takes anything: whoever leads would start another one. */
  async #start(): Promise<void> {
    const { backend, runner, log } = this.#options;
    await this.#heartbeat.start();
    if (this.#stopping.signal.aborted) return;
    this.#worker = startStepWorker(backend, (key) => this.#work(key), {
      ...{ concurrency: runner.atOnce, log },
      onLoss: () => this.#heartbeat.beatNow(),
    });
    this.#timer = setInterval(() => {
      this.#refilling = this.#refillAll();
    }, REFILL_INTERVAL);
    logEvent(log, 'worker.started', { concurrency: runner.atOnce });
  }

  async #end(): Promise<void> {
    this.#stopping.abort();
    await this.#started;
    clearInterval(this.#timer);
  }

  async #work(key: StepKey): Promise<void> {
    const { runner } = this.#options;
    const end = await this.#heartbeat.during(key, () => runner.run(key));
    if (end === 'lost') {
      this.#heartbeat.beatNow();
      await pause(this.#rest, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      this.#rest = Math.min(2 * this.#rest, MOST_REST);
      return;
    }
    this.#rest = LEAST_REST;
    await goOn(end, key, this.#options);
  }

  async #refillAll(): Promise<void> {
    const { database, queue, stages, log } = this.#options;
    try {
      await refillAll(database, queue, stages, log);
      await this.#sweeper.sweep(database, queue);
    } catch (err) {
      if (isLoss(err)) this.#heartbeat.beatNow();
      else logWorkerError(log, err);
    }
  }
}

async function goOn(
  end: Exclude<StepEnd, 'lost'>,
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
    case 'taken over':
      // Whoever is at it goes on from here.
      return;
    case 'refused':
      // Not planned, or given up: there is nothing to go on with until someone resumes the wave.
      return;
    default:
      throw new Error(`a step cannot end so: ${String(end satisfies never)}`);
  }
}
