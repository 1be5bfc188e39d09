/** What works on the queue, loaded only by the commands that need it: the queue is half of the program's start. */
import { once } from 'node:events';
import { createJobs } from '../../jobs/jobs.ts';
import { stagesOf } from '../../jobs/processor.ts';
import { inThreads } from '../../jobs/threads.ts';
import { type RunningWorker, startWorker } from '../../jobs/worker.ts';
import type { StageName } from '../pipeline.ts';
import { matchSourceOf } from '../policy/policy.ts';
import { openBackend, type QueueBackend } from '../queue/backend.ts';
import { lead } from '../queue/lead.ts';
import { openStepQueue, type StepQueue } from '../queue/steps.ts';
import type { Stages } from '../wave/advance.ts';
import { beginClose, type CloseRequest } from '../wave/close.ts';
import { closeCommand } from '../wave/close-command.ts';
import type { LedRun } from '../wave/leader.ts';
import { readWave, type Wave } from '../wave/record.ts';
import { beginRelease } from '../wave/release.ts';
import { type WaveStatus, waveStatus } from '../wave/status.ts';
import { beaconFetched } from './beacon.ts';
import { warn } from './output.ts';
import type { Session } from './session.ts';
import { StageBars } from './stage-bars.ts';
import { moment } from './words.ts';

/** What a command leads a run for. */
interface Errand {
  readonly waveId: number;
  begin(): Promise<LedRun>;
  /** The command that goes on with it when it was stopped. */
  readonly goOn: string;
  /** False: it ends where the registry is not to be called for a while. */
  readonly waits?: boolean;
  /** Those that a bar is shown for; all of them if not given. */
  readonly stages?: readonly StageName[];
}

/** Of a close, and whether it stays while the registry is not to be called. */
export type ClosingRequest = CloseRequest & { readonly waits: boolean };

/**
 * From the close of the wave to its last notice; to its publication where the notices are held, to the draw where the
 * beacon is not there yet, and to the review where an operator has to say whether it is published.
 */
export async function closeWave(session: Session, request: ClosingRequest): Promise<WaveStatus> {
  const status = await closeOnce(session, request);
  const beacon = await beaconFetched(session, status);
  return beacon === undefined ? status : closeOnce(session, { ...request, beacon });
}

async function closeOnce(session: Session, { waits, ...request }: ClosingRequest): Promise<WaveStatus> {
  const { waveId, holdNotices } = request;
  const begin = async () => {
    const before = await readWave(session.database.sql, waveId);
    const led = await beginClose(
      session.database,
      { ...request, canCall: session.config.dukcapil !== undefined },
      session.log,
    );
    warnOf(before, request);
    const after = await readWave(session.database.sql, waveId);
    warnOfHouseholds(after);
    warnOfPlainText(session, after);
    return led;
  };
  return seeThrough(session, { waveId, begin, goOn: closeCommand(waveId, holdNotices), waits });
}

/** From the word that the notices of a wave may go to the last of them. */
export async function releaseNotices(session: Session, waveId: number): Promise<WaveStatus> {
  const begin = () => beginRelease(session.database, waveId, session.log);
  const goOn = `gelombang notices release ${waveId}`;
  return seeThrough(session, { waveId, begin, goOn, stages: ['notify'] });
}

async function seeThrough(session: Session, errand: Errand): Promise<WaveStatus> {
  const { config, database } = session;
  // Before the wave is touched: a queue that cannot be reached must not leave it half closed.
  const backend = await openBackend(config.redisUrl, database, config.redisFiles);
  try {
    const run = await errand.begin();
    try {
      await leadRun(session, backend, errand);
    } finally {
      await run.release();
    }
  } finally {
    await backend.close();
  }
  return waveStatus(database, errand.waveId);
}

async function leadRun(session: Session, backend: QueueBackend, errand: Errand): Promise<void> {
  const { config, database, log, signal } = session;
  const { waveId, goOn, stages, waits = true } = errand;
  const queue = openStepQueue(backend, log);
  const planned = stagesOf(createJobs(config));
  const bars = new StageBars(stages);
  let worker: RunningWorker | undefined;
  // Those who are about need not know how the registry is called: this process does.
  if (await callsRegistry(session, waveId)) worker = startThreads(session, backend, queue, planned);
  try {
    await lead({
      ...{ database, queue, waveId, log, signal, goOn, waits, stages: planned },
      onProgress: (progress) => bars.show(progress),
      startWorker: () => {
        worker ??= startThreads(session, backend, queue, planned);
      },
    });
  } finally {
    bars.end();
    await worker?.stop();
    await queue.close();
  }
}

/** Of a close that is sooner than it was planned, and of one that takes back what was said before. */
function warnOf(
  { state, closesAt, noticesHeld, unverifiedBy, frozenAt }: Wave,
  { waveId, holdNotices, unverifiedBy: word }: CloseRequest,
): void {
  if (state === 'open' && closesAt !== null && Date.parse(closesAt) > Date.now())
    warn(`wave ${waveId} was to stay open until ${moment(closesAt)}; it is closed now`);
  if (state === 'closing' && noticesHeld && holdNotices !== true)
    warn(`the notices of wave ${waveId} were to be held; without --hold-notices they are sent`);
  if (state === 'closing' && frozenAt === null && unverifiedBy !== null && word === undefined)
    warn(`wave ${waveId} was to go on without all answers; without --with-unverified it waits for them`);
}

async function callsRegistry({ database }: Session, waveId: number): Promise<boolean> {
  const { policy, frozenAt } = await readWave(database.sql, waveId);
  return matchSourceOf(policy) === 'dukcapil' && frozenAt === null;
}

/** A password that anybody on the way can read. */
function warnOfPlainText({ config: { dukcapil } }: Session, { state, policy }: Wave): void {
  if (dukcapil === undefined || state !== 'closing' || matchSourceOf(policy) !== 'dukcapil') return;
  const { protocol, hostname } = new URL(dukcapil.url);
  if (protocol === 'https:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return;
  warn(
    'DUKCAPIL_URL is not https: the password and the people who are asked about go over the network in clear text',
  );
}

/** Where the registry compares, and gives nothing away, and there is no copy of it. */
function warnOfHouseholds({ id, state, policy, snapshotId, lastRecipient }: Wave): void {
  if (state !== 'closing' || matchSourceOf(policy) !== 'dukcapil' || snapshotId !== null || !lastRecipient)
    return;
  warn(
    `wave ${id} has no registry snapshot: a past recipient who has moved since counts for the household of then, ` +
      'unless they apply again',
  );
}

/** Takes steps of whatever wave until the signal. */
export async function workUntilStopped(session: Session): Promise<void> {
  const { config, database, log, signal } = session;
  const backend = await openBackend(config.redisUrl, database, config.redisFiles);
  const queue = openStepQueue(backend, log);
  const worker = startThreads(session, backend, queue, stagesOf(createJobs(config)));
  try {
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await worker.stop();
    await queue.close();
    await backend.close();
  }
}

function startThreads(
  { config, database, log }: Session,
  backend: QueueBackend,
  queue: StepQueue,
  stages: Stages,
): RunningWorker {
  const { noticesFolder, dukcapil } = config;
  const runner = inThreads({
    database,
    settings: { noticesFolder, dukcapil },
    threads: config.concurrency,
    log,
  });
  return startWorker({ database, backend, queue, stages, runner, log });
}
