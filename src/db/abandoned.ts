/**
 * Who has gone in the middle of a transaction keeps what it has locked from all others. Where it was between two statements the
 * server ends its session by itself; one that went within a statement (postgres.js says a new statement in two halves, and waits for
 * an answer between them) is at work as the server sees it, for ever: whoever waits for long looks for it.
 */
import type { Queryable } from './database.ts';
import { isLongAgo } from './time.ts';

/**
 * Seconds. The transactions of postgres.js are of some statements, one after the other: who asks for nothing in one for so long is
 * frozen or cut off, and must not keep the others from planning. Steps and imports, which compute in theirs, have another.
 */
export const ABANDONED_AFTER = 30;

/** The name of the sessions that this holds for. */
export const SHORT_SESSION = 'gelombang';

/** Ends those of the same login and database that wait for the rest of a statement for so many seconds. */
export async function endAbandoned(sql: Queryable, seconds = ABANDONED_AFTER): Promise<void> {
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = current_user and application_name = ${SHORT_SESSION}
      and state = 'active' and wait_event = 'ClientRead' and ${sql.unsafe(isLongAgo('state_change', seconds))}`;
}
