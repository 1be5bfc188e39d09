/** Ends what a connection is at, from outside: a statement may run for minutes and listens to nobody meanwhile. */
import type { Database } from './database.ts';

/** Milliseconds that the server may take to end a session. */
const LONGEST_END = 5_000;

/** The transaction of the session is rolled back, its locks are given up. Returns when that is so. */
export async function endSession({ sql }: Database, pid: number): Promise<void> {
  await sql`select pg_terminate_backend(${pid}, ${LONGEST_END})`;
}

/**
 * Does the work of the session with that process; on the signal, and so many milliseconds later, the session is ended
 * and what is asked of it fails.
 */
export async function endedBy<T>(
  signal: AbortSignal,
  database: Database,
  pid: number,
  work: () => Promise<T>,
  grace = 0,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    // What cannot be ended is left to end by itself: there is nothing more to be done about it.
    timer = setTimeout(() => endSession(database, pid).catch(() => undefined), grace);
  };
  signal.addEventListener('abort', stop);
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
  }
}
