/** Where steps are carried out: in threads (`inThreads`), or in the process that takes them from the queue. */
import { randomUUID } from 'node:crypto';
import type { Database } from '../src/db/database.ts';
import type { Log } from '../src/log.ts';
import type { StepKey } from '../src/pipeline.ts';
import type { StageJobs, StepEnd } from './processor.ts';

export interface StepRunner {
  /** The id of the process, as the leases of its steps have it. */
  readonly worker: string;
  /** How many steps it does side by side; whoever uses it gives it no more. */
  readonly atOnce: number;
  /** Throws only where the ledger cannot be written. */
  run(key: StepKey): Promise<StepEnd>;
  /** What is under way may go on for seconds, what then goes on is cancelled; nothing new is begun. */
  stop(): void;
  /** Gives everything up that it holds, and with it what is still under way. */
  end(): Promise<void>;
}

/** For stages that only this process has: while one computes, nothing else in the process does anything. */
export function inThisProcess(database: Database, jobs: StageJobs, atOnce: number, log: Log): StepRunner {
  const stopping = new AbortController();
  const worker = randomUUID();
  return {
    worker,
    atOnce,
    run: (key) => jobs[key.stage].process(key, { database, log, signal: stopping.signal, worker }),
    stop: () => stopping.abort(),
    end: async () => {},
  };
}
