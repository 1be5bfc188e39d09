/** Steps in threads: the process that takes them from the queue stays free for claims, progress and signals. */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Database } from '../src/db/database.ts';
import { logEvent } from '../src/events.ts';
import type { Log, LogLevel } from '../src/log.ts';
import type { StepKey } from '../src/pipeline.ts';
import type { JobSettings } from './jobs.ts';
import { endFailed, type StepEnd } from './processor.ts';
import type { StepRunner } from './runner.ts';
import type { FromThread, ThreadData, ToThread } from './thread.ts';

/**
 * Of the heap, which has 20 MB in use at the end of a step; columns are outside of it. A thread that runs out of it
 * ends, and the process goes on. Smaller ones were measured to take no less memory.
 */
const LIMITS = { maxOldGenerationSizeMb: 512 };

/**
 * Megabytes of heap and columns that are not young any more, at which V8 begins to look for what it can let go. It begins
 * with less than a step's columns, and learns from a heap of 8 MB that so little is enough: threads marked
 * their heaps sixty times in a close of a million, at a fifth to a third of its CPU. 32 changed nothing, 128 was no better and took more memory.
 */
const MARKING_BEGINS = 64;

/** Milliseconds that a thread without a step may take to close its connections. */
const LONGEST_END = 500;

export interface ThreadOptions {
  readonly database: Database;
  /** Of the process: see `StepRunner`. */
  readonly id: string;
  readonly settings: JobSettings;
  readonly threads: number;
  readonly log: Log;
  /** The file that a thread runs; as compiled, since Node 20 loads no TypeScript. */
  readonly entry?: URL;
}

/** A thread is started when there is a step and all others are at work. */
export function inThreads(options: ThreadOptions): StepRunner {
  return new ThreadPool(options);
}

class ThreadPool implements StepRunner {
  readonly atOnce: number;
  readonly worker: string;
  readonly #options: ThreadOptions;
  readonly #threads = new Set<StepThread>();
  #stopping = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.atOnce = options.threads;
    this.worker = options.id;
  }

  async run(key: StepKey): Promise<StepEnd> {
    if (this.#stopping) return 'stopped';
    const thread = [...this.#threads].find(({ isFree }) => isFree) ?? this.#start();
    try {
      return await thread.run(key);
    } catch (thrown) {
      if (this.#stopping) return 'stopped';
      return endFailed({ key, token: thread.token, thrown }, this.#options);
    }
  }

  cut(key: StepKey, why: Error): void {
    const thread = [...this.#threads].find((one) => one.key === key);
    if (thread === undefined) return;
    this.#threads.delete(thread);
    thread.cut(why);
  }

  stop(): void {
    this.#stopping = true;
    for (const thread of this.#threads) thread.stop();
  }

  async end(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  #start(): StepThread {
    const { database, settings, log } = this.#options;
    const { entry = new URL('./step-thread.js', import.meta.url) } = this.#options;
    const { worker } = this;
    const { address, keys } = database;
    const data = { address, keys: keys.inHand, settings, level: log.level as LogLevel, worker };
    const thread = new StepThread(entry, data, log, () => this.#threads.delete(thread));
    this.#threads.add(thread);
    return thread;
  }
}

/** What waits for the end of a step. */
interface Waiting {
  resolve(end: StepEnd): void;
  reject(error: unknown): void;
}

class StepThread {
  readonly #worker: Worker;
  readonly #log: Log;
  #waiting: Waiting | undefined;
  #broken: unknown;
  /** Of the step that it does, or has done last; and of that one's lease. */
  key: StepKey | undefined;
  token: number | undefined;

  constructor(entry: URL, workerData: ThreadData, log: Log, onExit: () => void) {
    this.#log = log;
    // For the process as a whole, and of use to threads that are started after it alone.
    setFlagsFromString(`--initial-old-space-size=${MARKING_BEGINS}`);
    this.#worker = new Worker(entry, { workerData, resourceLimits: LIMITS });
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#broken = error;
    });
    this.#worker.on('exit', (code) => {
      onExit();
      this.#exited(code);
    });
  }

  get isFree(): boolean {
    return this.#waiting === undefined && this.#broken === undefined;
  }

  /** Throws where the thread ends before the step does. */
  run(key: StepKey): Promise<StepEnd> {
    this.key = key;
    this.token = undefined;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#tell({ kind: 'step', key });
    });
  }

  stop(): void {
    this.#tell({ kind: 'stop' });
  }

  /** Not waited for: one that hangs in the system's hands does not end before those let it go. */
  cut(why: Error): void {
    this.#broken = why;
    this.#waiting?.reject(why);
    void this.#worker.terminate();
  }

  /** With its step where it still has one: the connections are cut, and the server takes back what it did. */
  async end(): Promise<void> {
    // Not by `once` of node:events, which throws for a thread that breaks meanwhile.
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    const timer = setTimeout(() => void this.#worker.terminate(), this.isFree ? LONGEST_END : 0);
    this.#tell({ kind: 'end' });
    await exited;
    clearTimeout(timer);
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'line':
        this.#log.passOn(message.line);
        return;
      case 'leased':
        this.token = message.token;
        return;
      case 'ended':
        this.#waiting?.resolve(message.end);
        this.#waiting = undefined;
        return;
      default:
        throw new Error(`a thread cannot say so: ${String(message satisfies never)}`);
    }
  }

  #exited(code: number): void {
    const err = this.#broken ?? new Error(`the thread that did it ended with code ${code}`);
    if (this.#waiting !== undefined) this.#waiting.reject(err);
    else if (this.#broken !== undefined) logEvent(this.#log, 'worker.error', { err });
  }
}
