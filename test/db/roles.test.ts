/** Who may what in the database: the program what it does, analysts nobody's identity, auditors nobody's data. */
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrateTables } from '../../src/db/migrate.ts';
import { readPrivileges } from '../../src/db/privileges.ts';
import { applyRoles, ROLES } from '../../src/db/roles.ts';
import * as schema from '../../src/db/schema.ts';
import { endSession } from '../../src/db/session.ts';
import { TABLES } from '../../src/db/table-access.ts';
import { makeQueueTables, migrateQueueTables, QUEUE_SCHEMA } from '../../src/queue/tables.ts';
import { asOwner, cloneDatabase, emptyDatabase } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { asLogin, dropLogin, loginOf } from '../support/logins.ts';
import { dropDatabase, randomName, runOnServer, urlOf } from '../support/server.ts';
import { madeUpWave, runWave } from '../support/wave.ts';

const ALL: readonly PgTable[] = Object.values(schema).filter((value) => is(value, PgTable));

const DENIED = { code: '42501' };

let at: Installation;
const opened: Database[] = [];

async function open(url: string): Promise<Database> {
  const database = await openDatabase(url, 2);
  opened.push(database);
  return database;
}

beforeAll(async () => {
  at = await installation();
  await runWave(at, await madeUpWave({ applicants: 60, seed: 3 }));
});

afterAll(async () => {
  for (const database of opened) await database.close();
});

test('of every table it is said what each role may with it', () => {
  const missing = ALL.map((table) => getTableConfig(table).name).filter((name) => !(name in TABLES));
  expect(missing).toEqual([]);
});

test('whoever has no role has nothing', async () => {
  const open = await asOwner(
    at.database,
    (sql) => sql<{ what: string }[]>`
      with ours as (select oid from pg_namespace where nspname in ('public', 'analyst', 'drizzle', 'gelombang_queue'))
      select relname as what from pg_class, aclexplode(relacl) acl
        where relnamespace in (select oid from ours) and acl.grantee = 0
      union all select proname from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
        where pronamespace in (select oid from ours) and acl.grantee = 0
      union all select nspname from pg_namespace, aclexplode(nspacl) acl
        where nspname in ('analyst', 'drizzle', 'gelombang_queue') and acl.grantee = 0`,
  );
  expect(open.map(({ what }) => what)).toEqual([]);
});

describe("the program's login", () => {
  test.each([
    'update installation set id = gen_random_uuid()',
    "insert into reader_region values ('somebody', 31)",
    'delete from wave',
    'delete from review',
    'update audit set reason = null',
    'delete from audit',
    'truncate audit',
    'alter table audit disable trigger all',
    'delete from result_block',
    'update application_block set rows = rows',
    'truncate stage_block',
    'drop table stage_block',
    'alter table pool disable trigger pool_guard',
    'alter table wave disable trigger all',
    'create table public.mine (id int)',
    'create table analyst.mine (id int)',
    'create table gelombang_queue.mine (id int)',
    'insert into drizzle.__drizzle_migrations (hash, created_at) values (0, 0)',
    'update gelombang_queue.migration set version = 1',
    'set session_replication_role = replica',
    'create role somebody',
    'select from analyst.outcome',
  ])('may not %s', async (statement) => {
    await expect(at.database.sql.unsafe(statement)).rejects.toMatchObject(DENIED);
  });

  test('may no more than it needs, and an owner may', async () => {
    expect(await readPrivileges(at.database.sql)).toMatchObject({ roles: ['worker'], moreThanNeeded: [] });
    const owner = await open(at.ownerUrl);
    expect((await readPrivileges(owner.sql)).moreThanNeeded).toEqual(['it is a superuser']);
  });

  test('cannot make tables, and is told who can', async () => {
    const { ownerUrl } = await emptyDatabase();
    const database = new URL(ownerUrl).pathname.slice(1);
    const program = await open(urlOf(inject('programUrl'), database));
    await expect(migrateTables(program)).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      message: expect.stringMatching(/^the tables are not up to date \(0 of \d+ migrations\)/),
      next: expect.stringContaining('gelombang database migrate'),
    });
    await expect(makeQueueTables(program)).rejects.toMatchObject({
      message: expect.stringContaining("the queue's tables are not up to date"),
    });
  });
});

