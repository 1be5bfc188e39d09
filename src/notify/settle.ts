/** What follows of what a gateway says of a notice. */
import { setTimeout as pause } from 'node:timers/promises';
import { isLoss } from '../db/loss.ts';
import type { Settled } from './outbox.ts';
import type { OutgoingNotice, Receipt } from './port.ts';

/** Attempts at a notice that is not taken for the moment, and minutes between two: twice as many each time, up to the most. */
const MOST_ATTEMPTS = 16;
const LEAST_WAIT = 1;
const MOST_WAIT = 60;

/** Milliseconds. */
const MINUTE = 60_000;

/** @param attempts That were begun, this one too. */
export function settledBy(notice: OutgoingNotice, receipt: Receipt, attempts: number): Settled {
  const number = notice.registration_no;
  switch (receipt.state) {
    case 'sent':
    case 'delivered':
      return { number, state: receipt.state, reference: receipt.reference };
    case 'failed':
    case 'unknown':
      return { number, state: receipt.state, reason: receipt.reason };
    case 'created':
      if (receipt.isStopped === true) return { number, state: 'created', isUndone: true };
      if (receipt.isDown === true)
        return { number, state: 'created', reason: receipt.reason, isUndone: true };
      if (attempts >= MOST_ATTEMPTS)
        return { number, state: 'failed', reason: `given up after ${attempts} attempts: ${receipt.reason}` };
      return {
        number,
        state: 'created',
        reason: receipt.reason,
        due: Date.now() + waitAfter(attempts, receipt.after),
      };
    default:
      throw new TypeError(`a notice cannot become ${JSON.stringify(receipt satisfies never)}`);
  }
}

/** Milliseconds. @param after Seconds that the other side asks for. */
function waitAfter(attempts: number, after = 0): number {
  const minutes = Math.min(MOST_WAIT, LEAST_WAIT * 2 ** (attempts - 1));
  return Math.max(after * 1000, minutes * MINUTE);
}

/** Tries to write down what is known of notices that are out: without it they would be unknown. */
const TRIES = 20;
const LONGEST_PAUSE = 2_000;

/** Does it again where the connection was lost, for some seconds. */
export async function persistently(write: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await write();
      return;
    } catch (error) {
      if (!isLoss(error) || tries >= TRIES || signal.aborted) throw error;
      await pause(Math.min(LONGEST_PAUSE, 100 * 2 ** tries), undefined, { signal }).catch(() => undefined);
    }
  }
}
