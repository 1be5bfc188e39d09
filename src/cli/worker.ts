import type { Command } from 'commander';
import { withSession } from './session.ts';
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
      const { workUntilStopped } = await import('./closing.ts');
      await withSession(signal, workUntilStopped, { level: 'info' });
      throw stopped(
        'What was not finished is taken up by other workers, or by this one when it is started again.',
      );
    });
}
