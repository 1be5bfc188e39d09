/** Where it takes two people, the database itself refuses what one has done alone, by whatever program. */
import { beforeAll, describe, expect, test } from 'vitest';
import { MATTERS } from '../../src/approval/matter.ts';
import { type Database, openDatabase, type Transaction } from '../../src/db/database.ts';
import { asOwner } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { importNiks, niksOf } from '../support/lists.ts';
import { urlForAnotherLogin } from '../support/logins.ts';
import { madeUpWave, open } from '../support/wave.ts';

let at: Installation;
/** Signed in as somebody else. */
let other: Database;
let login: string;

beforeAll(async () => {
  at = await installation();
  const account = await urlForAnotherLogin(at.url);
  login = account.login;
  other = await openDatabase(account.url, 2);
  await importNiks(at, niksOf(10));
  await importNiks(at, niksOf(60));
  await importNiks(at, niksOf(200));
  await open(at, await madeUpWave({ applicants: 20, seed: 3 }));
  await at.database.sql`insert into review (wave_id, report, alarm) values (17, '{}', true)`;
  await asOwner(at.database, (sql) => sql`update installation set people = 'two'`);
  return () => other.close();
});

const ask = async (action: string, subject: object, by = 'Siti'): Promise<number> => {
  const [asked] = await at.database.sql<{ id: number }[]>`
    insert into request (action, subject, asked_by) values (${action}, ${JSON.stringify(subject)}, ${by}) returning id`;
  return asked?.id ?? 0;
};

const decide = (by: Database, id: number, decision = 'approved', operator = 'Budi') => by.sql`
  update request set decision = ${decision}, decided_by = ${operator}, decision_reason = 'seen' where id = ${id}`;

const DEEDS = [
  [
    'a version that is held is released',
    { action: 'list.release', subject: { version: 2 } },
    `update list set decision = 'released', decided_at = now(), decided_by = 'Siti' where id = 2`,
  ],
  [
    'a version that is held is discarded',
    { action: 'list.discard', subject: { version: 3 } },
    `update list set decision = 'discarded', decided_at = now(), decided_by = 'Siti' where id = 3`,
  ],
  [
    'an alarm is approved',
    { action: 'review.approve', subject: { wave: 17, reason: 'so "it" is' } },
    `update review set approved_at = now(), approved_by = 'Siti', approval_reason = 'so "it" is' where wave_id = 17`,
  ],
  [
    'a wave goes on without all answers',
    { action: 'wave.close.unverified', subject: { wave: 17 } },
    `update wave set unverified_by = 'Siti', unverified_at = now() where id = 17`,
  ],
  [
    'a wave is void',
    { action: 'wave.void', subject: { wave: 17, reason: 'a list came in half' } },
    `update wave set state = 'void', voided_at = now(), voided_by = 'Siti', void_reason = 'a list came in half'
      where id = 17`,
  ],
  [
    'whole NIKs are exported',
    { action: 'export.unmasked', subject: { wave: 17 } },
    `select use_approval('export.unmasked', '{"wave": 17}', 'Siti')`,
  ],
  [
    'addresses of notices are exported',
    { action: 'notices.addresses', subject: { wave: 17 } },
    `select use_approval('notices.addresses', '{"wave": 17}', 'Siti')`,
  ],
] as const;

/** By the command itself: there is no row that a trigger could look at. */
const USED_BY_COMMANDS: ReadonlySet<string> = new Set(['export.unmasked', 'notices.addresses']);

describe.each(DEEDS)('%s', (_, { action, subject }, statement) => {
  const done = (by: Database) => by.sql.unsafe(statement);

  test('by nobody alone, whoever says that it was approved', async () => {
    await expect(done(at.database)).rejects.toThrow(
      /takes two people: no request of Siti for it is approved/,
    );
    const asked = await ask(action, subject);
    await expect(done(at.database)).rejects.toMatchObject({ code: 'GL002' });
    await expect(decide(at.database, asked)).rejects.toThrow(/decided by another person/);
    await expect(decide(other, asked, 'approved', ' siti')).rejects.toThrow(/decided by another person/);
    await decide(other, asked, 'refused');
    await expect(done(at.database)).rejects.toMatchObject({ code: 'GL002' });
  });

  test('not by an approval of something else, or of somebody else', async () => {
    const elsewhere = await ask(action, {
      ...subject,
      ...('wave' in subject ? { wave: 18 } : { version: 1 }),
    });
    await decide(other, elsewhere);
    await decide(other, await ask(action, subject, 'Citra'));
    await expect(done(at.database)).rejects.toMatchObject({ code: 'GL002' });
  });

  test('by the one who asked, once another one has approved it; and that once', async () => {
    const asked = await ask(action, subject);
    await decide(other, asked);
    await expect(done(other)).rejects.toMatchObject({ code: 'GL002' });
    await done(at.database);
    const [used] = await at.database.sql`select used_at, decided_login from request where id = ${asked}`;
    expect(used).toMatchObject({ used_at: expect.any(String), decided_login: login });
    const again = at.database
      .sql`select use_approval(${action}, ${JSON.stringify(subject)}::text::jsonb, 'Siti')`;
    await expect(again).rejects.toMatchObject({ code: 'GL002' });
  });
});

