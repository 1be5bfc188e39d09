/** COPY, which carries every file that comes in: what the server refuses is an error and nothing else. */
import { once } from 'node:events';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { BinaryRowsIn, binaryRows } from '../../src/db/binary-copy.ts';
import { copyField, copyOut, RowsIn } from '../../src/db/copy.ts';
import { inImport } from '../../src/db/import-file.ts';
import { asOwner, cloneDatabase } from '../support/database.ts';

const { signal } = new AbortController();
const FILE = { kind: 'recipients', path: 'people.csv', bytes: 1, waveId: null, signal } as const;
const TARGET = 'notice (wave_id, registration_no, channel, state)';
const GOOD_ROW = '17\tA-1\tsms\tsent\n';
const BAD_ROW = 'no number\tA-1\tsms\tsent\n';

async function copyRows(client: pg.ClientBase, target: string, ...texts: readonly string[]): Promise<void> {
  const rows = new RowsIn(client, target);
  for (const text of texts) await rows.write(text);
  await rows.end();
}

test('an import whose rows the server refuses says why, leaves nothing, and keeps no connection', async () => {
  const { database } = await cloneDatabase();
  for (let time = 0; time < 15; time++) {
    const refused = inImport(database, FILE, async (client) => {
      await copyRows(client, TARGET, GOOD_ROW);
      await copyRows(client, TARGET, BAD_ROW, ...Array.from({ length: 40 }, () => GOOD_ROW.repeat(3_000)));
    });
    await expect(refused).rejects.toThrow('invalid input syntax');
  }
  const { copyPool, sql } = database;
  expect(copyPool.totalCount - copyPool.idleCount).toBe(0);
  expect(copyPool.waitingCount).toBe(0);
  expect(await sql`select from notice union all select from import_file`).toHaveLength(0);
  const locks = await sql`
    select from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`;
  expect(locks).toHaveLength(0);
  await inImport(database, FILE, (client) => copyRows(client, TARGET, GOOD_ROW));
  expect(await sql`select from notice`).toHaveLength(1);
});

test('an import whose connection is lost in the middle says so and leaves nothing', async () => {
  const { database } = await cloneDatabase();
  const lost = inImport(database, FILE, async (client: pg.ClientBase) => {
    const { rows } = await client.query('select pg_backend_pid() as pid');
    await database.sql`select pg_terminate_backend(${rows[0].pid})`;
    await copyRows(client, TARGET, ...Array.from({ length: 200 }, () => GOOD_ROW.repeat(3_000)));
  });
  await expect(lost).rejects.toThrow();
  expect(await database.sql`select from notice union all select from import_file`).toHaveLength(0);
  expect(database.copyPool.totalCount).toBe(0);
});

test('an import says why it failed also where its record cannot be taken back, and keeps no connection', async () => {
  const { database } = await cloneDatabase();
  const failed = inImport(database, FILE, async () => {
    await asOwner(database, (sql) => sql`alter table import_file rename to gone`);
    throw new Error('the reason');
  });
  await expect(failed).rejects.toThrow('the reason');
  expect(database.copyPool.totalCount).toBe(0);
});

test('an import that was stopped before it began ends, and leaves nothing', async () => {
  const { database } = await cloneDatabase();
  const stopped = inImport(database, { ...FILE, signal: AbortSignal.abort() }, async (client) => {
    await copyRows(client, TARGET, GOOD_ROW);
    await client.query('select pg_sleep(600)');
  });
  await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(await database.sql`select from notice union all select from import_file`).toHaveLength(0);
});

test('a connection that is lost while it is in use fails what was asked of it, and nothing else', async () => {
  const { database } = await cloneDatabase();
  const client = await database.copyPool.connect();
  const { rows } = await client.query('select pg_backend_pid() as pid');
  const asked = client.query('select pg_sleep(600)');
  await Promise.all([
    expect(asked).rejects.toThrow(),
    database.sql`select pg_terminate_backend(${rows[0].pid}, 5000)`,
  ]);
  client.release(true);
  expect((await database.copyPool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('every text comes out as it went in', async () => {
  const { database } = await cloneDatabase();
  const texts = ['', '\\N', '\\', 'a\tb', 'a\nb\r\nc', '\\.', 'O\'Neil "x"', 'Zoë 🦜', ' '];
  const client = await database.copyPool.connect();
  try {
    await client.query('create temporary table texts (place int, text text)');
    const lines = texts.map((text, place) => `${place}\t${copyField(text)}\n`);
    await copyRows(client, 'texts', lines.join(''));
    const { rows } = await client.query('select text from texts order by place');
    expect(rows.map((row) => row.text)).toEqual(texts);
    const out = copyOut(client, "select count(*) from texts where text = ''");
    let csv = '';
    out.setEncoding('utf8').on('data', (chunk: string) => {
      csv += chunk;
    });
    await once(out, 'end');
    expect(csv).toBe('1\n');
  } finally {
    client.release();
  }
});

test('fields of every length go in and come out as they are, the long ones where numbers of any kind can lie', async () => {
  const { database } = await cloneDatabase();
  const lengths = [0, 1, 65, 4_095, 32_767, 32_768, 65_536, 3, 300_001, 7];
  const values = lengths.map((length, place) => Buffer.alloc(length, 1 + place));
  const client = await database.copyPool.connect();
  try {
    await client.query('create temporary table fields (place int, bytes bytea, name text)');
    const rows = new BinaryRowsIn(client, 'fields (place, bytes, name)');
    for (const [place, value] of values.entries()) {
      rows.begin(3);
      rows.int4(place);
      rows.bytes(value, 0, value.length);
      rows.text(`ß${place}`);
      await rows.send();
    }
    await rows.end();
    const read: Buffer[] = [];
    const query = 'select bytes, nullif(place, place), name from fields order by place';
    for await (const [bytes, nothing, name] of binaryRows(client, query)) {
      expect(nothing).toBeNull();
      expect(name?.toString()).toBe(`ß${read.length}`);
      read.push(bytes ?? Buffer.alloc(0));
    }
    expect(read).toEqual(values);
    for (const bytes of read.filter(({ length }) => length > 2 ** 15)) expect(bytes.byteOffset % 8).toBe(0);
  } finally {
    client.release();
  }
});
