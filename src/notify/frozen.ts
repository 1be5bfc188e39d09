/** A process that was frozen (SIGSTOP, a machine that was asleep) had no time to listen: its own lateness says nothing of the other side. */

/** Milliseconds over its time: a program that is merely busy is not so late. */
const MOST_LATE = 5_000;

/** @param due Milliseconds since 1970 at which something that is over just now had to be over. */
export function wasFrozen(due: number): boolean {
  return Date.now() - due > MOST_LATE;
}
