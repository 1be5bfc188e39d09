/** Whatever somebody does to the audit log, past everything that guards it: it is found, at the entry where it begins. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { audited } from '../../src/audit/audited.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { type Database, openDatabase, type Transaction } from '../../src/db/database.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

/** Entries of the log that is tampered with. */
const ENTRIES = 24;

const anEntry = fc.integer({ min: 1, max: ENTRIES - 1 });

let at: TestDatabase;
/** As whoever may switch the guards off. */
let owned: Database;
let head: { readonly entry: number; readonly sha256: string; readonly said: string };

beforeAll(async () => {
  at = await cloneDatabase();
  owned = await openDatabase(at.ownerUrl, 2);
  for (let version = 0; version < ENTRIES / 2; version++) {
    const act = {
      action: 'list.release',
      subject: { version, list: 'dtks' },
      reason: 'said “so”\n',
    } as const;
    await audited({ database: at.database, operator: 'Siti' }, act, async () => {});
  }
  const { audit } = await verifyAudit(at.database.sql, []);
  head = { entry: audit?.entry ?? 0, sha256: audit?.sha256 ?? '', said: 'what was noted' };
  return () => owned.close();
});

/** An entry about an end, as plain SQL has it. */
const END = {
  ...{ action: 'list.release', operator: 'Siti', outcome: 'done' },
  ...{ account: 'a', host: 'h', process: 1, subject: '{}' },
};

class RolledBack extends Error {}

/** Where the log breaks once this was done to it by a superuser with nothing in the way; nothing of it stays. */
async function brokenBy(tamper: (sql: Transaction) => Promise<unknown>): Promise<number | null> {
  let broken: number | null = null;
  const begun = owned.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`alter table audit drop constraint audit_began`;
    await tamper(sql);
    broken = (await verifyAudit(sql, [head])).broken_at;
    throw new RolledBack();
  });
  await expect(begun).rejects.toThrow(RolledBack);
  return broken;
}

const ALL_BUT_NUMBER =
  'at, operator, login, account, host, process, address, action, outcome, began, code, subject, reason, previous, hash';

/** Entries from there on get numbers that are higher by one. */
async function shift(sql: Transaction, from: number): Promise<void> {
  await sql`update audit set number = -number where number >= ${from}`;
  await sql`update audit set number = -number + 1 where number < 0`;
}

test('a log that nobody touched is whole', async () => {
  const report = await verifyAudit(at.database.sql, [head]);
  expect(report).toMatchObject({ verified: true, entries: ENTRIES, broken_at: null, faults: [] });
});

