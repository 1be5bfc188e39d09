/** Connections that are lost: known for what they are, and no trouble for what comes next. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import postgres from 'postgres';
import { describe, expect, test } from 'vitest';
import { openSqlProxy } from '../../chaos/proxy/sql-proxy.ts';
import { endAbandoned } from '../../src/db/abandoned.ts';
import { lastingClient } from '../../src/db/client.ts';
import { type Database, openDatabase, type Queryable, type Sql } from '../../src/db/database.ts';
import { isCrowded, isLoss, shortageOf } from '../../src/db/loss.ts';
import { endSession } from '../../src/db/session.ts';
import { CONNECTIONS, cloneDatabase } from '../support/database.ts';
import { until } from '../support/held-table.ts';

function coded(code: string): Error {
  return Object.assign(new Error('what the server says'), { code });
}

describe('an error', () => {
  test.each(['57P01', '57P02', '57P03', '08006', '53300', 'ECONNRESET', 'CONNECTION_CLOSED'])(
    '%s says that the server is gone, and nothing of the work',
    (code) => {
      expect(isLoss(coded(code))).toBe(true);
      expect(isLoss(new Error('about it', { cause: coded(code) }))).toBe(true);
    },
  );

  test.each(['53100', '53200', '23505', '57014', 'ENOENT', '40P01'])('%s is one of the work', (code) => {
    expect(isLoss(coded(code))).toBe(false);
  });

  test('of a server that is short of something has words', () => {
    expect(shortageOf(coded('53100'))).toBe('the disk of the database is full');
    expect(isCrowded(new Error('about it', { cause: coded('53300') }))).toBe(true);
    expect(shortageOf(coded('23505'))).toBeUndefined();
  });
});

async function untilAsleep(
  database: Database,
  sessions: number,
  seconds: number,
  by: Queryable = database.sql,
) {
  await until(async () => {
    const asleep = await by`
      select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
        and query = ${`select pg_sleep(${seconds})`}`;
    return asleep.length === sessions;
  });
}

/** The same database, through a proxy that the test decides over. */
async function throughProxy(url: string, sqlState?: string) {
  const { host, port, user, password, database: name } = new pg.Client({ connectionString: url });
  const proxy = await openSqlProxy(
    host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port },
    sqlState,
  );
  const through = await openDatabase(`postgres://${user}:${password}@127.0.0.1:${proxy.port}/${name}`, 2);
  return { proxy, through };
}

describe('a session that is frozen in the middle of a statement', () => {
  test('is ended by whoever waits, and others go on; those that work or are idle are let alone', async () => {
    const { database, url } = await cloneDatabase();
    const { proxy, through } = await throughProxy(url);
    let isHeld = false;
    proxy.decide((_number, what) => {
      if (!what.includes('select 4711')) return undefined;
      isHeld = true;
      return { kind: 'stall' };
    });
    const frozen = through.sql
      .begin(async (sql) => {
        await sql`select pg_advisory_xact_lock(4711)`;
        await sql`select 4711 + ${1}::int`;
      })
      .catch((error: unknown) => error);
    await until(async () => isHeld);
    const waiting = database.sql.begin((sql) => sql`select pg_advisory_xact_lock(4711), 'got it' as word`);
    const working = database.sql`select pg_sleep(2), 'worked' as word`;

    await endAbandoned(database.sql);
    const held =
      await database.sql`select from pg_locks where locktype = 'advisory' and granted and objid = 4711`;
    expect(held, 'who has been away for a moment only keeps it').toHaveLength(1);
    await until(async () => {
      await endAbandoned(database.sql, 1);
      return (await Promise.race([waiting, pause(50)])) !== undefined;
    });
    expect(await waiting).toMatchObject([{ word: 'got it' }]);
    expect(await working).toMatchObject([{ word: 'worked' }]);
    proxy.cutAll('reset');
    expect(await frozen).toSatisfy(isLoss);
    await through.close();
    await proxy.close();
  });

  test('is looked for, for as long as a transaction takes', async () => {
    const { url } = await cloneDatabase();
    const { host, port, user, password, database } = new pg.Client({ connectionString: url });
    const open = () =>
      postgres({
        host,
        port,
        user: user ?? '',
        password: password ?? '',
        database: database ?? '',
        max: 1,
      }) as unknown as Sql;
    let looked = 0;
    const act = async () => {
      looked++;
    };
    const { sql } = lastingClient(open, 0, { interval: 20, act });
    await sql.begin(async () => until(async () => looked > 2));
    const before = looked;
    await pause(100);
    expect(looked).toBe(before);
    await sql.end();
  });
});

describe('a connection that is ended from outside', () => {
  test('in a transaction fails it once, leaves nothing of it, and the next one has another', async () => {
    const { database } = await cloneDatabase();
    const { sql } = database;
    for (let round = 0; round < 8; round++) {
      const cut = sql.begin(async (transaction) => {
        const [own] = await transaction<{ pid: number }[]>`select pg_backend_pid() as pid`;
        await transaction`insert into worker (id, host, pid, slots) values (gen_random_uuid(), 'here', 1, 1)`;
        await endSession(database, own?.pid ?? 0);
        await transaction`select 1`;
      });
      await expect(cut).rejects.toSatisfy(isLoss);
      expect(await sql`select from worker`).toHaveLength(0);
    }
  });

  test('while queries are on their way fails these alone', async () => {
    const { database } = await cloneDatabase();
    const { sql } = database;
    const under = Array.from({ length: 12 }, () => sql`select pg_sleep(30)`.catch((error: unknown) => error));
    const others = database.connect();
    // Beyond what the client asks for itself when it has a new connection.
    await untilAsleep(database, CONNECTIONS, 30, others);
    await others`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    await database.cut();
    expect((await Promise.all(under)).every(isLoss)).toBe(true);
    expect(await Promise.all(Array.from({ length: 12 }, () => sql`select 1 as one`))).toHaveLength(12);
    await others.end();
  });

  test('never has what is asked in that very moment wait for an answer without an end', async () => {
    const { database, url } = await cloneDatabase();
    for (let round = 0; round < 3; round++) {
      const { proxy, through } = await throughProxy(url, '');
      const session = through.connect();
      const cut = [session, through.sql].map(async (sql) => {
        await sql.unsafe(`select pg_sleep(${30 + round})`).catch(() => undefined);
        // Of the other one nobody may know yet that it is gone too.
        const after = await Promise.allSettled([session`select 1`, through.sql`select 1`]);
        return after.every(
          ({ status, ...how }) => status === 'fulfilled' || isLoss((how as { reason: unknown }).reason),
        );
      });
      // The server learns of a connection that is gone when it answers: those of before sleep on.
      await untilAsleep(database, 2, 30 + round);
      proxy.cutAll('reset');
      expect(await Promise.all(cut)).toEqual([true, true]);
      await session.end();
      await through.close();
      await proxy.close();
    }
  });

  test('never has the end of its session waited for without an end, as it is asked for in that very moment', async () => {
    const { url } = await cloneDatabase();
    const { proxy, through } = await throughProxy(url);
    for (const how of ['reset', 'end'] as const) {
      const session = through.connect();
      await session`select 1`;
      let isCut = false;
      proxy.decide((_number, what) => {
        if (isCut || !what.startsWith('begin')) return undefined;
        isCut = true;
        return { kind: 'cut', how, all: true };
      });
      await expect(session.begin((sql) => sql`select 1`)).rejects.toSatisfy(isLoss);
      await session.end();
    }
    await through.close();
    await proxy.close();
  });
});
