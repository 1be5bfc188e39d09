/** The registry's web service, as all who call it know it: who calls it now, and until when nobody does. */
import { setTimeout as rest } from 'node:timers/promises';
import type { Database, Queryable } from '../db/database.ts';
import { SESSION_LOCKS } from '../db/locks.ts';
import { one } from '../db/rows.ts';
import { GelombangError } from '../errors.ts';
import { matchSourceOf } from '../policy/policy.ts';
import { markSession } from './lease.ts';
import type { Wave } from './record.ts';

/**
 * The right to call the service. One process at a time has it, whatever wave it is for, so that what holds for the caller
 * (so many calls a second, so many at once) holds for all processes together.
 */
export interface Calling {
  /** @throws GelombangError UNEXPECTED where the right was lost: somebody else may be calling by now. */
  check(): Promise<void>;
  /** Gives the right back. */
  end(): Promise<void>;
}

/** Milliseconds between the last call of one process and the first of the next: no second is shared. */
const SILENCE = 1_000;

/**
 * Undefined where another process calls. The right goes with the connection, so that one that dies leaves nothing behind;
 * from one that is frozen it is taken with its step.
 * @param token Of the step that calls.
 */
export async function beginCalling(
  database: Database,
  signal: AbortSignal,
  token: number,
): Promise<Calling | undefined> {
  const session = database.connect();
  try {
    const { mine, pid } = await one(
      session<{ mine: boolean; pid: number }[]>`
        select pg_try_advisory_lock(${SESSION_LOCKS.calling}, 0) as mine, pg_backend_pid() as pid`,
      'the right to call',
    );
    if (!mine) {
      await session.end();
      return undefined;
    }
    await markSession(session, token);
    const { silence } = await one(
      session<{ silence: number }[]>`
        update registry_service set quiet_since = null from (select quiet_since as last from registry_service) as before
        returning least(greatest(coalesce(
          ${SILENCE} - extract(epoch from clock_timestamp() - before.last) * 1000, ${SILENCE}), 0), ${SILENCE})::float8 as silence`,
      'the last call',
    );
    await rest(silence, undefined, { signal });
    return {
      check: async () => {
        const now = await one(session<{ pid: number }[]>`select pg_backend_pid() as pid`, 'the connection');
        // A connection that was lost is made anew without a word, and the lock is gone with the old one.
        if (now.pid !== pid)
          throw new GelombangError('UNEXPECTED', 'the connection that the calls are made under was lost');
      },
      end: async () => {
        // Where this fails, whoever calls next waits.
        await session`update registry_service set quiet_since = clock_timestamp()`.catch(() => {});
        await session.end();
      },
    };
  } catch (error) {
    await session.end();
    throw error;
  }
}

/** Whether nobody is to call it yet. */
export async function isPaused(sql: Queryable): Promise<boolean> {
  const { paused } = await one(
    sql<{ paused: boolean }[]>`select coalesce(paused_until > now(), false) as paused from registry_service`,
    'the service',
  );
  return paused;
}

/** @param why A sentence for the operator. */
export async function pauseUntil(sql: Queryable, until: Date, why: string): Promise<void> {
  await sql`update registry_service set paused_until = ${until.toISOString()}, paused_for = ${why}`;
}

/** Over by the word of whoever closes a wave that calls the service. */
export async function endPause(sql: Queryable, { policy }: Pick<Wave, 'policy'>): Promise<void> {
  if (matchSourceOf(policy) !== 'dukcapil') return;
  await sql`update registry_service set paused_until = null, paused_for = null`;
}

export async function writeCallsLeft(sql: Queryable, callsLeft: number): Promise<void> {
  await sql`update registry_service set calls_left = ${callsLeft}, calls_left_at = clock_timestamp()`;
}
