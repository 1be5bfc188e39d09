import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    environment: 'node',
    // A database, a queue and child processes are behind most tests: processes and not threads, and few at a time.
    pool: 'forks',
    // More than processors: some wait for a lost worker to be missed.
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
