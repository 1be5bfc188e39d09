/** Leads a run, or works on whatever run there is, through losses of the database and the queue. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createJobs } from '../../jobs/jobs.ts';
import { stagesOf } from '../../jobs/processor.ts';
import { inThreads } from '../../jobs/threads.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from '../../jobs/worker.ts';
import { isLoss } from '../db/loss.ts';
import { GelombangError } from '../errors.ts';
import type { StageName } from '../pipeline.ts';
import { matchSourceOf } from '../policy/policy.ts';
import { openBackend, type QueueBackend } from '../queue/backend.ts';
import { withDeadline } from '../queue/deadline.ts';
import { lead } from '../queue/lead.ts';
import { openStepQueue, type StepQueue } from '../queue/steps.ts';
import type { LedRun } from '../wave/leader.ts';
import { LEASE_RENEWAL } from '../wave/lease.ts';
import { readWave } from '../wave/record.ts';
import { type WaveStatus, waveStatus } from '../wave/status.ts';
import { type Begun, LossWatch, throughLosses } from './losses.ts';
import type { Session } from './session.ts';
import { StageBars } from './stage-bars.ts';

/** What a command leads a run for. */
export interface Errand {
  readonly waveId: number;
  /** @param leader The same id each time that it is begun anew. */
  begin(leader: string): Promise<LedRun>;
  /** The command that goes on with it when it was stopped. */
  readonly goOn: string;
  /** False: it ends where the registry is not to be called for a while. */
  readonly waits?: boolean;
  /** Those that a bar is shown for; all of them if not given. */
  readonly stages?: readonly StageName[];
}

/** Milliseconds that the server may take to hear that the lead is kept. */
const LONGEST_RENEWAL = 15_000;

/** Milliseconds. */
const LONGEST_QUEUE_END = 3_000;

/** From the beginning of the errand to the end of what can be done, whoever does it. */
export async function seeThrough(session: Session, errand: Errand): Promise<WaveStatus> {
  const { database } = session;
  const leader = randomUUID();
  let hasBegun = false;
  await throughLosses(session, errand.goOn, async (begun) => {
    // Somebody else may have seen it through meanwhile.
    if (hasBegun && (await isThrough(session, errand.waveId))) return;
    try {
      await leadOnce(session, errand, leader, () => {
        hasBegun = true;
        begun();
      });
    } catch (error) {
      const isConflict = error instanceof GelombangError && error.code === 'CONFLICT';
      if (!hasBegun || !isConflict || !(await isThrough(session, errand.waveId))) throw error;
    }
  });
  return waveStatus(database, errand.waveId);
}

async function isThrough({ database }: Session, waveId: number): Promise<boolean> {
  const runs = await database.sql`select from run where wave_id = ${waveId} and finished_at is not null`;
  return runs.length > 0;
}

async function leadOnce(session: Session, errand: Errand, leader: string, begun: Begun): Promise<void> {
  const { config, database } = session;
  // Before the wave is touched: a queue that cannot be reached must not leave it half closed.
  const backend = await openBackend(config.redisUrl, database, config.redisFiles);
  try {
    const run = await errand.begin(leader);
    begun();
    try {
      await leadRun(session, { ...errand, backend, leader }, run);
    } finally {
      await run.release();
    }
  } finally {
    await backend.close();
  }
}

interface Led extends Errand {
  readonly backend: QueueBackend;
  readonly leader: string;
}

async function leadRun(session: Session, led: Led, run: LedRun): Promise<void> {
  const { config, database, log } = session;
  const { backend, waveId, goOn, stages, waits = true } = led;
  const queue = openStepQueue(backend, log);
  const watch = new LossWatch();
  const worker = new OwnWorker(session, { id: led.leader, backend, queue, onLoss: watch.tell });
  const bars = new StageBars(stages);
  const over = new AbortController();
  const signal = AbortSignal.any([session.signal, over.signal]);
  const renewal = setInterval(() => {
    withDeadline(run.renew(), LONGEST_RENEWAL).catch(watch.tell);
  }, LEASE_RENEWAL);
  // Those who are about need not know how the registry is called: this process does.
  if (await callsRegistry(session, waveId)) worker.start();
  let isLost = false;
  try {
    const leading = lead({
      ...{ database, queue, waveId, log, signal, goOn, waits, stages: stagesOf(createJobs(config)) },
      onProgress: (progress) => bars.show(progress),
      startWorker: () => worker.start(),
    });
    leading.catch(() => undefined);
    await Promise.race([leading, watch.lost]);
  } catch (error) {
    isLost = !(error instanceof GelombangError) || isLoss(error);
    throw error;
  } finally {
    over.abort();
    clearInterval(renewal);
    bars.end();
    await worker.end(isLost);
    await closeQueue(queue);
  }
}

/** Of one that does not answer, nothing more is waited for. */
async function closeQueue(queue: StepQueue): Promise<void> {
  await withDeadline(queue.close(), LONGEST_QUEUE_END).catch(() => undefined);
}

async function callsRegistry({ database }: Session, waveId: number): Promise<boolean> {
  const { policy, frozenAt } = await readWave(database.sql, waveId);
  return matchSourceOf(policy) === 'dukcapil' && frozenAt === null;
}

/** Takes steps of whatever wave until the signal. */
export async function workUntilStopped(session: Session): Promise<void> {
  const worker = randomUUID();
  await throughLosses(session, 'gelombang worker', (begun) => workOnce(session, worker, begun));
}

async function workOnce(session: Session, id: string, begun: Begun): Promise<void> {
  const { config, database, log, signal } = session;
  const backend = await openBackend(config.redisUrl, database, config.redisFiles);
  const queue = openStepQueue(backend, log);
  const watch = new LossWatch();
  const worker = new OwnWorker(session, { id, backend, queue, onLoss: watch.tell });
  const over = new AbortController();
  let isLost = false;
  try {
    worker.start();
    begun();
    const stop = once(signal, 'abort', { signal: over.signal });
    stop.catch(() => undefined);
    if (!signal.aborted) await Promise.race([stop, watch.lost]);
  } catch (error) {
    isLost = true;
    throw error;
  } finally {
    over.abort();
    await worker.end(isLost);
    await closeQueue(queue);
    await backend.close();
  }
}

interface OwnWorkerOptions extends Pick<WorkerOptions, 'backend' | 'queue' | 'onLoss'> {
  /** The same however often it is made anew. */
  readonly id: string;
}

/** The worker of this process, if it comes to one. */
class OwnWorker {
  readonly #session: Session;
  readonly #of: OwnWorkerOptions;
  #worker: RunningWorker | undefined;

  constructor(session: Session, of: OwnWorkerOptions) {
    this.#session = session;
    this.#of = of;
  }

  start(): void {
    const { config, database, log } = this.#session;
    const { notices, dukcapil, concurrency: threads } = config;
    const { id, ...of } = this.#of;
    if (this.#worker !== undefined) return;
    const runner = inThreads({ database, id, settings: { notices, dukcapil }, threads, log });
    const stages = stagesOf(createJobs(config));
    this.#worker = startWorker({ database, stages, runner, log, ...of });
  }

  async end(isLost: boolean): Promise<void> {
    if (isLost) await this.#worker?.cut();
    else await this.#worker?.stop();
  }
}
