/** The proxies of the harness break what they are told to break, and nothing else. */

import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import postgres from 'postgres';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { commandsIn } from '../../chaos/proxy/commands.ts';
import { Messages, queryMessage } from '../../chaos/proxy/frontend.ts';
import type { Disturbance, ServerProxy } from '../../chaos/proxy/proxy.ts';
import { FAILING_FUNCTION, openSqlProxy } from '../../chaos/proxy/sql-proxy.ts';
import { asOwner, cloneDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/held-table.ts';

const DISK_FULL = '53100';

let at: TestDatabase;
const proxies: ServerProxy[] = [];

beforeAll(async () => {
  at = await cloneDatabase();
  await asOwner(at.database, async (sql) => {
    await sql.unsafe(FAILING_FUNCTION);
    await sql`create table kept (word text)`;
    await sql`grant select on kept to public`;
  });
});

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

/** Fails, or otherwise disturbs, what is asked as the so-many-th. */
async function disturbed(number: number, disturbance: Disturbance): Promise<ServerProxy> {
  const { host, port } = new pg.Client({ connectionString: at.ownerUrl });
  const to = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const proxy = await openSqlProxy(to, DISK_FULL);
  proxies.push(proxy);
  proxy.decide((each) => (each === number ? disturbance : undefined));
  return proxy;
}

function addressOf({ port }: ServerProxy) {
  const { user, password, database } = new pg.Client({ connectionString: at.ownerUrl });
  return { host: '127.0.0.1', port, user: user ?? '', password: password ?? '', database: database ?? '' };
}

describe('a statement that is to fail', () => {
  test('fails at the server with the state asked for, and the connection goes on', async () => {
    const client = new pg.Client(addressOf(await disturbed(2, { kind: 'fail' })));
    await client.connect();
    await client.query('select 1');
    await expect(client.query('select $1::text as word', ['a word'])).rejects.toMatchObject({
      code: DISK_FULL,
    });
    expect((await client.query('select 3 as three')).rows).toEqual([{ three: 3 }]);
    await client.end();
  });

  test('fails once, however often its text is prepared', async () => {
    const sql = postgres({ ...addressOf(await disturbed(2, { kind: 'fail' })), max: 1, fetch_types: false });
    const ask = (word: string) => sql`select ${word}::text as word`;
    expect(await ask('one')).toEqual([{ word: 'one' }]);
    await expect(ask('two')).rejects.toMatchObject({ code: DISK_FULL });
    expect(await ask('three')).toEqual([{ word: 'three' }]);
    await sql.end();
  });

  test('is a commit that has kept nothing, and has ended its transaction', async () => {
    const client = new pg.Client(addressOf(await disturbed(3, { kind: 'fail' })));
    await client.connect();
    await client.query('begin');
    await client.query(`insert into kept values ('gone')`);
    await expect(client.query('commit')).rejects.toMatchObject({ code: DISK_FULL });
    expect((await client.query('select word from kept')).rows).toEqual([]);
    await client.end();
  });

  test('is a piece of a COPY, of which nothing is kept', async () => {
    const client = new pg.Client(addressOf(await disturbed(2, { kind: 'fail' })));
    await client.connect();
    const rows = client.query(copyFrom('copy kept from stdin'));
    rows.end('a word\n');
    await expect(finished(rows)).rejects.toThrow('failed by the harness');
    expect((await client.query('select word from kept')).rows).toEqual([]);
    await client.end();
  });
});

test('a connection that is cut is lost before the server hears of the statement', async () => {
  const client = new pg.Client(addressOf(await disturbed(2, { kind: 'cut', how: 'reset', all: true })));
  client.on('error', () => {});
  await client.connect();
  await client.query('select 1');
  await expect(client.query(`insert into kept values ('lost')`)).rejects.toThrow();
  expect(await at.database.sql`select word from kept`).toHaveLength(0);
});

test('what stalls is answered once it goes on', async () => {
  const proxy = await disturbed(2, { kind: 'stall' });
  const client = new pg.Client(addressOf(proxy));
  await client.connect();
  await client.query('select 1');
  const asked = client.query('select 2 as two');
  await until(async () => proxy.counted === 2);
  proxy.goOn();
  expect((await asked).rows).toEqual([{ two: 2 }]);
  await client.end();
});

describe('messages are found', () => {
  const inPieces = (whole: Buffer, cuts: readonly number[]): Buffer[] => {
    const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b);
    return at.slice(1).map((end, place) => whole.subarray(at[place], end));
  };
  const words = fc.array(fc.array(fc.string(), { minLength: 1 }), { minLength: 1 });

  test("in Redis's protocol wherever the bytes are cut", () => {
    fc.assert(
      fc.property(words, fc.array(fc.nat()), (commands, cuts) => {
        const sent = commands.map((command) =>
          [
            `*${command.length}`,
            ...command.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]),
            '',
          ].join('\r\n'),
        );
        const { take } = commandsIn();
        const found = inPieces(Buffer.from(sent.join('')), cuts).flatMap((piece) => [...take(piece)]);
        expect(found.map(String)).toEqual(sent);
      }),
    );
  });

  test("in PostgreSQL's", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.nat()), (statements, cuts) => {
        const sent = statements.map(queryMessage);
        const messages = new Messages(true);
        const found = inPieces(Buffer.concat(sent), cuts).flatMap((piece) => [...messages.take(piece)]);
        expect(found).toEqual(sent);
      }),
    );
  });
});
