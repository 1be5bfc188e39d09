/** When something was is said by the server, whatever the program's login writes: a round of the beacon rests on it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Installation, installation } from '../support/installation.ts';
import { importNiks, niksOf } from '../support/lists.ts';
import { madeUpWave, open } from '../support/wave.ts';

let at: Installation;

beforeAll(async () => {
  at = await installation();
  await open(at, { ...(await madeUpWave({ applicants: 20, seed: 3 })), waveId: 18 });
  await importNiks(at, niksOf(10), { name: 'other' });
  await importNiks(at, niksOf(60), { name: 'other' });
});

describe('when something was', () => {
  const LONG_AGO = "'2000-01-01'";
  const frozen = [
    "update wave set state = 'closing' where id = 18",
    `update wave set pool_root = repeat('1', 64), frozen_at = ${LONG_AGO} where id = 18`,
  ];

  test.each([
    [
      'opened',
      'select opened_at as at from wave where id = 19',
      [
        `insert into wave (id, policy, policy_sha256, quota, household_key, entropy_source, secret, entropy_commitment, opened_at)
          select 19, policy, policy_sha256, quota, household_key, entropy_source, secret, entropy_commitment, ${LONG_AGO}
          from wave where id = 18`,
      ],
    ],
    [
      'reviewed',
      'select reviewed_at as at from review where wave_id = 18',
      [`insert into review (wave_id, report, alarm, reviewed_at) values (18, '{}', false, ${LONG_AGO})`],
    ],
    ['frozen', 'select frozen_at as at from wave where id = 18', frozen],
    [
      'frozen, if no time is given,',
      'select frozen_at as at from wave where id = 18',
      [frozen[0], "update wave set pool_root = repeat('1', 64) where id = 18"],
    ],
    [
      'said to go without answers',
      'select unverified_at as at from wave where id = 18',
      [`update wave set unverified_by = 'Siti', unverified_at = ${LONG_AGO} where id = 18`],
    ],
    [
      'voided',
      'select voided_at as at from wave where id = 18',
      [
        `update wave set state = 'void', voided_by = 'Siti', void_reason = 'x', voided_at = ${LONG_AGO} where id = 18`,
      ],
    ],
    [
      'published',
      'select published_at as at from wave where id = 18',
      [
        ...frozen,
        "update wave set seed = repeat('2', 64) where id = 18",
        "insert into review (wave_id, report, alarm) values (18, '{}', false)",
        `insert into audit (account, host, process, action, outcome, subject)
          values ('a', 'h', 1, 'wave.published', 'done', '{"wave":18}')`,
        `update wave set state = 'published', published_at = ${LONG_AGO}, funnel = '[["UNVERIFIED", 0]]',
          (audit_entry, audit_sha256) = (select number, hash from audit order by number desc limit 1) where id = 18`,
      ],
    ],
    [
      'approved',
      'select approved_at as at from review where wave_id = 18',
      [
        "insert into review (wave_id, report, alarm) values (18, '{}', true)",
        `update review set approved_by = 'Siti', approval_reason = 'x', approved_at = ${LONG_AGO} where wave_id = 18`,
      ],
    ],
    [
      'decided',
      'select decided_at as at from list where held_for is not null',
      [
        `update list set decision = 'released', decided_by = 'Siti', decided_at = ${LONG_AGO} where held_for is not null`,
      ],
    ],
  ])('%s is said by the server, whatever is given', async (_, asked, statements) => {
    const undone = at.database.sql.begin(async (sql) => {
      await sql`select pg_sleep(0.01)`;
      for (const statement of statements) await sql.unsafe(statement ?? '');
      const [row] = await sql.unsafe(
        `select at > now() and at <= clock_timestamp() as "isNow" from (${asked})`,
      );
      expect(row).toEqual({ isNow: true });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
  });

  test.each([
    ['opened', `update wave set opened_at = ${LONG_AGO} where id = 18`],
    ['reviewed', `update review set reviewed_at = ${LONG_AGO} where wave_id = 18`],
  ])('%s is said once', async (_, statement) => {
    const undone = at.database.sql.begin(async (sql) => {
      await sql`insert into review (wave_id, report, alarm) values (18, '{}', true)`;
      await sql.unsafe(statement);
    });
    await expect(undone).rejects.toMatchObject({ code: '23001' });
  });

  test('frozen is said of no wave that has no pool', async () => {
    const undone = at.database.sql.begin(async (sql) => {
      await sql`update wave set state = 'closing' where id = 18`;
      await sql`update wave set frozen_at = '2000-01-01' where id = 18`;
      const [wave] = await sql`select frozen_at from wave where id = 18`;
      expect(wave).toEqual({ frozen_at: null });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
  });
});
