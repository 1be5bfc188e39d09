/** Whose turn it is: questions that were not asked yet, and those that wait to be asked again. */
import { ExponentialBackoff, type IBackoff } from 'cockatiel';
import type { Question } from '../registry/question.ts';

/** Milliseconds; with jitter that keeps those apart which failed together. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 1_500;
/** How often a question may fail on its own account. Where one of five calls goes wrong, one question of two million is left. */
const MOST_FAILURES = 8;

export class Turn<Q extends Question> {
  readonly question: Q;
  /** Of the question, among all. */
  readonly place: number;
  /** When it may be asked again. */
  due = 0;
  #waits: IBackoff<unknown> | ExponentialBackoff<never> | undefined;
  #answersBefore: number | undefined;
  #failures = 0;

  constructor(question: Q, place: number) {
    this.question = question;
    this.place = place;
  }

  /**
   * Whether it failed while others were answered, and so may be what the service cannot answer. Otherwise it says as much of
   * the service as of the question.
   */
  isSuspect(answers: number): boolean {
    return this.#answersBefore !== undefined && this.#answersBefore < answers;
  }

  /** Notes a failure, and when it is to be asked again. @param answers Of the service to anybody, so far. */
  failed(now: number, answers: number): void {
    this.#answersBefore ??= answers;
    this.#waits = (this.#waits ?? WAITS).next(undefined);
    this.due = now + this.#waits.duration;
  }

  /** Notes that it was not the service's fault. @returns Whether it is to be asked again all the same. */
  isTriedAgain(): boolean {
    this.#failures += 1;
    return this.#failures < MOST_FAILURES;
  }
}

const WAITS = new ExponentialBackoff({ initialDelay: FIRST_WAIT, maxDelay: LONGEST_WAIT });

export class Turns<Q extends Question> {
  readonly #questions: readonly Q[];
  /** In the order in which they are due. */
  readonly #again: Turn<Q>[] = [];
  #next = 0;

  constructor(questions: readonly Q[]) {
    this.#questions = questions;
  }

  get isEmpty(): boolean {
    return this.#next === this.#questions.length && this.#again.length === 0;
  }

  get left(): number {
    return this.#questions.length - this.#next + this.#again.length;
  }

  /** Milliseconds until there is one; 0: now. */
  wait(now: number): number {
    if (this.#next < this.#questions.length) return 0;
    return Math.max(0, (this.#again[0]?.due ?? Number.POSITIVE_INFINITY) - now);
  }

  /** To be called where there is one. @param isTry Whether a question is wanted which is not the reason of a failure. */
  take(now: number, isTry = false): Turn<Q> {
    const isNew = this.#next < this.#questions.length;
    const isDue = (this.#again[0]?.due ?? Number.POSITIVE_INFINITY) <= now;
    const again = isNew && (isTry || !isDue) ? undefined : this.#again.shift();
    if (again !== undefined) return again;
    const place = this.#next++;
    return new Turn(this.#questions[place] as Q, place);
  }

  putBack(turn: Turn<Q>): void {
    let at = this.#again.length;
    while (at > 0 && (this.#again[at - 1] as Turn<Q>).due > turn.due) at -= 1;
    this.#again.splice(at, 0, turn);
  }
}
