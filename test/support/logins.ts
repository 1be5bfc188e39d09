/** Logins of a test's own, gone when its file is through. */
import { inject } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { makeLogin, type Provinces } from '../../src/db/logins.ts';
import type { RoleName } from '../../src/db/roles.ts';
import type { TestDatabase } from './database.ts';
import { afterFile } from './ends.ts';
import { randomName, runOnServer } from './server.ts';

const NAMED = /^tests_/;

/** The URL of a new login to the database; of a reader with these provinces. */
export async function loginOf(
  { ownerUrl }: Pick<TestDatabase, 'ownerUrl'>,
  role: RoleName,
  provinces: Provinces = 'all',
): Promise<string> {
  const name = randomName(role).replace(/^gelombang/, 'tests');
  const password = randomName('password');
  const shown = role === 'reader' ? { provinces } : {};
  const owned = await openDatabase(ownerUrl, 1);
  try {
    await makeLogin(owned.sql, { name, role, password, ...shown, iterations: 1 });
  } finally {
    await owned.close();
  }
  afterFile(() => dropLogin(ownerUrl, name));
  return asLogin(ownerUrl, name, password);
}

/** The same address for somebody else. */
export function asLogin(url: string, name: string, password: string): string {
  const own = new URL(url);
  own.username = name;
  own.password = password;
  return own.href;
}

/** @param name One that a test has made: other roles are let alone. */
export async function dropLogin(ownerUrl: string, name: string): Promise<void> {
  if (!NAMED.test(name)) throw new Error(`${name} is no login of a test`);
  await runOnServer(ownerUrl, `drop owned by ${name}; drop role ${name}`);
}

/** The URL of a database for a login of its own that may do everything there. */
export async function urlForAnotherLogin(
  url: string,
): Promise<{ readonly url: string; readonly login: string }> {
  const login = randomName('login');
  const password = randomName('password');
  await runOnServer(inject('serverUrl'), `create role ${login} superuser login password '${password}'`);
  afterFile(() => runOnServer(inject('serverUrl'), `drop role if exists ${login}`));
  return { url: asLogin(url, login, password), login };
}
