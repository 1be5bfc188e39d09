import type { Command } from 'commander';
import { stagesOf } from '../../jobs/processor.ts';
import { createJobs, type RunningWorker, startWorker } from '../../jobs/worker.ts';
import { openBackend } from '../queue/backend.ts';
import { lead } from '../queue/lead.ts';
import { openStepQueue } from '../queue/steps.ts';
import { beginClose, type CloseRequest } from '../wave/close.ts';
import { type WaveStatus, waveStatus } from '../wave/status.ts';
import { entropy, waveNumber } from './arguments.ts';
import { funnelChart } from './chart.ts';
import { amount, printResult } from './output.ts';
import { type Session, withSession } from './session.ts';
import { StageBars } from './stage-bars.ts';

export function addWaveClose(wave: Command, signal: AbortSignal): void {
  wave
    .command('close')
    .summary('close a wave: match, filter, freeze, draw, publish, notify')
    .description(
      'Closes a wave and takes it to its published results and notices. Waits and shows progress; stopped at any moment, ' +
        'the same command goes on where it was. Without a worker about, the work is done in this process.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .option(
      '--entropy <hex>',
      "32 bytes that nobody could know before, in place of the wave's secret",
      entropy,
    )
    .option('--without-unfinished', 'leave out files whose import was cut off')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang wave close 17')
    .action(
      async (waveId: number, options: { entropy?: string; withoutUnfinished?: boolean; json?: boolean }) => {
        await withSession(signal, async (session) => {
          const request = {
            waveId,
            entropy: options.entropy,
            withoutUnfinished: options.withoutUnfinished === true,
          };
          const status = await closeWave(session, request);
          printResult(options.json === true, status, () => closedLines(status));
        });
      },
    );
}

/** From the close of the wave to its last notice. */
export async function closeWave(session: Session, request: CloseRequest): Promise<WaveStatus> {
  const { config, database, log, signal } = session;
  const run = await beginClose(database, request, log);
  const backend = await openBackend(config.redisUrl, database);
  const queue = openStepQueue(backend, log);
  const jobs = createJobs(config.noticesFolder);
  const bars = new StageBars();
  let worker: RunningWorker | undefined;
  try {
    await lead({
      database,
      queue,
      stages: stagesOf(jobs),
      waveId: request.waveId,
      log,
      signal,
      onProgress: (progress) => bars.show(progress),
      startWorker: () => {
        worker ??= startWorker({ database, backend, queue, jobs, concurrency: config.concurrency, log });
      },
    });
    return await waveStatus(database, request.waveId);
  } finally {
    bars.end();
    await worker?.stop();
    await queue.close();
    await backend.close();
    await run.release();
  }
}

/** What to say of a wave that is through. */
export function closedLines(status: WaveStatus): string[] {
  const funnel = status.funnel ?? {};
  return [
    `Wave ${status.wave} is published: ${amount(funnel.ACCEPTED ?? 0)} accepted of ${amount(funnel.applications ?? 0)} applications.`,
    `pool root  ${status.pool_root}`,
    `seed       ${status.seed}`,
    '',
    ...funnelChart(funnel),
    '',
    `Notices: ${amount(status.notices.sent ?? 0)} sent, ${amount(status.notices.failed ?? 0)} failed, ${amount(status.notices.unknown ?? 0)} unknown.`,
    '',
    `Next: gelombang export ${status.wave} --out DIR`,
  ];
}