describe('a request', () => {
  test('is opened undecided, by the login that asks, whatever is given for it', async () => {
    const [asked] = await at.database.sql`
      insert into request (action, subject, asked_by, asked_login, asked_at, decision, decided_by, decided_login, decided_at, used_at)
      values ('wave.void', '{"wave":1}', 'Siti', ${login}, '2000-01-01', 'approved', 'Budi', ${login}, now(), now()) returning *`;
    expect(asked).toMatchObject({ decision: null, decided_by: null, decided_login: null, used_at: null });
    expect(asked?.asked_login).not.toBe(login);
    expect(asked?.asked_at).not.toContain('2000');
  });

  test.each([
    `update request set decision = 'refused' where decision = 'approved'`,
    `update request set decision_reason = 'other' where decision = 'approved'`,
    `update request set used_at = null where used_at is not null`,
    `update request set used_at = now() where used_at is not null`,
    `update request set used_at = now() where decision = 'refused'`,
    `update request set subject = '{"wave":99}'`,
    `update request set asked_by = 'Budi'`,
    `update request set asked_login = 'somebody'`,
    'delete from request',
    'truncate request',
  ])('%s is refused', async (statement) => {
    await expect(other.sql.unsafe(statement)).rejects.toMatchObject({ code: '23001' });
    // By the guard, or before that for want of the right.
    const ours = at.database.sql.unsafe(statement);
    await expect(ours).rejects.toMatchObject({ code: expect.stringMatching(/^(23001|42501)$/) });
  });
});

describe('that it takes two', () => {
  test.each([
    [`update installation set people = 'unset'`, /not be taken back/],
    ['delete from installation', /stays on record/],
    ['truncate installation', /stays on record/],
    ['update list set held_for = null where held_for is not null', /released by two people|cannot change/],
  ])('%s is refused', async (statement, why) => {
    await importNiks(at, niksOf(200), { name: 'asn' });
    await importNiks(at, niksOf(10), { name: 'asn' });
    await expect(other.sql.unsafe(statement)).rejects.toThrow(why);
  });

  test('is changed by nobody but the owner of the tables', async () => {
    const begun = other.sql.begin(async (sql) => {
      await sql.unsafe(
        `create role passer_by; grant update, select on installation to passer_by; set role passer_by`,
      );
      await sql`update installation set people = 'one'`;
    });
    await expect(begun).rejects.toMatchObject({ code: '42501' });
  });

  test('is not got round by tables of the same name that somebody has made', async () => {
    const begun = at.database.sql.begin(async (sql) => {
      await sql`create temp table installation on commit drop as select 'one'::text as people`;
      await sql`select use_approval('wave.void', '{"wave": 5}', 'Siti')`;
    });
    await expect(begun).rejects.toMatchObject({ code: 'GL002' });
  });
});

describe('what decides whether it takes two', () => {
  test.each([
    `create function pg_catalog.use_approval(text, jsonb, text) returns void language sql as ''`,
    `create function pg_catalog.approval_of(text, jsonb, text) returns int language sql as 'select null::int'`,
    `create function pg_catalog.takes_two() returns boolean language sql as 'select false'`,
  ])('is ours, after: %s', async (statement) => {
    // A session that has called ours before would go on with it.
    const begun = asOwner(at.database, async (sql) => {
      await sql.unsafe(statement);
      await sql`insert into review (wave_id, report, alarm, approved_at, approved_by, approval_reason)
        values (99, '{}', true, now(), 'Siti', 'alone')`;
    });
    await expect(begun).rejects.toMatchObject({ code: 'GL002' });
  });
});

describe('who decided', () => {
  const REVIEW_OF_17 = `approved_at = now(), approval_reason = 'x' where wave_id = 17`;

  test.each([
    [`update list set decided_by = 'Budi' where id = 2`, /as it was decided/],
    [
      `update list set decision = null, decided_at = null, decided_by = null where id = 2`,
      /as it was decided/,
    ],
    [`update review set approved_by = 'Budi' where wave_id = 17`, /its approval once it is given/],
    [`update review set approved_by = null, approved_at = null, approval_reason = null`, /its approval once/],
    [`update review set approved_by = 'Budi', ${REVIEW_OF_17}`, /its approval once it is given/],
    [`update wave set voided_by = 'Budi' where id = 17`, /is void: it stays so/],
    [`update wave set unverified_by = 'Budi' where id = 17`, /is void: it stays so/],
  ])('is not somebody else afterwards: %s', async (statement, why) => {
    await expect(other.sql.unsafe(statement)).rejects.toThrow(why);
    await expect(at.database.sql.unsafe(statement)).rejects.toThrow(why);
  });
});

