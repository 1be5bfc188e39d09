/** What of all that is asked is asked of the queue. */
import type { Backend } from './stand.ts';

/** The queue's library writes its statements otherwise than this project does. */
const STATEMENT = /^(--|[A-Z])/;
/** Waits for a job, or runs one of the scripts that take, add and end them. */
const COMMAND = /^(bzpopmin|eval|evalsha)\b/i;

/** @param what As the proxies say it in short. */
export function isOfQueue(backend: Backend, what: string): boolean {
  return (backend === 'redis' ? COMMAND : STATEMENT).test(what);
}
