/** When the next call may begin: never more in any second than the service allows, by the service's own clock. */
import type { Passing } from '../http/post.ts';
import { LastSecond } from './last-second.ts';

/** Of the rate: what goes out evenly. */
const SHARE = 0.99;
/** Of the rate: calls that may follow each other at once after a delay, besides one. More of it is not made up for. */
const BURST = 0.02;

/** All times in milliseconds of a clock that never goes back. */
export class Pace {
  /** Calls a millisecond. */
  readonly #rate: number;
  readonly #burst: number;
  readonly #most: number;
  readonly #lastSecond = new LastSecond();
  #tokens = 1;
  #filledAt = Number.NEGATIVE_INFINITY;
  #heldUntil = Number.NEGATIVE_INFINITY;

  constructor(callsASecond: number) {
    this.#rate = (SHARE * callsASecond) / 1000;
    this.#burst = 1 + BURST * callsASecond;
    this.#most = callsASecond;
  }

  /** Milliseconds until a call may begin; 0: now; infinite: not before one that is under way has gone out. */
  wait(now: number): number {
    this.#fill(now);
    const forToken = this.#tokens >= 1 ? 0 : (1 - this.#tokens) / this.#rate;
    return Math.max(0, forToken, this.#heldUntil - now, this.#lastSecond.wait(now, this.#most));
  }

  /** Counts a call that begins now. What becomes of it has to be told to what is returned. */
  begin(now: number): Passing {
    this.#fill(now);
    this.#tokens -= 1;
    return this.#lastSecond.begin();
  }

  /** Lets no call begin before then. */
  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until);
  }

  #fill(now: number): void {
    const passed = now - this.#filledAt;
    this.#filledAt = now;
    if (passed < Number.POSITIVE_INFINITY) {
      this.#tokens = Math.min(this.#burst, this.#tokens + passed * this.#rate);
    }
  }
}