describe('the word that a wave goes on without all answers', () => {
  const say = (by: string | null) => at.database.sql`
    update wave set unverified_by = ${by}, unverified_at = case when ${by !== null} then now() end where id = 19
    returning unverified_at`;

  test('is taken back by anyone, and becomes nobody else’s without a request of theirs', async () => {
    await open(at, { ...(await madeUpWave({ applicants: 20, seed: 3 })), waveId: 19 });
    await decide(other, await ask('wave.close.unverified', { wave: 19 }));
    const [said] = await say('Siti');
    await expect(say('Budi')).rejects.toMatchObject({ code: 'GL002' });
    expect(await say('Siti')).toEqual([said]);
    await say(null);
    await expect(say('Siti')).rejects.toMatchObject({ code: 'GL002' });
  });
});

test('what takes two people is the same to the commands, to what can be asked for, and to what refuses it', async () => {
  const named = (text: string, form: RegExp) => [...text.matchAll(form)].map(([, name]) => name).sort();
  const [{ check = '', bodies = '' } = {}] = await at.database.sql<{ check: string; bodies: string }[]>`
    select pg_get_constraintdef(oid) as check, (select string_agg(prosrc, '') from pg_proc
      where pronamespace = 'public'::regnamespace) as bodies
    from pg_constraint where conname = 'request_action'`;
  expect(named(check, /'([\w.]+)'/g)).toEqual(MATTERS.toSorted());
  expect(named(bodies, /use_approval\('([\w.]+)'/g)).toEqual(
    MATTERS.filter((of) => !USED_BY_COMMANDS.has(of)).sort(),
  );
  expect(DEEDS.map(([, { action }]) => action)).toEqual(MATTERS);
});

describe('a publication', () => {
  const figures = (unverified: number) =>
    JSON.stringify([
      ['applications', 20],
      ['UNVERIFIED', unverified],
    ]);

  /** Of wave 18, as plain SQL would have it; undone, whatever comes of it. */
  const publish = (funnel: string | null, change: (sql: Transaction) => Promise<unknown> = async () => {}) =>
    at.database.sql.begin(async (sql) => {
      await sql`update wave set state = 'closing' where id = 18`;
      await sql`update wave set pool_root = repeat('1', 64), frozen_at = now() where id = 18`;
      await sql`update wave set seed = repeat('2', 64) where id = 18`;
      await change(sql);
      const [entry] = await sql`
        insert into audit (account, host, process, action, outcome, subject)
        values ('a', 'h', 1, 'wave.published', 'done', '{"wave":18}') returning number, hash`;
      await sql`
        update wave set state = 'published', published_at = now(), funnel = ${funnel}::text::jsonb,
          audit_entry = ${entry?.number}, audit_sha256 = ${entry?.hash} where id = 18`;
      const [wave] = await sql`select people from wave where id = 18`;
      throw new Error(`published by ${wave?.people}`);
    });

  beforeAll(async () => {
    await open(at, { ...(await madeUpWave({ applicants: 20, seed: 3 })), waveId: 18 });
    await at.database.sql`insert into review (wave_id, report, alarm) values (18, '{}', false)`;
  });

  test('is on record in the audit log, or is none', async () => {
    const published = at.database.sql`
      update wave set state = 'published', published_at = now(), audit_entry = 1, audit_sha256 = 'x' where id = 18`;
    await expect(published).rejects.toThrow('the publication of wave 18 is not in the audit log');
  });

  test('comes with all its figures', async () => {
    for (const funnel of [null, '[]', '{}', '[["applications", 20]]'])
      await expect(publish(funnel)).rejects.toThrow('the figures of wave 18 are not there');
    await expect(publish(figures(0))).rejects.toThrow('published by two');
  });

  test('with applications without an answer needs somebody who has said so', async () => {
    const nobody = 'nobody said that it is published with them';
    await expect(publish(figures(5))).rejects.toThrow(nobody);
    await expect(publish('[["UNVERIFIED", 0], ["UNVERIFIED", 5]]')).rejects.toThrow(nobody);
  });

  test('despite an alarm needs an approval, whatever tables of the same name the session has', async () => {
    await asOwner(at.database, async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update review set alarm = true where wave_id = 18`;
    });
    const shadowed = publish(figures(0), async (sql) => {
      await sql`create temp table review on commit drop as select 18 as wave_id, false as alarm, now() as approved_at`;
    });
    await expect(shadowed).rejects.toThrow('raised an alarm that nobody has approved');
  });
});
