/** Leads a run from the process that asked for it: keeps the queue filled, tells how far it is, says when it is over. */
import type { Database } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Advance, Stages } from '../wave/advance.ts';
import { mendThenResume } from '../wave/close-command.ts';
import { MOST_ATTEMPTS } from '../wave/failures.ts';
import { type Progress, readProgress } from '../wave/progress.ts';
import { LEDGER_CHANNEL } from '../wave/step.ts';
import { countHealthyWorkers } from '../wave/workers.ts';
import { refill } from './refill.ts';
import type { StepQueue } from './steps.ts';

export interface LeadOptions {
  readonly database: Database;
  readonly queue: StepQueue;
  readonly stages: Stages;
  readonly waveId: number;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** The command that goes on with it, where that is another one than the plain close of the wave. */
  readonly goOn?: string;
  /** False: returns where the registry is not to be called for a while. Those who work on the queue go on after it. */
  readonly waits?: boolean;
  /** Called when nobody works on the queue. */
  readonly startWorker: () => void;
}

/** Milliseconds after which the ledger is looked at even if nothing was heard of it. */
const TICK = 1_000;
/** Milliseconds that it stays while nothing can be done. */
const LONGEST_REST = 15 * 60_000;
/** Milliseconds between two looks for the progress bar. */
const GLANCE = 200;

/**
 * Returns when every stage is done, but for one that is held; where it is not to wait for the registry; and where all notices that
 * are left have to wait for longer.
 * @throws GelombangError UNEXPECTED where a step was given up, INTERRUPTED on the signal.
 */
export async function lead(options: LeadOptions): Promise<void> {
  const { database, queue, stages, waveId, log, signal } = options;
  const { goOn = `gelombang wave close ${waveId}`, waits } = options;
  const changes = new Changes();
  // With a client of its own, which is let go whatever has become of its connection.
  const listener = database.connect();
  await listener.listen(LEDGER_CHANNEL, () => changes.announce());
  try {
    for (;;) {
      if (signal.aborted) throw interrupted(waveId, goOn);
      const state = await refill(database, queue, stages, waveId, log);
      const progress = await readProgress(database.sql, waveId);
      options.onProgress(progress);
      if (state.finished || (waits === false && isPaused(progress))) return;
      throwGivenUp(waveId, state);
      if (restsForLong(state)) return;
      if (!(await isWorkedOn(options))) options.startWorker();
      await watch(options, changes);
    }
  } finally {
    await listener.end({ timeout: 1 }).catch(() => undefined);
  }
}

/** By the queue, which misses one that has died at once, and by their own signs, which one that is frozen does not give. */
async function isWorkedOn({ database, queue }: LeadOptions): Promise<boolean> {
  return (await queue.workersAbout()) > 0 && (await countHealthyWorkers(database.sql)) > 0;
}

/** Until the next tick: shows the progress whenever the ledger has changed. */
async function watch(
  { database, waveId, waits, onProgress, signal }: LeadOptions,
  changes: Changes,
): Promise<void> {
  const until = Date.now() + TICK;
  while (Date.now() < until && !signal.aborted) {
    if (!(await changes.next(until - Date.now(), signal))) return;
    const progress = await readProgress(database.sql, waveId);
    onProgress(progress);
    if (progress.finished || progress.failed > 0) return;
    if (waits === false && isPaused(progress)) return;
    await changes.rest(GLANCE, signal);
  }
}

/** Whoever works on the queue then goes on: nobody sits before a screen until the morning. */
function restsForLong({ restsUntil }: Advance): boolean {
  return restsUntil !== null && restsUntil.getTime() - Date.now() > LONGEST_REST;
}

function isPaused({ asking }: Progress): boolean {
  return asking !== null && asking.paused_until !== null;
}

function throwGivenUp(waveId: number, { failed }: Advance): void {
  const [first] = failed;
  if (first === undefined) return;
  const how = first.attempts >= MOST_ATTEMPTS ? 'three times' : 'in a way that trying again does not mend';
  throw new GelombangError(
    'UNEXPECTED',
    `wave ${waveId} stopped in stage ${first.stage}: a step failed ${how}`,
    {
      concerns: { wave: waveId },
      faults: failed.map(({ stage, part, error }) => ({ where: `${stage}, part ${part}`, what: error })),
      next: mendThenResume(waveId, failed),
    },
  );
}

function interrupted(waveId: number, goOn: string): GelombangError {
  return new GelombangError('INTERRUPTED', `stopped before the run of wave ${waveId} was through`, {
    concerns: { wave: waveId },
    next: `Nothing is lost. Go on with: ${goOn}`,
  });
}

/** Something changed: remembered until somebody asks. */
class Changes {
  #changed = false;
  #wake: (() => void) | undefined;

  announce(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /** True as soon as something has changed, false after so many milliseconds without. */
  async next(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#changed) await this.rest(milliseconds, signal, true);
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  async rest(milliseconds: number, signal: AbortSignal, wakeful = false): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, milliseconds));
      signal.addEventListener('abort', done);
      if (wakeful) this.#wake = done;
    });
  }
}
