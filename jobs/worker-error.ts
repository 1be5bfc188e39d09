/** What a worker meets outside of any step, and is no loss of the database or the queue. */
import { GelombangError } from '../src/errors.ts';
import { logEvent } from '../src/events.ts';
import type { Log } from '../src/log.ts';

/** Without a stack where the error was raised on purpose and has no other behind it: it says itself what it is. */
export function logWorkerError(log: Log, error: unknown): void {
  const saysAll = error instanceof GelombangError && error.cause === undefined;
  logEvent(log, 'worker.error', { err: saysAll ? inShort(error) : error });
}

function inShort(error: GelombangError) {
  const { message, code, concerns } = error;
  return { type: error.constructor.name, message, code, concerns };
}
