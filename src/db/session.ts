/** Ends what a connection is at, from outside: a statement may run for minutes and listens to nobody meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Database, Queryable } from './database.ts';
import { isLoss } from './loss.ts';
import { codeOf, DENIED } from './sqlstate.ts';

/** Milliseconds that the server may take to end a session. */
const LONGEST_END = 5_000;

/** Milliseconds between two cancellations: each meets one statement, and work has several. */
const CANCEL_INTERVAL = 200;

/**
 * The transaction of the session is rolled back, its locks are given up. Returns when that is so. The session may be that of
 * another login, if it is one of the program's too.
 * @throws the server's own error where neither this login nor the owner of the tables may end it.
 */
export async function endSession({ sql }: Database, pid: number): Promise<void> {
  try {
    await sql`select pg_terminate_backend(${pid}, ${LONGEST_END})`;
  } catch (error) {
    if (codeOf(error) !== DENIED) throw error;
    const [ended] = await sql<{ done: boolean }[]>`select public.end_session(${pid}, ${LONGEST_END}) as done`;
    if (ended?.done !== true) throw error;
  }
}

/** An advisory lock that a session holds, alone or shared. */
interface HeldLock {
  readonly key: number;
  /** The server's process of the session. */
  readonly pid: number;
}

/** All of a kind that are held in this database. */
export function locksHeld(sql: Queryable, lock: number): Promise<readonly HeldLock[]> {
  return sql<HeldLock[]>`
    select objid::int8::float8 as key, pid from pg_locks where locktype = 'advisory' and granted and classid = ${lock}
      and database = (select oid from pg_database where datname = current_database())`;
}

/** The process of each session that holds this one. */
export async function holdersOf(sql: Queryable, lock: number, key: number): Promise<readonly number[]> {
  const held = await locksHeld(sql, lock);
  return held.filter((one) => one.key === key).map(({ pid }) => pid);
}

/** As `transacted`. */
export function inTransaction<T>(
  database: Database,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  return transacted(database, work, ['begin', 'commit']);
}

/** The same, and nothing of it stays when all goes well either. All that it reads is of one moment. */
export function inRolledBackTransaction<T>(
  database: Database,
  work: (client: pg.ClientBase, pid: number) => Promise<T>,
): Promise<T> {
  return transacted(database, work, ['begin isolation level repeatable read', 'rollback']);
}

/**
 * Does the work in a transaction of a connection that can COPY. Whatever it throws, nothing of it stays, and its locks
 * are given up when the error comes out.
 * @param before Done on the connection ahead of the transaction: it stays.
 */
export async function transacted<T>(
  database: Database,
  work: (client: pg.ClientBase, pid: number) => Promise<T>,
  [begin, end]: readonly [begin: string, end: string],
  before: (client: pg.ClientBase) => Promise<void> = async () => {},
): Promise<T> {
  const client = await database.copyPool.connect();
  let session: ServerSession | undefined;
  try {
    const { rows } = await client.query<ServerSession>(
      'select pid, backend_start::text as since from pg_stat_get_activity(pg_backend_pid())',
    );
    session = rows[0] ?? { pid: 0, since: '' };
    await before(client);
    await client.query(begin);
    const result = await work(client, session.pid);
    await client.query(end);
    client.release();
    return result;
  } catch (error) {
    // Not by a rollback: a COPY that is under way takes no statement, and would keep it waiting for ever.
    if (session !== undefined) await endOwn(database, session, error).catch(() => undefined);
    client.release(true);
    throw error;
  }
}

interface ServerSession {
  readonly pid: number;
  readonly since: string;
}

/** After a restart of the server, its number may be that of somebody else's session. */
async function endOwn(database: Database, { pid, since }: ServerSession, error: unknown): Promise<void> {
  if (isLoss(error)) {
    const same = await database.sql`
      select from pg_stat_get_activity(${pid}) where backend_start::text = ${since}`;
    if (same.length === 0) return;
  }
  await endSession(database, pid);
}

/** Does the work of the session with that process; on the signal the session is ended, and what is asked of it fails. */
export function endedBy<T>(
  signal: AbortSignal,
  database: Database,
  pid: number,
  work: () => Promise<T>,
): Promise<T> {
  return whileWatching(signal, work, () => endSession(database, pid));
}

/**
 * The same, so many milliseconds later and statement by statement: the session stays. (postgres.js 3.4 ends the process
 * when a connection is lost that it is about to write to.)
 */
export function cancelledBy<T>(
  signal: AbortSignal,
  { sql }: Database,
  { pid, grace }: { readonly pid: number; readonly grace: number },
  work: () => Promise<T>,
): Promise<T> {
  return whileWatching(signal, work, async (isOver) => {
    await pause(grace);
    while (!isOver()) {
      await sql`select pg_cancel_backend(${pid})`;
      await pause(CANCEL_INTERVAL);
    }
  });
}

async function whileWatching<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
  stop: (isOver: () => boolean) => Promise<void>,
): Promise<T> {
  let over = false;
  // What cannot be stopped is left to end by itself: there is nothing more to be done about it.
  const listener = () => void stop(() => over).catch(() => undefined);
  signal.addEventListener('abort', listener);
  // Given before there was anything to stop.
  if (signal.aborted) listener();
  try {
    return await work();
  } finally {
    over = true;
    signal.removeEventListener('abort', listener);
  }
}
