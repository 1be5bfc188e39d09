/**
 * Replaces the master key, and the key of what is sealed from now on. What was sealed before stays as it is: its data keys are
 * sealed anew, and with the old master key alone nothing can be opened any more; who has opened the data keys of then has them. It
 * can be cut off anywhere, and gone on with.
 */
import type { Database, Sql } from '../db/database.ts';
import { SESSION_LOCKS } from '../db/locks.ts';
import { one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { addDataKey, lockDataKeys, openDataKeys, readSealed, resealDataKey } from './data-keys.ts';
import type { DataKey } from './keys.ts';
import {
  findMasters,
  type MasterKey,
  type MasterSource,
  newMaster,
  readMasters,
  retireMaster,
  writeMasters,
} from './master.ts';

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

/**
 * @throws GelombangError CONFLICT where somebody else is at it; INPUT_REFUSED where there are no data keys, and where the master key, or
 * in the environment the next one, is not here.
 */
export async function rotateKeys(
  database: Pick<Database, 'connect'>,
  source: MasterSource,
  log: Log,
): Promise<Rotation> {
  const session = database.connect();
  try {
    const { alone } = await one(
      session<{ alone: boolean }[]>`select pg_try_advisory_lock(${SESSION_LOCKS.rotating}, 0) as alone`,
      'the lock of the rotation',
    );
    if (!alone) {
      throw new GelombangError('CONFLICT', 'the keys are being rotated by another process', {
        next: 'Look at them when it has ended: gelombang keys status',
      });
    }
    const rotation = await rotate(session, source);
    logEvent(log, 'keys.rotated', { from: rotation.from, to: rotation.to });
    return rotation;
  } finally {
    await session.end();
  }
}

async function rotate(session: Sql, source: MasterSource): Promise<Rotation> {
  const sealed = await readSealed(session);
  const masters = await readMasters(source);
  const [first] = sealed;
  // Never made here: the first ones are two, of which a rotation would make one.
  if (first === undefined) throw noKeys();
  // They change together: one says it of all.
  const from = first.master;
  const at = masters.findIndex(({ name }) => name === from);
  if (at > 0) return wasThrough(source, masters, at);
  const keys = await openDataKeys(sealed, source);
  // Not in the file any more: another database that shared it was rotated.
  const resumed = at + 1 < masters.length;
  const next = resumed ? masters[at + 1] : await nextMaster(source, masters);
  if (next === undefined || next.name === from) throw noNext(from);
  const data_key = await reseal(session, keys, next);
  if (source.kind === 'file') await retireMaster(source.path, from);
  return { from, to: next.name, data_key, resumed: resumed && source.kind === 'file' };
}

/** Before anything is sealed with it, the next key is in the file beside the one in use. */
async function nextMaster(
  source: MasterSource,
  masters: readonly MasterKey[],
): Promise<MasterKey | undefined> {
  if (source.kind === 'given') return undefined;
  const next = newMaster();
  await writeMasters(source.path, [...masters, next]);
  return next;
}

/** All of them or none. @returns The id of the new data key. */
function reseal(session: Sql, keys: readonly DataKey[], next: MasterKey): Promise<number> {
  return session.begin(async (sql) => {
    await lockDataKeys(sql);
    for (const key of keys) await resealDataKey(sql, key, next);
    return addDataKey(sql, next, 'seal');
  });
}

/** Cut off between the commit and the last change of the key file, or the environment was not changed since. */
async function wasThrough(
  source: MasterSource,
  masters: readonly MasterKey[],
  at: number,
): Promise<Rotation> {
  const before = masters.slice(0, at);
  if (source.kind === 'file') for (const { name } of before) await retireMaster(source.path, name);
  return {
    from: before.at(-1)?.name ?? '',
    to: masters[at]?.name ?? '',
    data_key: null,
    resumed: true,
  };
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