describe('an analyst', () => {
  interface Seen {
    readonly nik: string;
    readonly province: number;
  }
  const outcomes = ({ sql }: Database) =>
    sql<Seen[]>`select nik, province from analyst.outcome where wave_id = 17 order by registration_no`;

  test('sees all outcomes, and of nobody the whole NIK', async () => {
    const reader = await open(await loginOf(at, 'reader'));
    const seen = await outcomes(reader);
    const [all] = await at.database.sql`select count(*)::int as rows from outcome`;
    expect(seen).toHaveLength(all?.rows);
    for (const { nik } of seen) expect(nik).toMatch(/^\d{6}\*{6}\d{4}$/);
    const [wave] = await reader.sql`select * from analyst.wave`;
    expect(Object.keys(wave ?? {})).not.toContain('secret');
    const funnel = await reader.sql`select step, count::int as count from analyst.funnel order by place`;
    expect(funnel[0]).toMatchObject({ count: expect.any(Number), step: expect.any(String) });
  });

  test.each([
    'application_block',
    'outcome',
    'outcome_by_province',
    'shown_province',
    'wave',
    'result_block',
    'reader_region',
    'installation',
  ])('does not see %s', async (table) => {
    const reader = await open(await loginOf(at, 'reader'));
    await expect(reader.sql.unsafe(`select from public.${table}`)).rejects.toMatchObject(DENIED);
  });

  test('of no province sees nobody, whatever role is taken on', async () => {
    const reader = await open(await loginOf(at, 'reader', []));
    await reader.sql.begin(async (sql) => {
      for (const role of ['none', 'gelombang_reader']) {
        await sql.unsafe(`set local role ${role}`);
        expect(await sql`select from analyst.outcome`).toHaveLength(0);
        expect(await sql`select from analyst.cutoff`).toHaveLength(0);
      }
    });
  });

  test('of a province sees its cut-offs, and the funnel of the whole wave', async () => {
    const all = await open(await loginOf(at, 'reader'));
    const regions = async ({ sql }: Database) =>
      (await sql<{ region: number }[]>`select distinct region from analyst.cutoff order by region`).map(
        ({ region }) => region,
      );
    const [own = 0, ...others] = await regions(all);
    expect(others).not.toEqual([]);
    const reader = await open(await loginOf(at, 'reader', [own]));
    expect(await regions(reader)).toEqual([own]);
    const funnel = 'select * from analyst.funnel order by place';
    expect(await reader.sql.unsafe(funnel)).toEqual(await all.sql.unsafe(funnel));
  });

  test('of a province sees nobody else, whatever role is taken on', async () => {
    const everybody = await outcomes(await open(await loginOf(at, 'reader')));
    const province = everybody[0]?.province ?? 0;
    const own = everybody.filter((each) => each.province === province);
    expect(own.length).toBeLessThan(everybody.length);
    const reader = await open(await loginOf(at, 'reader', [province]));
    expect(await outcomes(reader)).toEqual(own);
    await reader.sql.begin(async (sql) => {
      await sql`set local role gelombang_reader`;
      expect(
        await sql`select nik, province from analyst.outcome where wave_id = 17 order by registration_no`,
      ).toEqual(own);
    });
  });

  test('of a province sees nobody else by a condition that gives away what it is asked about', async () => {
    const [first] = await outcomes(await open(await loginOf(at, 'reader')));
    const province = first?.province ?? 0;
    const reader = await open(await loginOf(at, 'reader', [province]));
    await reader.sql.begin(async (sql) => {
      await sql.unsafe(`create function pg_temp.gives_away(province smallint) returns boolean cost 0.000001 language plpgsql as $$
        begin if province <> ${province} then raise 'somebody of %', province; end if; return true; end $$`);
      const [seen] =
        await sql`select count(*)::int as rows from analyst.outcome where pg_temp.gives_away(province)`;
      expect(seen?.rows).toBeGreaterThan(0);
    });
  });
});

