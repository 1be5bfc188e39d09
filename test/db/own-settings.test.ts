/** Whatever is set for the database or a login: the program's sessions look into our tables, and so does `audit verify`. */
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { openBackend } from '../../src/queue/backend.ts';
import { QUEUE_SCHEMA, STEP_QUEUE } from '../../src/queue/tables.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { afterFile } from '../support/ends.ts';
import { loginOf } from '../support/logins.ts';

let at: TestDatabase;
let owned: Database;
let own: Database;
let login: string;

beforeAll(async () => {
  at = await cloneDatabase();
  owned = await openDatabase(at.ownerUrl, 1);
  afterFile(() => owned.close());
  const url = await loginOf(at, 'worker');
  login = new URL(url).username;
  await owned.sql.unsafe(`
    create schema evil;
    create table evil.wave (like public.wave);
    create table evil.pg_trigger (like pg_catalog.pg_trigger);
    create function evil.takes_two() returns boolean language sql as 'select false';
    grant usage on schema evil to public;
    grant select on all tables in schema evil to public`);
  const database = new URL(at.ownerUrl).pathname.slice(1);
  // Before PostgreSQL's own, too.
  await owned.sql.unsafe(`
    alter database ${database} set search_path = evil, pg_catalog, public;
    alter role ${login} in database ${database} set search_path = evil, pg_catalog, public;
    alter role ${login} in database ${database} set row_security = off`);
  own = await openDatabase(url, 1);
  afterFile(() => own.close());
});

const LOOKED = `select 'wave'::regclass = 'public.wave'::regclass as wave,
  'pg_trigger'::regclass = 'pg_catalog.pg_trigger'::regclass as triggers,
  to_regproc('takes_two') is not distinct from to_regproc('public.takes_two') as functions,
  current_setting('row_security') as security`;
const OURS = { wave: true, triggers: true, functions: true, security: 'on' };

describe("with other tables first by the settings of the database and the login, the program's sessions look into ours", () => {
  test('for queries', async () => {
    expect(await own.sql.unsafe(LOOKED)).toEqual([OURS]);
    const session = own.connect();
    expect(await session.unsafe(LOOKED)).toEqual([OURS]);
    await session.end();
  });

  test('for COPY', async () => {
    expect((await own.copyPool.query(LOOKED)).rows).toEqual([OURS]);
  });

  test("of the queue into the queue's", async () => {
    const backend = await openBackend(undefined, own);
    const queue = backend.queue(STEP_QUEUE);
    await queue.add('step', { step: 1 });
    expect(await queue.count()).toBe(1);
    expect(await owned.sql`select from ${owned.sql(`${QUEUE_SCHEMA}.job`)}`).toHaveLength(1);
    await queue.close();
    await backend.close();
  });
});

test('`audit verify` is not led to other tables by such settings, and says that there are some', async () => {
  const { faults } = await verifyAudit(own.sql, []);
  const database = new URL(at.ownerUrl).pathname.slice(1);
  const what = (setting: string, where: string) => ({
    entry: null,
    what: expect.stringContaining(`setting ${setting} ${where} is none of ours`),
  });
  expect(faults).toEqual(
    expect.arrayContaining([
      what('search_path=evil, pg_catalog, public', `of database ${database}`),
      what('search_path=evil, pg_catalog, public', `of login ${login} of database ${database}`),
      what('row_security=off', `of login ${login} of database ${database}`),
    ]),
  );
});
