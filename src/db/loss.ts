/** What tells that the database or the queue is gone for a while, and not that something is wrong with the work. */
import { codeOf } from './sqlstate.ts';

/**
 * Of sockets, of postgres.js, and of the server: lost connections (08), ended sessions, a server that starts or stops (57P0x,
 * 25P03), and one that has no connection left (53300).
 */
const CODES =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOTCONN|ERR_STREAM_(DESTROYED|WRITE_AFTER_END)|CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|57P0[1235]|25P03|53300|08...)$/;

/** node-postgres and ioredis say it in words only. */
const WORDS =
  /^(Connection terminated|Connection is closed|timeout (expired|exceeded when trying to connect)|Client has encountered a connection error|Client was closed|Connection ended|Command timed out|LOADING |Cannot use a pool after calling end)/;

/** True where the database or the queue was not to be had: nothing is said about the work that was to be done with it. */
export function isLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isLoss);
  if (error.name === 'MaxRetriesPerRequestError' || isStray(error)) return true;
  const code = codeOf(error) ?? '';
  if (CODES.test(code) || (code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect'))
    return true;
  return WORDS.test(error.message) || isLoss(error.cause);
}

/**
 * Of a connection that was lost, and thrown where nobody waits for it: postgres.js 3.4 writes to a socket that is gone.
 * Whoever used the connection has been told before.
 */
function isStray(error: unknown): boolean {
  if (!(error instanceof TypeError) || !/of (null|undefined)/.test(error.message)) return false;
  const [, thrownAt = ''] = (error.stack ?? '').split('\n');
  return /node_modules\/postgres\/.*connection\.js/.test(thrownAt);
}

/** What is short where the server stands: whoever looks after it has to make room. */
const SERVER_TROUBLE: Readonly<Record<string, string>> = {
  '53000': 'the database is short of something',
  '53100': 'the disk of the database is full',
  '53200': 'the database has no memory left',
  '53300': 'the database has no connection left',
  '53400': 'a limit in the settings of the database is reached',
};

/** In words, where the server is short of something; undefined elsewhere. */
export function shortageOf(error: unknown): string | undefined {
  const code = codeOf(error) ?? '';
  if (code in SERVER_TROUBLE) return SERVER_TROUBLE[code];
  return error instanceof Error && error.cause !== undefined ? shortageOf(error.cause) : undefined;
}

/** Whether the server has no connection left. */
export function isCrowded(error: unknown): boolean {
  return codeOf(error) === '53300' || (error instanceof Error && isCrowded(error.cause));
}
