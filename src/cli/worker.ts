import type { Command } from 'commander';
import { GelombangError } from '../errors.ts';
import type { WorkerStatus } from '../wave/workers.ts';
import { withAudit } from './auditing.ts';
import { printOutcome } from './output.ts';
import { withSession } from './session.ts';
import { stopped } from './stopping.ts';
import { amount, counted } from './words.ts';
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
      'Lists the workers that are about, and those that are gone: dead, cut off, or not heard of for half a minute. Ends ' +
        'with 1 where one is about and has taken nothing from the queue for two minutes although steps wait, or where ' +
        'steps wait and none is about.',
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang worker status --json')
    // By all options: --json is one of the worker too, which would take it for itself.
    .action(async (_options: unknown, command: Command) => {
      const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
      const { countWaitingSteps, readWorkers } = await import('../wave/workers.ts');
      await withSession(signal, async ({ database: { sql } }) => {
        const workers = await readWorkers(sql);
        const waiting = await countWaitingSteps(sql);
        const lines = () => [
          ...(workers.length === 0 ? ['No worker is about.'] : workers.map(workerLine)),
          waiting === 0 ? 'No step waits for one.' : `Steps that wait for one: ${amount(waiting)}`,
        ];
        printOutcome(json, { workers, steps_waiting: waiting }, lines, unhealthy(workers, waiting));
      });
    });
}

/** The dead are no matter of themselves: others do what they did, where there are others. */
function unhealthy(workers: readonly WorkerStatus[], waiting: number): GelombangError | undefined {
  const about = workers.filter(({ health }) => health !== 'gone').length;
  const idle = workers.filter(({ health }) => health === 'idle').length;
  if (idle > 0) {
    return new GelombangError('UNEXPECTED', `${counted(idle, 'worker')} of ${about} not healthy`, {
      next: 'It takes no step although some wait: look at its log where it runs, or start it anew. Others take what it leaves.',
    });
  }
  if (about > 0 || waiting === 0) return undefined;
  return new GelombangError('UNEXPECTED', `no worker is about, and ${counted(waiting, 'step')} to be done`, {
    next: 'Start one with: gelombang worker',
  });
}
