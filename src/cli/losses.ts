/** Goes on after the database or the queue was lost in the middle of a run: it is waited for, and told. */
import { setTimeout as pause } from 'node:timers/promises';
import { isLoss } from '../db/loss.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import { LeadLost } from '../wave/leader.ts';
import { inWords } from './fault.ts';
import { note, warn } from './output.ts';
import type { Session } from './session.ts';
import { stopped } from './stopping.ts';
import { duration } from './words.ts';

/** Milliseconds between two attempts: twice as long each time, up to the most. */
const LEAST_DELAY = 250;
const MOST_DELAY = 4_000;

/** Milliseconds of work after which a loss is a new one, with all the patience again. */
const NEW_LOSS = 30_000;

/** Told to whoever works that they have begun: from then on a loss is waited for, and no more thrown at once. */
export type Begun = () => void;

/**
 * Does the work, and does it again after each loss, until it is through or the patience of the settings is over.
 * @param goOn The command that goes on with it.
 * @throws GelombangError UNEXPECTED after the patience, INTERRUPTED on the signal; whatever else the work throws.
 */
export async function throughLosses<T>(
  session: Session,
  goOn: string,
  work: (begun: Begun) => Promise<T>,
): Promise<T> {
  const losses = new Losses(session, goOn);
  for (;;) {
    try {
      return await work(() => losses.begun());
    } catch (error) {
      await losses.wait(error);
    }
  }
}

class Losses {
  readonly #session: Session;
  readonly #goOn: string;
  #begunAt: number | undefined;
  #lostAt: number | undefined;
  #delay = LEAST_DELAY;

  constructor(session: Session, goOn: string) {
    this.#session = session;
    this.#goOn = goOn;
  }

  begun(): void {
    this.#begunAt = performance.now();
    this.#delay = LEAST_DELAY;
    if (this.#lostAt === undefined) return;
    logEvent(this.#session.log, 'connection.back');
    note('The database and the queue are back: going on.');
  }

  /** Throws what is no loss, or is one too many. */
  async wait(error: unknown): Promise<void> {
    const { signal, config } = this.#session;
    const isLost = isLoss(error) || error instanceof LeadLost;
    if (this.#begunAt === undefined || !isLost) throw error;
    if (signal.aborted) throw stopped(`Nothing is lost. Go on with: ${this.#goOn}`);
    const now = performance.now();
    if (this.#lostAt === undefined || now - this.#begunAt > NEW_LOSS) this.#lose(error as Error, now);
    if (now - (this.#lostAt ?? now) >= config.patience) throw this.#tooLong(error);
    await this.#session.database.cut().catch(() => undefined);
    await pause(this.#delay, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw stopped(`Nothing is lost. Go on with: ${this.#goOn}`);
    this.#delay = Math.min(2 * this.#delay, MOST_DELAY);
  }

  #lose(error: Error, now: number): void {
    const { config, log } = this.#session;
    this.#lostAt = now;
    this.#begunAt = now;
    const why = `${duration(config.patience / 1_000)} at the most`;
    logEvent(log, 'connection.lost', { why, err: error });
    warn(`${inWords(error)?.message ?? error.message}; it is waited for, ${why}`);
  }

  #tooLong(cause: unknown): GelombangError {
    const said = inWords(cause);
    return new GelombangError('UNEXPECTED', said?.message ?? 'the database or the queue was lost', {
      cause,
      next: `Nothing is lost. Look whether its server runs, then go on with: ${this.#goOn}`,
    });
  }
}

/** A promise that fails with the first loss that is told, and never comes to anything else. */
export class LossWatch {
  readonly lost: Promise<never>;
  #tell: (error: Error) => void = () => {};

  constructor() {
    this.lost = new Promise<never>((_, reject) => {
      this.#tell = reject;
    });
    // Looked at where it is raced; elsewhere it is nobody's business.
    this.lost.catch(() => undefined);
  }

  readonly tell = (error: Error): void => this.#tell(error);
}
