import { once } from 'node:events';
import type { Command } from 'commander';
import { createJobs, startWorker } from '../../jobs/worker.ts';
import { openBackend } from '../queue/backend.ts';
import { openStepQueue } from '../queue/steps.ts';
import { withSession } from './session.ts';

export function addWorker(program: Command, signal: AbortSignal): void {
  program
    .command('worker')
    .description(
      'Works on the waves that are being closed, wherever they were closed, until it is stopped. As many as one likes, ' +
        'on as many machines: they share DATABASE_URL and, if it is set, REDIS_URL.',
    )
    .addHelpText('after', '\nExample:\n  $ DATABASE_URL=postgres://… REDIS_URL=redis://… gelombang worker')
    .action(async () => {
      await withSession(
        signal,
        async ({ config, database, log }) => {
          const backend = await openBackend(config.redisUrl, database);
          const queue = openStepQueue(backend, log);
          const jobs = createJobs(config.noticesFolder);
          const worker = startWorker({
            database,
            backend,
            queue,
            jobs,
            concurrency: config.concurrency,
            log,
          });
          try {
            if (!signal.aborted) await once(signal, 'abort');
          } finally {
            await worker.stop();
            await queue.close();
            await backend.close();
          }
        },
        { level: 'info' },
      );
    });
}