describe('a log', () => {
  test.each([
    "at = at + interval '1 microsecond'",
    "operator = 'Budi'",
    'operator = null',
    "login = 'other'",
    "account = account || ' '",
    "host = 'other'",
    'process = process + 1',
    "address = '10.0.0.1'",
    "action = 'wave.void'",
    "outcome = 'interrupted'",
    "code = 'CONFLICT'",
    `subject = '{"list":"dtks","version":99}'`,
    `subject = subject || ' '`,
    'reason = null',
    "previous = repeat('0', 63) || '1'",
    "hash = repeat('0', 64)",
  ])('in which %s was set is broken there', async (change) => {
    const found = await brokenBy((sql) => sql.unsafe(`update audit set ${change} where number = 7`));
    expect(found).toBe(7);
  });

  test('of which an entry was taken out is broken there', async () => {
    await fc.assert(
      fc.asyncProperty(anEntry, async (number) => {
        expect(await brokenBy((sql) => sql`delete from audit where number = ${number}`)).toBe(number);
        const closed = await brokenBy(async (sql) => {
          await sql`delete from audit where number = ${number}`;
          await sql`update audit set number = -number where number > ${number}`;
          await sql`update audit set number = -number - 1 where number < 0`;
        });
        expect(closed).toBe(number);
      }),
      { numRuns: 10 },
    );
  });

  test('of which the end was cut off is broken there, by what was noted of it', async () => {
    await fc.assert(
      fc.asyncProperty(anEntry, async (number) => {
        expect(await brokenBy((sql) => sql`delete from audit where number >= ${number}`)).toBe(number);
      }),
      { numRuns: 10 },
    );
  });

  test('in which two entries changed places is broken at the first of them', async () => {
    await fc.assert(
      fc.asyncProperty(anEntry, anEntry, async (one, other) => {
        fc.pre(one !== other);
        const swapped = await brokenBy(async (sql) => {
          await sql`update audit set number = -${other}::int where number = ${one}`;
          await sql`update audit set number = ${one} where number = ${other}`;
          await sql`update audit set number = ${other} where number = -${other}::int`;
        });
        expect(swapped).toBe(Math.min(one, other));
      }),
      { numRuns: 10 },
    );
  });

  test('into which an entry was put is broken there', async () => {
    await fc.assert(
      fc.asyncProperty(anEntry, anEntry, async (place, copied) => {
        const put = await brokenBy(async (sql) => {
          await sql.unsafe(
            `create temp table copied on commit drop as select * from audit where number = ${copied}`,
          );
          await shift(sql, place);
          await sql.unsafe(
            `insert into audit (number, ${ALL_BUT_NUMBER}) select ${place}, ${ALL_BUT_NUMBER} from copied`,
          );
        });
        // A copy of the entry that stood there before is what follows there: the next one is not.
        expect(put).toBe(place === copied ? place + 1 : place);
      }),
      { numRuns: 10 },
    );
  });

  test('that was written anew from an entry on is broken where something was noted of it', async () => {
    const rewritten = await brokenBy(async (sql) => {
      await sql`update audit set operator = 'Budi' where number in (5, 6)`;
      for (let number = 5; number <= ENTRIES; number++)
        await sql`
          update audit set previous = (select hash from audit before where before.number = ${number - 1})
          where number = ${number}`.then(
          () => sql`
            update audit set hash = encode(sha256(convert_to(previous || audit_text(audit), 'UTF8')), 'hex')
            where number = ${number}`,
        );
    });
    expect(rewritten).toBe(ENTRIES);
  });

  /** As somebody could with the guards off: the chain itself is whole. */
  test.each([
    ['an end of what began nothing', 1_000, {}, 'it ends entry 1000, which began nothing, or had ended'],
    ['a second end', 1, {}, 'it ends entry 1, which began nothing, or had ended'],
    ['an end of what another has begun', 'begun', { operator: 'Budi' }, 'whose operator is another'],
    [
      'an end of something else',
      'begun',
      { action: 'export', operator: 'Budi' },
      'whose action and operator is another',
    ],
  ])('to which %s was added is broken there', async (_, of, other, said) => {
    const begun = owned.sql.begin(async (sql) => {
      await sql`insert into audit ${sql({ ...END, outcome: 'begun' })}`;
      await sql`insert into audit ${sql({ ...END, ...other })}`;
      await sql`set local session_replication_role = replica`;
      await sql`alter table audit drop constraint audit_began`;
      await sql`update audit set began = ${of === 'begun' ? ENTRIES + 1 : of} where number = ${ENTRIES + 2}`;
      await sql`
        update audit set hash = encode(sha256(convert_to(previous || audit_text(audit), 'UTF8')), 'hex')
        where number = ${ENTRIES + 2}`;
      await sql`set local session_replication_role = origin`;
      const { broken_at, faults } = await verifyAudit(sql, []);
      expect(broken_at).toBe(ENTRIES + 2);
      expect(faults).toEqual([{ entry: ENTRIES + 2, what: expect.stringContaining(said) }]);
      throw new RolledBack();
    });
    await expect(begun).rejects.toThrow(RolledBack);
  });

  test.each([
    ['alter table audit disable trigger audit_guard', 'trigger audit_guard of audit is off'],
    ['alter table audit disable trigger audit_chain', 'trigger audit_chain of audit is off'],
    ['alter table wave disable trigger all', 'trigger wave_opened of wave is off'],
    ['alter table wave disable trigger all', 'trigger RI_ConstraintTrigger_'],
    ['drop trigger wave_guard on wave', 'trigger wave_guard of wave is gone'],
    [
      `create or replace function guard_audit() returns trigger language plpgsql as $$ begin return new; end $$`,
      'function guard_audit() was changed',
    ],
    [
      `create or replace function takes_two() returns boolean language sql stable
        set search_path = pg_catalog, public, pg_temp as 'select false'`,
      'function takes_two() was changed',
    ],
    ['alter function guard_wave() reset search_path', 'function guard_wave() was changed'],
    [
      'create or replace trigger audit_guard before truncate on audit execute function guard_audit()',
      'trigger audit_guard of audit was changed',
    ],
    [
      `create or replace trigger audit_chain before insert on audit for each row when (false)
        execute function chain_audit()`,
      'trigger audit_chain of audit was changed',
    ],
    [
      `create or replace trigger wave_guard before update of quota or delete on wave for each row
        execute function guard_wave()`,
      'trigger wave_guard of wave was changed',
    ],
    [
      `create or replace trigger pool_guard before insert or update or delete on pool for each row
        execute function guard_wave_part('published')`,
      'trigger pool_guard of pool was changed',
    ],
    [
      'create trigger a_first before insert on audit for each row execute function suppress_redundant_updates_trigger()',
      'trigger a_first of audit is none of ours',
    ],
    ['create rule kept as on delete to pool do instead nothing', 'rule kept of pool is none of ours'],
    [
      'alter role current_user set session_replication_role = replica',
      'setting session_replication_role=replica of login ',
    ],
    ['alter role current_user set search_path = evil, public', 'setting search_path=evil, public of login '],
    [
      `do $$ begin execute format('alter database %I set search_path = evil, public', current_database()); end $$`,
      'setting search_path=evil, public of database ',
    ],
    [
      `do $$ begin execute format('alter role current_user in database %I set row_security = off', current_database()); end $$`,
      'setting row_security=off of login ',
    ],
    [
      'alter role gelombang_auditor set search_path = evil',
      'setting search_path=evil of login gelombang_auditor is',
    ],
    ['alter role all set search_path = evil', 'setting search_path=evil of all logins is none of ours'],
    [
      'set local session_replication_role = replica',
      'setting session_replication_role=replica in force is none of ours',
    ],
    [
      `create function pg_catalog.use_approval(text, jsonb, text) returns void language sql as ''`,
      'function use_approval(text, jsonb, text) in pg_catalog is none of ours',
    ],
    [
      `create schema elsewhere; create function elsewhere.takes_two() returns boolean language sql as 'select false'`,
      'function takes_two() in elsewhere is none of ours',
    ],
    [
      `create function public.is_past(bigint, text) returns boolean language sql as 'select false'`,
      'function is_past(int8, text) in public is none of ours',
    ],
    [
      `create function public.to_jsonb(wave) returns jsonb language sql as $$ select '{}'::jsonb $$`,
      'function to_jsonb(wave) in public is none of ours',
    ],
    [
      `create function public.never(text[], text[]) returns boolean language sql as 'select false';
        create operator public.<> (leftarg = text[], rightarg = text[], function = public.never)`,
      'operator <>(_text) in public is none of ours',
    ],
    ['alter table audit enable row level security', 'row security of audit is none of ours'],
    ['alter table wave force row level security', 'row security of wave is none of ours'],
    ['create policy hidden on audit for select using (number < 5)', 'policy hidden of audit is none of ours'],
    ['create table beside () inherits (review)', 'table beside as a part of review is none of ours'],
  ])('is not whole after: %s', async (statement, said) => {
    const begun = owned.sql.begin(async (sql) => {
      await sql.unsafe(statement);
      const { verified, faults } = await verifyAudit(sql, []);
      expect(verified).toBe(false);
      expect(faults).toContainEqual({ entry: null, what: expect.stringContaining(said) });
      throw new RolledBack();
    });
    await expect(begun).rejects.toThrow(RolledBack);
  });

  test('is whole beside settings that are the usual ones, or of others', async () => {
    const begun = owned.sql.begin(async (sql) => {
      await sql.unsafe(`
        create role tests_of_others;
        alter role tests_of_others set search_path = theirs;
        alter database postgres set search_path = theirs;
        alter role current_user set search_path = public;
        alter role gelombang_worker set work_mem = '8MB'`);
      expect(await verifyAudit(sql, [])).toMatchObject({ verified: true, faults: [] });
      throw new RolledBack();
    });
    await expect(begun).rejects.toThrow(RolledBack);
  });

  test('is whole beside functions of others that stand in for none', async () => {
    const begun = owned.sql.begin(async (sql) => {
      await sql.unsafe(`
        create function public.somebodys_own(wave) returns text language sql as $$ select 'x' $$;
        create function pg_temp.use_approval(text, jsonb, text) returns void language sql as ''`);
      expect(await verifyAudit(sql, [])).toMatchObject({ verified: true, faults: [] });
      throw new RolledBack();
    });
    await expect(begun).rejects.toThrow(RolledBack);
  });
});
