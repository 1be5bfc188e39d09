/** Connections that are lost: known for what they are, and no trouble for what comes next. */
import { describe, expect, test } from 'vitest';
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
    const others = database.connect(1);
    // Beyond what the client asks for itself when it has a new connection.
    await until(async () => {
      const asleep = await others`
        select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;
      return asleep.length === CONNECTIONS;
    });
    await others`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    await database.cut();
    expect((await Promise.all(under)).every(isLoss)).toBe(true);
    expect(await Promise.all(Array.from({ length: 12 }, () => sql`select 1 as one`))).toHaveLength(12);
    await others.end();
  });
});
