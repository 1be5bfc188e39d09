/** A database of its own for a test or a file of tests: a clone of the template, dropped when the file is through. */
import { afterAll, inject } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { dropDatabase, randomName, runOnServer, urlOf } from './server.ts';

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Before the file is through, for tests that need many. */
  drop(): Promise<void>;
}

const drops = new Set<() => Promise<void>>();

afterAll(async () => {
  for (const drop of drops) await drop();
});

/** With all tables and nothing in them. */
export function cloneDatabase(): Promise<TestDatabase> {
  return createDatabase(inject('templateDatabase'));
}

/** Without any table. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template1');
}

/** Connections that a test's database has for queries, and again for COPY. */
const CONNECTIONS = 6;

async function createDatabase(template: string): Promise<TestDatabase> {
  const server = inject('serverUrl');
  const name = randomName('test');
  await runOnServer(server, `create database ${name} template ${template}`);
  const url = urlOf(server, name);
  const database = await openDatabase(url, CONNECTIONS);
  const drop = async () => {
    if (!drops.delete(drop)) return;
    await database.close();
    await dropDatabase(server, name);
  };
  drops.add(drop);
  return { url, database, drop };
}
