/** A database of its own for a test or a file of tests: a clone of the template, dropped when the file is through. */
import { afterAll, inject } from 'vitest';
import { type Database, openDatabase, type Transaction } from '../../src/db/database.ts';
import { dropDatabase, randomName, runOnServer, urlOf } from './server.ts';

export interface TestDatabase {
  /** As the program's own login, and so is `database`. */
  readonly url: string;
  /** As whoever owns the tables. */
  readonly ownerUrl: string;
  readonly database: Database;
  /** Before the file is through, for tests that need many. */
  drop(): Promise<void>;
}

const drops = new Set<() => Promise<void>>();

afterAll(async () => {
  for (const drop of drops) await drop();
});

const owners = new WeakMap<Database, string>();

/** With all tables and nothing in them, as the program has them: with a login that may what it needs. */
export function cloneDatabase(): Promise<TestDatabase> {
  return createDatabase(inject('templateDatabase'), inject('programUrl'));
}

/** Without any table, for whoever makes them. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template1', inject('serverUrl'));
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
const CONNECTIONS = 6;

async function createDatabase(template: string, login: string): Promise<TestDatabase> {
  const server = inject('serverUrl');
  const name = randomName('test');
  await runOnServer(server, `create database ${name} template ${template}`);
  const url = urlOf(login, name);
  const ownerUrl = urlOf(server, name);
  const database = await openDatabase(url, CONNECTIONS);
  owners.set(database, ownerUrl);
  const drop = async () => {
    if (!drops.delete(drop)) return;
    await database.close();
    await dropDatabase(server, name);
  };
  drops.add(drop);
  return { url, ownerUrl, database, drop };
}
