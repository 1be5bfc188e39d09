/**
 * The calls that the service may have seen within the last second. Calls that leave evenly do not arrive so: a new connection
 * takes its time, and a process that is held up, ours or theirs, finds many at once. So a call counts from its beginning
 * until a second after the latest moment at which it can have arrived. What is known of that: what is sent later comes
 * later, and no answer takes less than the quickest one.
 */
import type { Passing } from '../http/post.ts';

const SECOND = 1000;
/** Milliseconds by which that may be wrong. */
const MARGIN = 5;
/** Milliseconds after it was sent at which a call is taken to have arrived even if nobody has been answered since. */
const LATEST = 1000;
/** Cells of a millisecond each, used again and again; nothing counts for as long as all of them. */
const CELLS = 4096;
/** Milliseconds. The quickest answer is that of this span and the one before: a service may get slower for good. */
const SPAN = 10_000;
/** Answers, in a second or more, of which one is as quick as they can be: the first ones may all have been held up. */
const ENOUGH = 20;

/** A call that was sent: in this millisecond it ceases to count. */
interface Sent {
  leaves: number;
  readonly isNew: boolean;
}

export class LastSecond {
  /** How many calls cease to count in each millisecond to come. */
  readonly #leaving = new Uint32Array(CELLS);
  /** Sent, in this order, and nobody who was sent later is answered. */
  readonly #open: Sent[] = [];
  #now = 0;
  #counted = 0;
  #quickest = Number.POSITIVE_INFINITY;
  #quickestBefore = Number.POSITIVE_INFINITY;
  #spanEnds = Number.NEGATIVE_INFINITY;
  #answers = 0;
  #knownFrom = Number.POSITIVE_INFINITY;

  /** Milliseconds until fewer than so many count; infinite where that depends on calls that are not sent yet. */
  wait(now: number, most: number): number {
    this.#pass(now);
    if (this.#counted < most) return 0;
    for (let at = this.#now + 1; at < this.#now + CELLS; at++) {
      if ((this.#leaving[at % CELLS] as number) > 0) return at - now;
    }
    return Number.POSITIVE_INFINITY;
  }

  begin(): Passing {
    this.#counted += 1;
    let sent: Sent | undefined;
    let sentAt = 0;
    return {
      sent: (now, isNew) => {
        this.#pass(now);
        sentAt = now;
        sent = { leaves: this.#leave(now + LATEST), isNew };
        if (!isNew) this.#open.push(sent);
      },
      answered: (now) => {
        const quickest = this.#quickestOf(now, now - sentAt);
        if (sent !== undefined) this.#place(sent, now, now - quickest + MARGIN);
      },
      // One that was sent may have arrived all the same.
      lost: () => {
        if (sent === undefined) this.#counted -= 1;
      },
    };
  }

  /** This call had arrived by then, and so had all that were sent before it. */
  #place(last: Sent, now: number, arrived: number): void {
    this.#pass(now);
    const placed = last.isNew ? [last] : this.#open.splice(0, this.#open.indexOf(last) + 1);
    for (const sent of placed) {
      if (sent.leaves <= this.#now) continue;
      this.#leaving[sent.leaves % CELLS] = (this.#leaving[sent.leaves % CELLS] as number) - 1;
      sent.leaves = this.#leave(arrived);
    }
  }

  /** @returns The millisecond in which a call that arrived then ceases to count. */
  #leave(arrived: number): number {
    const leaves = Math.max(Math.ceil(arrived + SECOND), this.#now + 1);
    this.#leaving[leaves % CELLS] = (this.#leaving[leaves % CELLS] as number) + 1;
    return leaves;
  }

  /** Lets those go whose time is over. */
  #pass(now: number): void {
    const until = Math.floor(now);
    for (let at = Math.max(this.#now + 1, until - CELLS + 1); at <= until; at++) {
      this.#counted -= this.#leaving[at % CELLS] as number;
      this.#leaving[at % CELLS] = 0;
    }
    this.#now = Math.max(this.#now, until);
  }

  /** Milliseconds of the quickest answer; 0 while that is not known. @param took Those of the one that has just come. */
  #quickestOf(now: number, took: number): number {
    if (now >= this.#spanEnds) {
      this.#quickestBefore = this.#quickest;
      this.#quickest = Number.POSITIVE_INFINITY;
      this.#spanEnds = now + SPAN;
    }
    this.#quickest = Math.min(this.#quickest, took);
    if (this.#answers === 0) this.#knownFrom = now + SECOND;
    this.#answers += 1;
    if (this.#answers < ENOUGH || now < this.#knownFrom) return 0;
    return Math.min(this.#quickest, this.#quickestBefore);
  }
}
