import { once } from 'node:events';
import type { Command } from 'commander';
import { createJobs, startWorker } from '../../jobs/worker.ts';
import { openBackend } from '../queue/backend.ts';
import { openStepQueue } from '../queue/steps.ts';
import { type Session, withSession } from './session.ts';
import { stopped } from './stopping.ts';

export function addWorker(program: Command, signal: AbortSignal): void {
  program
    .command('worker')
    .summary('work on waves that are being closed')
    .description(
      'Works on the waves that are being closed, wherever they were closed, until it is stopped. As many as one likes, ' +
        'on as many machines: they share DATABASE_URL and, if it is set, REDIS_URL. What it does stands in its log, on ' +
        'stderr: JSON lines, unless that is a terminal.',
    )
    .option('--json', 'one JSON document on stdout when it ends')
    .addHelpText('after', '\nExample:\n  $ DATABASE_URL=postgres://… REDIS_URL=redis://… gelombang worker')
    .action(async () => {
      await withSession(signal, workUntilStopped, { level: 'info' });
      throw stopped(
        'What was not finished is taken up by other workers, or by this one when it is started again.',
      );
    });
}

async function workUntilStopped({ config, database, log, signal }: Session): Promise<void> {
  const backend = await openBackend(config.redisUrl, database);
  const queue = openStepQueue(backend, log);
  const jobs = createJobs(config.noticesFolder);
  const worker = startWorker({ database, backend, queue, jobs, concurrency: config.concurrency, log });
  try {
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await worker.stop();
    await queue.close();
    await backend.close();
  }
}
