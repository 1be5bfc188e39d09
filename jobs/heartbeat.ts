/** What a worker does every few seconds: it renews the leases of its steps, says that it lives, and sees whether it gets any and whether one hangs. */
import type { Database } from '../src/db/database.ts';
import { isLoss } from '../src/db/loss.ts';
import { GelombangError } from '../src/errors.ts';
import { logEvent } from '../src/events.ts';
import type { Log } from '../src/log.ts';
import type { StepKey } from '../src/pipeline.ts';
import type { QueueBackend } from '../src/queue/backend.ts';
import { withDeadline } from '../src/queue/deadline.ts';
import { HANG_LIMIT, LEASE_RENEWAL, lastStatements, renewLeases } from '../src/wave/lease.ts';
import { countWaitingSteps, giveSignOfLife, IDLE_LIMIT, signOff } from '../src/wave/workers.ts';
import { logWorkerError } from './worker-error.ts';

/** Milliseconds after which a server that does not answer is taken for lost: well before a lease is past its limit. */
const LONGEST_BEAT = 15_000;

/** Milliseconds that it may take to sign off: whoever does not is forgotten a while later. */
const LONGEST_SIGN_OFF = 1_000;

/** Milliseconds. */
export interface HeartbeatLimits {
  readonly interval: number;
  /** Without a step while some wait: the connection to the queue is opened anew. */
  readonly mend: number;
  /** The same, and it is said. */
  readonly idle: number;
  /** From one statement of a step to the next. */
  readonly hang: number;
}

const LIMITS: HeartbeatLimits = {
  interval: LEASE_RENEWAL,
  mend: 20_000,
  idle: IDLE_LIMIT * 1_000,
  hang: HANG_LIMIT * 1_000,
};

/** When a step under way was at its last statement, and how many beats have found the same: a process that is frozen counts none. */
interface Pulse {
  at: string | null | undefined;
  beats: number;
}

export interface HeartbeatOptions {
  readonly database: Database;
  readonly backend: QueueBackend;
  /** The id of the process, and how many steps it does side by side. */
  readonly id: string;
  readonly slots: number;
  readonly log: Log;
  readonly limits?: HeartbeatLimits | undefined;
  /** Opens the connection to the queue anew. */
  readonly mend: () => void;
  /** Gives a step up that hangs. */
  readonly cut: (key: StepKey, why: Error) => void;
  /** The database or the queue does not answer. */
  readonly onLoss: (error: Error) => void;
}

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #limits: HeartbeatLimits;
  readonly #underWay = new Map<StepKey, Pulse>();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #took = false;
  #mendedAt = performance.now();
  #isSaid = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#limits = options.limits ?? LIMITS;
  }

  /** Returns when the worker is known to be about. */
  async start(): Promise<void> {
    await this.#beat();
    this.#timer = setInterval(() => this.beatNow(), this.#limits.interval);
  }

  /** A step from its beginning to its end. */
  async during<T>(key: StepKey, work: () => Promise<T>): Promise<T> {
    this.#took = true;
    this.#underWay.set(key, { at: undefined, beats: 0 });
    try {
      return await work();
    } finally {
      this.#underWay.delete(key);
    }
  }

  /** One at a time: what is met while one is under way, it finds out too. */
  beatNow(): void {
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
  }

  async stop(): Promise<void> {
    this.pause();
    await withDeadline(this.#signOff(), LONGEST_SIGN_OFF).catch(() => undefined);
  }

  /** The worker is made anew in a moment: since when it takes nothing is not forgotten. */
  pause(): void {
    clearInterval(this.#timer);
  }

  /** After a beat that is under way: it would sign on once more. */
  async #signOff(): Promise<void> {
    const { database, id } = this.#options;
    await this.#beating;
    await signOff(database.sql, id);
  }

  async #beat(): Promise<void> {
    const { onLoss, log } = this.#options;
    try {
      await withDeadline(this.#signal(), LONGEST_BEAT);
    } catch (err) {
      if (isLoss(err)) onLoss(err as Error);
      else logWorkerError(log, err);
    }
  }

  async #signal(): Promise<void> {
    const { database, backend, id, slots } = this.#options;
    const { sql } = database;
    await this.#cutHanging();
    await renewLeases(
      sql,
      id,
      [...this.#underWay.keys()].filter((key) => !this.#isHanging(key)),
    );
    const took = this.#took || this.#underWay.size > 0;
    this.#took = false;
    const steps = took ? 0 : await countWaitingSteps(sql);
    const idle = await giveSignOfLife(sql, { id, slots, took, isIdle: steps > 0 });
    this.#lookAfter(steps, idle * 1_000);
    await backend.ping();
  }

  /** The answer that its thread waits for, of the server or of whatever else, may never come. */
  async #cutHanging(): Promise<void> {
    const { database, id, cut } = this.#options;
    const last = await lastStatements(database.sql, id, [...this.#underWay.keys()]);
    for (const [key, pulse] of this.#underWay) {
      // Begun since: the next beat asks for it.
      if (!last.has(key)) continue;
      const at = last.get(key);
      pulse.beats = at === pulse.at ? pulse.beats + 1 : 0;
      pulse.at = at;
      if (this.#isHanging(key)) cut(key, hangs(this.#limits.hang / 1_000));
    }
  }

  #isHanging(key: StepKey): boolean {
    return (this.#underWay.get(key)?.beats ?? 0) * this.#limits.interval >= this.#limits.hang;
  }

  /** A worker whose queue was emptied under it may wait for ever on a connection that looks well. */
  #lookAfter(steps: number, idle: number): void {
    const { log, mend } = this.#options;
    const isLong = idle >= this.#limits.idle;
    if (isLong && !this.#isSaid) logEvent(log, 'worker.idle', { seconds: Math.round(idle / 1_000), steps });
    this.#isSaid = isLong;
    const now = performance.now();
    if (idle < this.#limits.mend || now - this.#mendedAt < this.#limits.mend) return;
    this.#mendedAt = now;
    logEvent(log, 'worker.mended');
    mend();
  }
}

function hangs(seconds: number): GelombangError {
  return new GelombangError(
    'UNEXPECTED',
    `it hangs: nothing was asked of the database for it for ${seconds} s`,
    {
      next: 'Look at the network between the worker and the database, and at what the step writes to or calls beside it.',
    },
  );
}
