import { randomUUID } from 'node:crypto';
import type { StageJobs } from '../../jobs/processor.ts';
import type { StepRunner } from '../../jobs/runner.ts';
import type { Database } from '../../src/db/database.ts';
import type { Log } from '../../src/log.ts';

/** Does steps where no thread would know the stages, which a test has made: while one computes, nothing else in the process does anything. */
export function inThisProcess(database: Database, jobs: StageJobs, atOnce: number, log: Log): StepRunner {
  const stopping = new AbortController();
  const worker = randomUUID();
  return {
    worker,
    atOnce,
    run: (key) => jobs[key.stage].process(key, { database, log, signal: stopping.signal, worker }),
    cut: () => {},
    stop: () => stopping.abort(),
    end: async () => {},
  };
}