describe('an auditor', () => {
  test('sees how a wave came to what it is', async () => {
    const auditor = await open(await loginOf(at, 'auditor'));
    const [wave] = await auditor.sql`select state, pool_root, seed, funnel from wave`;
    expect(wave).toMatchObject({ state: 'published' });
    expect(await auditor.sql`select wave_id from review`).toHaveLength(1);
    expect(await auditor.sql`select stage from stage`).not.toHaveLength(0);
  });

  test.each([
    'select secret from wave',
    'select household_key from wave',
    'select from application_block',
    'select from data_key',
    'select from outcome',
    'select from result_block',
    'select from registry_block',
    'select from reject',
    'update wave set state = state',
  ])('may not %s', async (statement) => {
    const auditor = await open(await loginOf(at, 'auditor'));
    await expect(auditor.sql.unsafe(statement)).rejects.toMatchObject(DENIED);
  });
});

describe('a session', () => {
  async function sessionOf(url: string): Promise<{ pid: number; alive(): Promise<boolean> }> {
    const { connect } = await open(url);
    const client = connect();
    const [row] = await client<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const pid = row?.pid ?? 0;
    const alive = async () =>
      (await at.database.sql`select from pg_stat_activity where pid = ${pid}`).length > 0;
    return { pid, alive };
  }

  test("of another operator's login is ended where it is the program's", async () => {
    const other = await sessionOf(await loginOf(at, 'worker'));
    await endSession(at.database, other.pid);
    expect(await other.alive()).toBe(false);
  });

  test.each(['reader', 'auditor', 'owner'] as const)('of a %s is left alone', async (who) => {
    const other = await sessionOf(who === 'owner' ? at.ownerUrl : await loginOf(at, who));
    await expect(endSession(at.database, other.pid)).rejects.toMatchObject(DENIED);
    expect(await other.alive()).toBe(true);
  });
});

test('the roles are made and given their rights over again, also by several at once', async () => {
  const databases = await Promise.all([cloneDatabase(), cloneDatabase()]);
  const owners = await Promise.all(databases.flatMap(({ ownerUrl }) => [open(ownerUrl), open(ownerUrl)]));
  expect(await Promise.all(owners.map(({ sql }) => applyRoles(sql)))).toEqual([true, true, true, true]);
});

test("the queue's tables are made by several at once, and whoever comes next gives the rights that one who was killed did not", async () => {
  const { ownerUrl } = await cloneDatabase();
  const owners = await Promise.all(Array.from({ length: 4 }, () => open(ownerUrl)));
  await Promise.all(owners.map((owner) => makeQueueTables(owner)));
  const [owner] = owners as [Database, ...Database[]];
  await owner.sql.unsafe(`revoke all on schema ${QUEUE_SCHEMA} from ${ROLES.worker}`);
  await migrateQueueTables(owner);
  const [given] =
    await owner.sql`select has_schema_privilege(${ROLES.worker}, ${QUEUE_SCHEMA}, 'usage') as given`;
  expect(given).toEqual({ given: true });
});

test('an owner who is no superuser makes the tables, and others work with them', async () => {
  const server = inject('serverUrl');
  const [owner, name] = [randomName('owner').replace(/^gelombang/, 'tests'), randomName('test')];
  await runOnServer(server, `create role ${owner} login password 'of a test'`);
  await runOnServer(server, `create database ${name} owner ${owner}`);
  try {
    const database = await openDatabase(asLogin(urlOf(server, name), owner, 'of a test'), 2);
    await migrateTables(database);
    await makeQueueTables(database);
    expect((await readPrivileges(database.sql)).moreThanNeeded).toEqual(['it owns the tables']);
    await database.close();
    const program = await openDatabase(urlOf(inject('programUrl'), name), 1);
    expect(await program.sql`select id from installation`).toHaveLength(1);
    await program.close();
  } finally {
    await dropDatabase(server, name);
    await dropLogin(server, owner);
  }
});
