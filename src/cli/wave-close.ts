import type { Command } from 'commander';
import { stagesOf } from '../../jobs/processor.ts';
import { createJobs, type RunningWorker, startWorker } from '../../jobs/worker.ts';
import { GelombangError } from '../errors.ts';
import { openBackend, type QueueBackend } from '../queue/backend.ts';
import { lead } from '../queue/lead.ts';
import { openStepQueue } from '../queue/steps.ts';
import { beginClose, type CloseRequest } from '../wave/close.ts';
import { readWave } from '../wave/record.ts';
import { type WaveStatus, waveStatus } from '../wave/status.ts';
import { entropy, waveNumber } from './arguments.ts';
import { funnelChart } from './chart.ts';
import { printOutcome, warn } from './output.ts';
import { type Session, withSession } from './session.ts';
import { StageBars } from './stage-bars.ts';
import { amount, counted, moment } from './words.ts';

interface Options {
  readonly entropy?: string;
  readonly withoutUnfinished?: boolean;
  readonly json?: boolean;
}

export function addWaveClose(wave: Command, signal: AbortSignal): void {
  wave
    .command('close')
    .summary('close a wave: match, filter, freeze, draw, publish, notify')
    .description(
      'Closes a wave and takes it to its published results and notices. Waits and shows progress; stopped at any moment, ' +
        'the same command goes on where it was. Without a worker about, the work is done in this process. Before the ' +
        'time that it was planned to close at it warns and closes the wave all the same.',
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
    .action(async (waveId: number, options: Options) => {
      await withSession(signal, async (session) => {
        const withoutUnfinished = options.withoutUnfinished === true;
        const status = await closeWave(session, { waveId, entropy: options.entropy, withoutUnfinished });
        const lines = () => [...closedLines(status), '', `Next: gelombang export ${waveId} --out DIR`];
        printOutcome(options.json === true, status, lines, unknownsLeft(status));
      });
    });
}

/** From the close of the wave to its last notice. */
export async function closeWave(session: Session, request: CloseRequest): Promise<WaveStatus> {
  const { config, database, log } = session;
  // Before the wave is touched: a queue that cannot be reached must not leave it half closed.
  const backend = await openBackend(config.redisUrl, database);
  try {
    await warnIfEarly(session, request.waveId);
    const run = await beginClose(database, request, log);
    try {
      await leadRun(session, backend, request.waveId);
    } finally {
      await run.release();
    }
  } finally {
    await backend.close();
  }
  return waveStatus(database, request.waveId);
}

async function leadRun(session: Session, backend: QueueBackend, waveId: number): Promise<void> {
  const { config, database, log, signal } = session;
  const queue = openStepQueue(backend, log);
  const jobs = createJobs(config.noticesFolder);
  const bars = new StageBars();
  let worker: RunningWorker | undefined;
  try {
    await lead({
      ...{ database, queue, waveId, log, signal },
      stages: stagesOf(jobs),
      onProgress: (progress) => bars.show(progress),
      startWorker: () => {
        worker ??= startWorker({ database, backend, queue, jobs, concurrency: config.concurrency, log });
      },
    });
  } finally {
    bars.end();
    await worker?.stop();
    await queue.close();
  }
}

async function warnIfEarly({ database }: Session, waveId: number): Promise<void> {
  const { state, closesAt } = await readWave(database.sql, waveId);
  if (state !== 'open' || closesAt === null || Date.parse(closesAt) <= Date.now()) return;
  warn(`wave ${waveId} was to stay open until ${moment(closesAt)}; it is closed now`);
}

/** What is still without an answer when all is done that can be done. */
function unknownsLeft({ wave, funnel, notices }: WaveStatus): GelombangError | undefined {
  const applications = funnel?.UNVERIFIED ?? 0;
  const unknown = notices.unknown ?? 0;
  if (applications + unknown === 0) return undefined;
  const what = [
    ...(applications > 0
      ? [`${counted(applications, 'application')} that the registry gave no answer on`]
      : []),
    ...(unknown > 0 ? [`${counted(unknown, 'notice')} of which nobody knows whether they went out`] : []),
  ];
  return new GelombangError('UNKNOWNS_LEFT', `wave ${wave} is through, with ${what.join(' and ')}`, {
    concerns: { wave },
    next: `Look at them with: gelombang wave status ${wave}`,
  });
}

/** What to say of a wave that is through. */
export function closedLines(status: WaveStatus): string[] {
  const funnel = status.funnel ?? {};
  const { sent = 0, failed = 0, unknown = 0 } = status.notices;
  return [
    `Wave ${status.wave} is published: ${amount(funnel.ACCEPTED ?? 0)} accepted of ${amount(funnel.applications ?? 0)} applications.`,
    `pool root  ${status.pool_root}`,
    `seed       ${status.seed}`,
    '',
    ...funnelChart(funnel),
    '',
    `Notices: ${amount(sent)} sent, ${amount(failed)} failed, ${amount(unknown)} unknown.`,
  ];
}
