/** The data keys as they are in the database: each sealed with the master key, in the table `data_key`. */
import { randomBytes } from 'node:crypto';
import type { Database, Queryable, Transaction } from '../db/database.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { codeOf, DENIED } from '../db/sqlstate.ts';
import { GelombangError } from '../errors.ts';
import { firstMaster } from './key-file.ts';
import type { DataKey, KeyPurpose, KeysInHand } from './keys.ts';
import { findMasters, type MasterKey, type MasterSource } from './master.ts';
import { notHere } from './not-here.ts';
import { KEY_BYTES, keyIdOf, open, seal } from './sealing.ts';

export interface SealedDataKey {
  readonly id: number;
  readonly purpose: KeyPurpose;
  /** Id of the master key, as it is told to people. */
  readonly master: string;
  readonly sealed: Buffer;
}

/**
 * Gives the connections the keys that are in the database. Where there are none yet they are made, if it says so; a key file too.
 * @param make The command will seal or open something: what is missing is an error now, and not only when it is needed.
 * @throws GelombangError INPUT_REFUSED where the master key is not here.
 */
export async function unlock(
  { sql, keys }: Pick<Database, 'sql' | 'keys'>,
  source: MasterSource,
  make: boolean,
): Promise<void> {
  const read = () => readDataKeys(sql, source);
  try {
    let found = await read();
    if (found.length === 0) {
      if (!make) return;
      await makeFirst(sql, source);
      found = await read();
    }
    keys.hold({ keys: found, source }, read);
  } catch (cause) {
    const error = codeOf(cause) === DENIED ? mayNotRead(cause) : cause;
    if (make || !(error instanceof GelombangError)) throw error;
    keys.lock(error);
  }
}

/** Auditors, whose commands need none. */
function mayNotRead(cause: unknown): GelombangError {
  return new GelombangError(
    'INPUT_REFUSED',
    'the login of DATABASE_URL may not read what is kept of people',
    {
      cause,
      next: 'Sign in as the program does, with a login that was made with --role worker.',
    },
  );
}

/** Gives the connections of a thread the keys of its process. */
export function take({ sql, keys }: Pick<Database, 'sql' | 'keys'>, inHand: KeysInHand): void {
  keys.hold(inHand, () => readDataKeys(sql, inHand.source));
}

/** The newest data key for what is kept: whoever has an older one alone reads them again. */
export async function keepUp({ sql, keys }: Pick<Database, 'sql' | 'keys'>): Promise<void> {
  const [newest] = await sql<
    { id: number | null }[]
  >`select max(id) as id from data_key where purpose = 'seal'`;
  await keys.upTo(newest?.id ?? 0);
}

/** All of them, opened. @throws as `unlock` does. */
async function readDataKeys(sql: Queryable, source: MasterSource): Promise<readonly DataKey[]> {
  return openDataKeys(await readSealed(sql), source);
}

/** In the order of their ids. */
export function readSealed(sql: Queryable): Promise<readonly SealedDataKey[]> {
  return sql<SealedDataKey[]>`select id, purpose, master_id as master, sealed from data_key order by id`;
}

/** @throws as `unlock` does. */
export async function openDataKeys(
  sealed: readonly SealedDataKey[],
  source: MasterSource,
): Promise<readonly DataKey[]> {
  const names = sealed.map(({ master }) => master);
  const masters = new Map((await findMasters(source, names)).map((master) => [master.name, master]));
  const opened: DataKey[] = [];
  for (const { id, purpose, master: name, sealed: bytes } of sealed) {
    const master = masters.get(name);
    const place = placeOf(id, purpose);
    if (master === undefined || keyIdOf(bytes, place) !== master.id) throw await notHere(name, source);
    // Of memory of its own: with a part of a larger piece, a thread would be given all of it.
    opened.push({ id, purpose, bytes: Uint8Array.from(open(master, place, bytes)) });
  }
  return opened;
}

/** One process at a time; who comes second finds them made. */
async function makeFirst(sql: Database['sql'], source: MasterSource): Promise<void> {
  await sql.begin(async (transaction) => {
    await lockDataKeys(transaction);
    if ((await readSealed(transaction)).length > 0) return;
    // Only under the lock: where the keys of another machine are there, no file is to be made here.
    const master = await firstMaster(source);
    await addDataKey(transaction, master, 'seal');
    await addDataKey(transaction, master, 'question');
  });
}

export async function lockDataKeys(sql: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${TRANSACTION_LOCKS.keys}, 0)`;
}

/** A new one. To be called under the lock. @returns Its id. */
export async function addDataKey(sql: Transaction, master: MasterKey, purpose: KeyPurpose): Promise<number> {
  const [{ id } = { id: 1 }] = await sql<{ id: number }[]>`
    select coalesce(max(id), 0) + 1 as id from data_key`;
  const sealed = seal(master, placeOf(id, purpose), randomBytes(KEY_BYTES));
  await sql`insert into data_key (id, purpose, master_id, sealed) values (${id}, ${purpose}, ${master.name}, ${sealed})`;
  return id;
}

/** Seals it with another master key. @param from The one that it was opened with. @returns Whether it was still sealed with that one. */
export async function resealDataKey(
  sql: Transaction,
  { id, purpose, bytes }: DataKey,
  from: string,
  to: MasterKey,
): Promise<boolean> {
  const sealed = seal(to, placeOf(id, purpose), bytes);
  const changed = await sql`
    update data_key set master_id = ${to.name}, sealed = ${sealed} where id = ${id} and master_id = ${from} returning 1`;
  return changed.length === 1;
}

function placeOf(id: number, purpose: KeyPurpose): string {
  return `data_key ${id} ${purpose}`;
}
