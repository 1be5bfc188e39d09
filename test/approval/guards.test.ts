/** Where it takes two people, the database itself refuses what one has done alone, by whatever program. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
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
] as const;

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

test('a publication is on record in the audit log, or is none', async () => {
  const published = at.database.sql`
    update wave set state = 'published', published_at = now(), audit_entry = 1, audit_sha256 = 'x' where id = 18`;
  await open(at, { ...(await madeUpWave({ applicants: 20, seed: 3 })), waveId: 18 });
  await at.database.sql`insert into review (wave_id, report, alarm) values (18, '{}', false)`;
  await expect(published).rejects.toThrow('the publication of wave 18 is not in the audit log');
});
