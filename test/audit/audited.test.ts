/** An entry before anything is done and one when it has ended; what the database itself writes, and what it refuses. */
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { audited } from '../../src/audit/audited.ts';
import type { Entry } from '../../src/audit/entry.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { openDatabase } from '../../src/db/database.ts';
import { TRANSACTION_LOCKS } from '../../src/db/locks.ts';
import { GelombangError } from '../../src/errors.ts';
import { newestEntries } from '../support/audit.ts';
import { asOwner, cloneDatabase, type TestDatabase } from '../support/database.ts';
import { runOnServer } from '../support/server.ts';

let at: TestDatabase;

beforeAll(async () => {
  at = await cloneDatabase();
});

const by = () => ({ database: at.database, operator: 'Siti' });
const deed = (subject: Record<string, string | number> = { version: 4 }) =>
  ({ action: 'list.release', subject, reason: 'seen' }) as const;

const newest = (most = 2): Promise<readonly Entry[]> => newestEntries(at.database, most);

describe('what is done', () => {
  test('is on record, and committed, before it begins; and again when it has ended', async () => {
    let before: readonly Entry[] = [];
    await audited(by(), deed(), async (tell) => {
      before = await newest(1);
      tell({ list: 'dtks' });
    });
    const whence = { operator: 'Siti', host: hostname(), process: process.pid, reason: 'seen' };
    expect(before).toMatchObject([{ ...whence, outcome: 'begun', subject: '{"version":4}', code: null }]);
    const [, end] = await newest();
    expect(end).toMatchObject({ ...whence, outcome: 'done', subject: '{"list":"dtks","version":4}' });
    expect(end?.began).toBe(before[0]?.number);
  });

  test.each([
    ['refused', 'CONFLICT', new GelombangError('CONFLICT', 'no')],
    ['refused', 'INPUT_REFUSED', new GelombangError('INPUT_REFUSED', 'no')],
    ['interrupted', 'INTERRUPTED', new GelombangError('INTERRUPTED', 'no')],
    ['asked', 'UNKNOWNS_LEFT', new GelombangError('UNKNOWNS_LEFT', 'ask', { concerns: { request: 1 } })],
    ['done', 'UNKNOWNS_LEFT', new GelombangError('UNKNOWNS_LEFT', 'some are left')],
    ['failed', 'UNEXPECTED', new Error('broken')],
  ])('and ends otherwise is on record as %s, %s', async (outcome, code, error) => {
    const ended = audited(by(), deed(), async () => {
      throw error;
    });
    await expect(ended).rejects.toBe(error);
    expect((await newest())[1]).toMatchObject({ outcome, code });
  });

  test('is not done where the log takes no entry', async () => {
    const other = await cloneDatabase();
    await asOwner(other.database, (sql) => sql`alter table audit rename to elsewhere`);
    let isDone = false;
    const ended = audited({ ...by(), database: other.database }, deed(), async () => {
      isDone = true;
    });
    await expect(ended).rejects.toThrow(/the audit log took no entry/);
    expect(isDone).toBe(false);
    await other.drop();
  });

  test('and is not on record as done for the log takes no second entry is said to be done, and not to be repeated', async () => {
    const other = await cloneDatabase();
    await asOwner(other.database, (sql) => sql`alter table audit add check (outcome <> 'done') not valid`);
    const told: GelombangError[] = [];
    const done = (onUnwritten?: (error: GelombangError) => void) =>
      audited({ ...by(), database: other.database, onUnwritten }, deed(), async () => 'released');
    expect(await done((error) => told.push(error))).toBe('released');
    const unwritten = {
      code: 'UNEXPECTED',
      message: expect.stringMatching(/^it is done, but the audit log took no entry/),
      next: expect.stringMatching(
        /^Do not do it again\. .* has it as under way or cut off:\ngelombang audit show$/,
      ),
    };
    expect(told).toMatchObject([unwritten]);
    await expect(done()).rejects.toMatchObject(unwritten);
    const last = await newestEntries(other.database, 2);
    expect(last.map(({ outcome }) => outcome)).toEqual(['begun', 'begun']);
    await other.drop();
  });

  test('and ends while the database takes nobody in is on record once it does again', async () => {
    const other = await cloneDatabase();
    const server = (statement: string) => runOnServer(inject('serverUrl'), statement);
    const take = (most: number) => server(`alter database ${other.name} connection limit ${most}`);
    let opened = Promise.resolve();
    await audited({ ...by(), database: other.database }, deed(), async () => {
      await take(0);
      await server(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${other.name}'`,
      );
      opened = pause(500).then(() => take(-1));
    });
    await opened;
    expect((await newestEntries(other.database, 1)).map(({ outcome }) => outcome)).toEqual(['done']);
    await other.drop();
  });

  test('and whose end is written as the database is lost is on record once', async () => {
    const { sql } = at.database;
    const lossy = (text: string, values: []) => {
      const written = sql.unsafe(text, values);
      return values.includes('done' as never) && !lost.isSo ? written.then(lost.once) : written;
    };
    const lost = {
      isSo: false,
      once: () => {
        lost.isSo = true;
        throw Object.assign(new Error('lost'), { code: 'CONNECTION_CLOSED' });
      },
    };
    const database = { ...at.database, sql: Object.assign(lossy, { unsafe: lossy }) as never };
    expect(await audited({ ...by(), database }, deed(), async () => 'released')).toBe('released');
    expect(lost.isSo).toBe(true);
    expect((await newest()).map(({ outcome }) => outcome)).toEqual(['begun', 'done']);
    expect(await verifyAudit(sql, [])).toMatchObject({ verified: true });
  });

  test('is written down without what identifies a person', async () => {
    const subject = { file: '3171011708450001.csv', registration_no: 'REG-17', list: 'a@example.org' };
    await audited(by(), { ...deed(subject), reason: 'asked by 081234567890' }, async () => {});
    const [entry] = await newest(1);
    expect(entry).toMatchObject({
      subject: '{"file":"317101******0001.csv","list":"[email]","registration_no":"REG-17"}',
      reason: 'asked by [phone]',
    });
  });

  test('a thousand times at once is on record each time, in one chain', async () => {
    const others = await Promise.all([1, 2, 3].map(() => openDatabase(at.url, 8)));
    const { entries } = await verifyAudit(at.database.sql, []);
    const all = Array.from({ length: 1_000 }, (_, version) => {
      const database = others[version % others.length] ?? at.database;
      return audited({ database, operator: `operator ${version}` }, deed({ version }), async () => version);
    });
    expect(new Set(await Promise.all(all)).size).toBe(1_000);
    await Promise.all(others.map((other) => other.close()));
    const after = await verifyAudit(at.database.sql, []);
    expect(after).toMatchObject({ verified: true, entries: entries + 2_000 });
  });
});

