/**
 * Replaces the master key, and the key of what is sealed from now on. What was sealed before stays as it is: its data keys are
 * sealed anew, and with the old master key alone nothing can be opened any more; who has opened the data keys of then has them. It
 * can be cut off anywhere, and gone on with.
 */
import type { Database, Queryable, Sql } from '../db/database.ts';
import { SESSION_LOCKS } from '../db/locks.ts';
import { one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { addDataKey, lockDataKeys, openDataKeys, readSealed, resealDataKey } from './data-keys.ts';
import { beginWith, type Changing, followedBy } from './key-file.ts';
import type { DataKey } from './keys.ts';
import { findMasters, type MasterKey, type MasterSource, readMasters } from './master.ts';

export interface KeyStatus {
  /** Id of the master key that the data keys are sealed with; null where there are none yet. */
  readonly master: string | null;
  /** `GELOMBANG_KEY`, or the path of the key file. */
  readonly expected_in: string;
  /** Whether it is there. */
  readonly here: boolean;
  /** A rotation was cut off, or the next key is there and it was not begun. */
  readonly rotation_under_way: boolean;
  readonly data_keys: readonly {
    readonly id: number;
    readonly purpose: string;
    readonly made_at: string;
  }[];
}

/** @throws GelombangError INPUT_REFUSED for a key file that others can read, or that is damaged. */
export async function keyStatus({ sql }: Pick<Database, 'sql'>, source: MasterSource): Promise<KeyStatus> {
  const rows = await sql<{ id: number; purpose: string; master: string; made: string }[]>`
    select id, purpose, master_id as master, made_at as made from data_key order by id`;
  const inFile = await readMasters(source);
  const master = rows[0]?.master ?? null;
  const masters = await findMasters(source, master === null ? [] : [master]);
  return {
    master,
    expected_in: source.kind === 'given' ? 'GELOMBANG_KEY' : source.path,
    here: masters.some(({ name }) => name === master),
    rotation_under_way: inFile.length > 1,
    data_keys: rows.map(({ id, purpose, made }) => ({ id, purpose, made_at: isoTime(made) })),
  };
}

export interface Rotation {
  /** Ids of the master keys. */
  readonly from: string;
  readonly to: string;
  /** What is kept from now on is sealed with this one; null where the rotation was cut off after it was made. */
  readonly data_key: number | null;
  /** One that was cut off before was gone on with. */
  readonly resumed: boolean;
}

/** One that is under way, alone at its database for as long as its session lives. */
interface UnderWay {
  readonly session: Sql;
  readonly backendPid: number;
  readonly changing: Changing;
}

/**
 * @param settle Puts the new key file into the place of the old one.
 * @throws GelombangError CONFLICT where somebody else is at it, or the session was lost and somebody else may be; INPUT_REFUSED where
 * there are no data keys, and where the master key, or in the environment the next one, is not here.
 */
export async function rotateKeys(
  database: Pick<Database, 'connect'>,
  source: MasterSource,
  log: Log,
  settle?: Changing['settle'],
): Promise<Rotation> {
  const session = database.connect();
  try {
    const { pid: backendPid } = await one(
      session<{ pid: number | null }[]>`
        select case when pg_try_advisory_lock(${SESSION_LOCKS.rotating}, 0) then pg_backend_pid() end as pid`,
      'the lock of the rotation',
    );
    if (backendPid === null) throw conflict('the keys are being rotated by another process');
    const mayStill = () => checkSession(session, backendPid);
    const changing = { mayStill, ...(settle && { settle }) };
    const rotation = await rotate({ session, backendPid, changing }, source);
    logEvent(log, 'keys.rotated', { from: rotation.from, to: rotation.to });
    return rotation;
  } finally {
    await session.end();
  }
}

/** A session that was made anew after a loss does not have the lock. */
async function checkSession(sql: Queryable, backendPid: number): Promise<void> {
  const { pid } = await one(sql<{ pid: number }[]>`select pg_backend_pid() as pid`, 'the session');
  if (pid !== backendPid) throw conflict('the rotation has stopped: its connection to the database was lost');
}

async function rotate(underWay: UnderWay, source: MasterSource): Promise<Rotation> {
  const sealed = await readSealed(underWay.session);
  const masters = await readMasters(source);
  const [first] = sealed;
  // Never made here: the first ones are two, of which a rotation would make one.
  if (first === undefined) throw noKeys();
  // They change together: one says it of all.
  const from = first.master;
  const newest = masters.at(-1);
  if (masters.length > 1 && newest?.name === from) return wasThrough(underWay, source, masters, newest);
  const keys = await openDataKeys(sealed, source);
  // The one in use may not be in the file any more: another database that shares it was rotated.
  const resumed = newest !== undefined && newest.name !== from;
  // Before anything is sealed with it, the next key is in the file beside the one in use.
  const next = source.kind === 'file' ? await followedBy(source.path, from, underWay.changing) : newest;
  if (next === undefined || next.name === from) throw noNext(from);
  const data_key = await reseal(underWay, keys, from, next);
  if (source.kind === 'file') await beginWith(source.path, next, underWay.changing);
  return { from, to: next.name, data_key, resumed: resumed && source.kind === 'file' };
}

/** All of them or none. @returns The id of the new data key. */
function reseal(
  { session, backendPid }: UnderWay,
  keys: readonly DataKey[],
  from: string,
  next: MasterKey,
): Promise<number> {
  return session.begin(async (sql) => {
    await checkSession(sql, backendPid);
    await lockDataKeys(sql);
    for (const key of keys) {
      if (!(await resealDataKey(sql, key, from, next)))
        throw conflict(`data key ${key.id} was sealed anew by another process`);
    }
    return addDataKey(sql, next, 'seal');
  });
}

/** Cut off between the commit and the last change of the key file, or the environment was not changed since. */
async function wasThrough(
  { changing }: UnderWay,
  source: MasterSource,
  masters: readonly MasterKey[],
  newest: MasterKey,
): Promise<Rotation> {
  if (source.kind === 'file') await beginWith(source.path, newest, changing);
  return { from: masters.at(-2)?.name ?? '', to: newest.name, data_key: null, resumed: true };
}

function conflict(what: string): GelombangError {
  return new GelombangError('CONFLICT', what, {
    next: 'Look at the keys when nobody rotates them any more: gelombang keys status',
  });
}

function noKeys(): GelombangError {
  return new GelombangError('INPUT_REFUSED', 'there are no keys in this database that could be replaced', {
    next: 'If people were kept in it before, restore the table data_key from a backup. Else the first command that keeps something makes them.',
  });
}

function noNext(from: string): GelombangError {
  return new GelombangError('INPUT_REFUSED', `the key that takes the place of ${from} is not given`, {
    next: 'Set GELOMBANG_NEXT_KEY to 64 random hex digits, such as those of: openssl rand -hex 32',
  });
}
