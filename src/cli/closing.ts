/** What works on the queue, loaded only by the commands that need it: the queue is half of the program's start. */
import { once } from 'node:events';
import { stagesOf } from '../../jobs/processor.ts';
import { createJobs, type RunningWorker, startWorker } from '../../jobs/worker.ts';
import { openBackend, type QueueBackend } from '../queue/backend.ts';
import { lead } from '../queue/lead.ts';
import { openStepQueue } from '../queue/steps.ts';
import { beginClose, type CloseRequest } from '../wave/close.ts';
import { readWave } from '../wave/record.ts';
import { type WaveStatus, waveStatus } from '../wave/status.ts';
import { warn } from './output.ts';
import type { Session } from './session.ts';
import { StageBars } from './stage-bars.ts';
import { moment } from './words.ts';

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

/** Takes steps of whatever wave until the signal. */
export async function workUntilStopped({ config, database, log, signal }: Session): Promise<void> {
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