describe('the database', () => {
  test('sets number, time, login, address and hashes itself, whatever is given for them', async () => {
    const [before] = await newest(1);
    await at.database.sql`
      insert into audit (number, at, login, address, account, host, process, action, outcome, subject, previous, hash)
      values (1, '2000-01-01', 'nobody', '10.9.8.7', 'a', 'h', 1, 'export', 'begun', '{}', 'p', 'h')`;
    const [entry] = await newest(1);
    expect(entry?.number).toBe((before?.number ?? 0) + 1);
    expect(entry?.previous).toBe(before?.hash);
    expect(entry?.login).not.toBe('nobody');
    expect(entry?.address).not.toBe('10.9.8.7');
    expect(entry?.at.slice(0, 4)).not.toBe('2000');
    expect(await verifyAudit(at.database.sql, [])).toMatchObject({ verified: true });
  });

  test('computes the hash over the bytes that are verified, whatever stands in a text', async () => {
    const texts = ['"', '\\', '/', '\u0001\b\f\n\r\t\u001f\u007f', 'é 漢 🌊', '\u2028\u2029', '<>&', ''];
    for (const text of texts) {
      const act = {
        action: 'explain',
        subject: { text, list: [text, 1.5, true, null] },
        reason: text,
      } as const;
      await audited({ ...by(), operator: `s ${text}` }, act, async () => {});
    }
    expect(await verifyAudit(at.database.sql, [])).toMatchObject({ verified: true });
  });

  test.each([
    "update audit set operator = 'Budi'",
    'update audit set operator = operator where number = -1',
    'delete from audit',
    'delete from audit where number = 1',
    'truncate audit',
    `insert into audit select * from audit where number = 1 on conflict (number) do update set reason = 'x'`,
  ])('refuses %s, also to its owner', async (statement) => {
    const done = asOwner(at.database, (sql) => sql.unsafe(statement));
    await expect(done).rejects.toThrow('no entry is changed or taken away');
  });

  test('takes the lock that is among the others', async () => {
    const [chain] = await at.database.sql`select prosrc from pg_proc where proname = 'chain_audit'`;
    expect(chain?.prosrc).toContain(`pg_advisory_xact_lock(${TRANSACTION_LOCKS.audit}, 0)`);
  });
});
