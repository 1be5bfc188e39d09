/** A database of its own for a test or a file of tests: a clone of the template, dropped when the file is through. */
import { inject } from 'vitest';
import { type Database, openDatabase, type Sql, type Transaction } from '../../src/db/database.ts';
import { unlock } from '../../src/keys/data-keys.ts';
import { afterFile } from './ends.ts';
import { dropDatabase, randomName, runOnServer, urlOf } from './server.ts';

export interface TestDatabase {
  /** As the program's own login, and so is `database`. */
  readonly url: string;
  /** As whoever owns the tables. */
  readonly ownerUrl: string;
  /** By which it is cloned. */
  readonly name: string;
  readonly database: Database;
  /** Its connections; nothing can be asked of it any more. */
  close(): Promise<void>;
  /** Before the file is through, for tests that need many. */
  drop(): Promise<void>;
}

const owners = new WeakMap<Database, string>();

/**
 * As the database of that name is now; if not given, with all tables and nothing in them but the keys of the run. As the program
 * has it: with a login that may what it needs, and the keys.
 */
export async function cloneDatabase(model = inject('templateDatabase')): Promise<TestDatabase> {
  const created = await createDatabase(model, inject('programUrl'));
  await unlock(created.database, { kind: 'file', path: inject('keyFile') }, true);
  return created;
}

/** Without any table, for whoever makes them. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template1', inject('serverUrl'));
}

/** Another session, as whoever owns the tables; the caller ends it. */
export async function ownerSession(database: Database): Promise<Sql> {
  const owned = await openDatabase(owners.get(database) ?? database.address, 1);
  const session = owned.connect();
  await owned.close();
  return session;
}

/** Does in a transaction what is not for the program to do. */
export async function asOwner<T>(database: Database, work: (sql: Transaction) => Promise<T>): Promise<T> {
  const owned = await openDatabase(owners.get(database) ?? database.address, 1);
  try {
    return (await owned.sql.begin(work)) as T;
  } finally {
    await owned.close();
  }
}

/** Connections that a test's database has for queries, and again for COPY. */
export const CONNECTIONS = 6;

async function createDatabase(template: string, login: string): Promise<TestDatabase> {
  const server = inject('serverUrl');
  const name = randomName('test');
  // As files, and not as a log of every page: a third of the processor's time.
  await runOnServer(server, `create database ${name} template ${template} strategy file_copy`);
  const url = urlOf(login, name);
  const ownerUrl = urlOf(server, name);
  const database = await openDatabase(url, CONNECTIONS);
  owners.set(database, ownerUrl);
  const close = once(() => database.close());
  const drop = once(async () => {
    await close();
    await dropDatabase(server, name);
  });
  afterFile(drop);
  return { url, ownerUrl, name, database, close, drop };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
