/** Answers on their way to their table, with the figures of the wave: kept every moment, whatever becomes of the step. */

import type { Database } from '../db/database.ts';
import type { ServiceAnswer } from '../dukcapil/caller.ts';
import { keepAnswers, type NewAnswer } from '../registry/answers.ts';
import { countAnswers } from '../wave/asking.ts';
import { type Calling, writeCallsLeft } from '../wave/registry-service.ts';
import type { HashedQuestion } from './questions.ts';

/** Milliseconds between two times that answers are kept: what a process that is killed has to ask again. */
const INTERVAL = 250;
/** Milliseconds over which the rate is taken. */
const LATELY = 10_000;

/** Why nobody is called any more: the wave is void. */
export const UNWANTED = new Error('the wave is void');

export class AnswersIn {
  readonly #database: Database;
  readonly #calling: Calling;
  readonly #waveId: number;
  readonly #broken = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #answers: NewAnswer[] = [];
  #failed = 0;
  #callsLeft: number | null = null;
  /** When how many had been answered, of late. */
  #marks: { readonly at: number; readonly count: number }[] = [{ at: performance.now(), count: 0 }];
  #count = 0;
  #keeping: Promise<void> = Promise.resolve();

  constructor(database: Database, calling: Calling, waveId: number) {
    this.#database = database;
    this.#calling = calling;
    this.#waveId = waveId;
    this.#timer = setInterval(() => void this.keep().catch((error) => this.#broken.abort(error)), INTERVAL);
  }

  /** Aborted with the error where answers cannot be kept any more: then nobody is to be called. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  answered({ nik, asked }: HashedQuestion, { callsLeft, ...answer }: ServiceAnswer): void {
    this.#answers.push({ nik, asked, answeredAt: new Date(), ...answer });
    this.#callsLeft = callsLeft ?? this.#callsLeft;
    this.#count++;
  }

  failed(): void {
    this.#failed++;
  }

  /** Returns when all that was answered until now is kept. */
  keep(): Promise<void> {
    this.#keeping = this.#keeping.then(() => this.#keepNow());
    return this.#keeping;
  }

  /** Keeps the rest; nothing is to come after it. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.keep();
  }

  async #keepNow(): Promise<void> {
    const [answers, failed, callsLeft] = [this.#answers, this.#failed, this.#callsLeft];
    if (answers.length === 0 && failed === 0) return this.#calling.check();
    [this.#answers, this.#failed, this.#callsLeft] = [[], 0, null];
    const rate = this.#rate();
    const isWanted = await this.#database.sql.begin(async (sql) => {
      if (answers.length > 0) await keepAnswers(sql, answers);
      if (callsLeft !== null) await writeCallsLeft(sql, callsLeft);
      return countAnswers(sql, this.#waveId, { answered: answers.length, failed, rate });
    });
    if (!isWanted) this.#broken.abort(UNWANTED);
    // Answers are true whoever may call by now.
    await this.#calling.check();
  }

  /** Answers a second. */
  #rate(): number {
    const now = { at: performance.now(), count: this.#count };
    this.#marks = [...this.#marks.filter(({ at }) => at >= now.at - LATELY), now];
    const first = this.#marks[0] ?? now;
    return (1000 * (now.count - first.count)) / Math.max(1, now.at - first.at);
  }
}
