import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from '../node-postgres.ts';
import { serverError } from './log.ts';
import { hasCode, type Place, PORT, USER } from './place.ts';
import { readPostmaster, stop } from './postmaster.ts';

/** Who uses the server shares this lock, in a database of its own: locks of the program's work cannot meet it. */
const LOCK = 1;

/** How long nobody may answer. A server that says it is starting or stopping may take as long as it needs. */
const LONGEST_SILENCE_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/** `admin_shutdown`, `crash_shutdown`, `cannot_connect_now`. */
const AT_WORK = ['57P01', '57P02', '57P03'];
const TOO_MANY = '53300';

type Attempt =
  | { readonly state: 'held'; readonly session: pg.Client }
  | { readonly state: 'at work' | 'no answer'; readonly cause: unknown };

/** One process's share in the server. If the server dies it is started again, for its user goes on needing it. */
export class Hold {
  readonly #place: Place;
  #session: Promise<pg.Client>;
  #released: Promise<void> | undefined;

  private constructor(place: Place, session: pg.Client) {
    this.#place = place;
    this.#session = Promise.resolve(session);
    this.#takeAgainWhenLost(session);
  }

  static async take(place: Place): Promise<Hold> {
    return new Hold(place, await takeSession(place));
  }

  release(): Promise<void> {
    this.#released ??= this.#giveUp();
    return this.#released;
  }

  #takeAgainWhenLost(session: pg.Client): void {
    session.once('end', () => {
      if (this.#released) return;
      this.#session = takeSession(this.#place);
      this.#session.then(
        (next) => this.#takeAgainWhenLost(next),
        () => {
          // The user's own connections fail too, and say so.
        },
      );
    });
  }

  async #giveUp(): Promise<void> {
    const session = await this.#session.catch(() => undefined);
    if (session === undefined) return;
    try {
      if (await isLast(session)) await stop(this.#place);
    } finally {
      await session.end().catch(() => undefined);
    }
  }
}

/** Gives up the share. Whoever then gets the lock for itself alone is the last, and keeps newcomers waiting. */
async function isLast(session: pg.Client): Promise<boolean> {
  try {
    await session.query('select pg_advisory_unlock_shared($1)', [LOCK]);
    const { rows } = await session.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [
      LOCK,
    ]);
    return rows[0]?.last === true;
  } catch {
    // The server went away: nothing is left to be stopped by us.
    return false;
  }
}

async function takeSession(place: Place): Promise<pg.Client> {
  const began = Date.now();
  let heard = began;
  for (let delay = 5; ; delay = Math.min(delay * 1.5, 200)) {
    const attempt = await tryToHold(place);
    if (attempt.state === 'held') return attempt.session;
    if (attempt.state === 'at work') heard = Date.now();
    else heard += await start(place);
    if (Date.now() - heard > LONGEST_SILENCE_MS || Date.now() - began > LONGEST_WAIT_MS) {
      throw await serverError(place, 'The embedded PostgreSQL does not answer.', attempt.cause);
    }
    await pause(delay);
  }
}

/** Most find it running, and have no use for what starts it. @returns Milliseconds, in which nobody was silent. */
async function start(place: Place): Promise<number> {
  const began = Date.now();
  const { startUnlessRunning } = await import('./start.ts');
  await startUnlessRunning(place);
  return Date.now() - began;
}

async function tryToHold(place: Place): Promise<Attempt> {
  const password = await readFile(place.password, 'utf8').catch(() => undefined);
  if (password === undefined) return { state: 'no answer', cause: undefined };
  const session = new pg.Client({
    host: place.socketDirectory,
    port: PORT,
    user: USER,
    password,
    database: 'postgres',
    application_name: 'gelombang: holds the server',
    // What is set for other servers (PGSSLMODE, PGOPTIONS) is not for this one; it waits here for as long as it is held.
    ssl: false,
    options: '-c idle_session_timeout=0',
  });
  session.on('error', () => {
    // Without a listener it would end the process; the loss is seen by the end of the session.
  });
  try {
    await session.connect();
    await session.query('select pg_advisory_lock_shared($1)', [LOCK]);
    // The last user's session may die of its own stop, and its lock come to us, before ours is told to die. The
    // file says so by then: it is written before any session is.
    const postmaster = await readPostmaster(place);
    if (postmaster !== undefined && postmaster.status !== 'stopping') return { state: 'held', session };
    await session.end();
    return { state: 'at work', cause: undefined };
  } catch (error) {
    await session.end().catch(() => undefined);
    return await judge(place, error);
  }
}

async function judge(place: Place, error: unknown): Promise<Attempt> {
  if (hasCode(error, ...AT_WORK)) return { state: 'at work', cause: error };
  const final =
    error instanceof pg.DatabaseError ? !hasCode(error, TOO_MANY) : hasCode(error, 'EACCES', 'EPERM');
  // What is neither is a connection that was not made or did not last.
  if (!final) return { state: 'no answer', cause: error };
  throw await serverError(place, 'The embedded PostgreSQL refused the connection.', error);
}
