/** A setting of the whole server that switches the guards off is found: while it is in force, and before it is. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { findMissingGuards } from '../../src/db/guards.ts';
import { makeLogin } from '../../src/db/logins.ts';
import { migrateTables } from '../../src/db/migrate.ts';
import { applyRoles } from '../../src/db/roles.ts';
import { temporaryFolder } from '../support/installation.ts';
import { asLogin } from '../support/logins.ts';
import { startTlsServer, type TlsServer } from './tls-server.ts';

let server: TlsServer;
let owned: Database;
/** As the program has it. */
let own: Database;

beforeAll(async () => {
  server = await startTlsServer(join(await temporaryFolder(), 'home'));
  owned = await openDatabase(server.url, 1);
  await migrateTables(owned);
  await applyRoles(owned.sql);
  await makeLogin(owned.sql, { name: 'program', role: 'worker', password: 'of a test', iterations: 1 });
  own = await openDatabase(asLogin(server.url, 'program', 'of a test'), 1);
});

afterAll(async () => {
  await own.close();
  await owned.close();
  await server.stop();
});

test('with `alter system` the guards are off for everybody, and everybody is told', async () => {
  expect(await findMissingGuards(owned.sql)).toEqual([]);
  await owned.sql`alter system set session_replication_role = 'replica'`;
  const file = expect.stringMatching(
    /^setting session_replication_role=replica in .*postgresql.auto.conf is none of ours$/,
  );
  expect(await findMissingGuards(owned.sql)).toEqual([file]);
  await owned.sql`select pg_reload_conf()`;
  const inForce = 'setting session_replication_role=replica in force is none of ours';
  await expect.poll(() => findMissingGuards(own.sql)).toEqual([inForce]);
  await expect.poll(() => findMissingGuards(owned.sql)).toEqual([inForce, file]);
});
