import type { Command } from 'commander';
import { GelombangError } from '../errors.ts';
import type { WorkerStatus } from '../wave/workers.ts';
import { withAudit } from './auditing.ts';
import { printOutcome } from './output.ts';
import { withSession } from './session.ts';
import { stopped } from './stopping.ts';
import { counted } from './words.ts';
import { workerLine } from './worker-lines.ts';

export function addWorker(program: Command, signal: AbortSignal): void {
  const worker = program
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
      const { workUntilStopped } = await import('./leading.ts');
      await withAudit(signal, { action: 'worker', subject: {} }, workUntilStopped, { level: 'info' });
      throw stopped(
        'What was not finished is taken up by other workers, or by this one when it is started again.',
      );
    });
  addWorkerStatus(worker, signal);
}

function addWorkerStatus(worker: Command, signal: AbortSignal): void {
  worker
    .command('status')
    .summary('say which workers are about, and whether they are healthy')
    .description(
      'Lists the workers that are about. One that has not been heard of for half a minute, or that takes nothing from the ' +
        'queue for two minutes while steps wait, is unhealthy, and the command ends with 1 then.',
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang worker status --json')
    // By all options: --json is one of the worker too, which would take it for itself.
    .action(async (_options: unknown, command: Command) => {
      const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
      const { readWorkers } = await import('../wave/workers.ts');
      await withSession(signal, async ({ database }) => {
        const workers = await readWorkers(database.sql);
        const lines = () => (workers.length === 0 ? ['No worker is about.'] : workers.map(workerLine));
        printOutcome(json, { workers }, lines, unhealthy(workers));
      });
    });
}

function unhealthy(workers: readonly WorkerStatus[]): GelombangError | undefined {
  const ill = workers.filter(({ health }) => health !== 'healthy').length;
  if (ill === 0) return undefined;
  return new GelombangError('UNEXPECTED', `${counted(ill, 'worker')} of ${workers.length} not healthy`, {
    next: 'Its steps are taken over by others. Look at it where it runs; one that is dead is forgotten after ten minutes.',
  });
}
