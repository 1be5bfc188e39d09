import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/hooks.ts'],
    environment: 'node',
    // A database, a queue and child processes are behind most tests: processes and not threads, and few at a time.
    pool: 'forks',
    // A process goes on with the next file and loads nothing twice: a quarter less of the processors for a set of thirty.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Three times the two processors that are reckoned with: much of a test is waiting for a server, a process, a lease.
    maxWorkers: 6,
    // Of a processor that others use too, nobody knows how soon it comes to something.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
