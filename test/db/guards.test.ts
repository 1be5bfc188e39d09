/** After the freeze nothing that a draw is made of can change, and after the publication nothing of it: the database itself refuses. */
import { beforeAll, describe, expect, test } from 'vitest';
import { readGuards, WRITTEN_GUARDS } from '../../src/db/guards.ts';
import { migrateTables } from '../../src/db/migrate.ts';
import { asOwner, emptyDatabase } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { importNiks, niksOf } from '../support/lists.ts';
import { madeUpWave, openAndImport, runWave } from '../support/wave.ts';

let at: Installation;

beforeAll(async () => {
  at = await installation();
  const input = await madeUpWave({ applicants: 60, seed: 3 });
  await runWave(at, input);
  await openAndImport(at, { ...input, waveId: 18 });
  await importNiks(at, niksOf(10), { name: 'other' });
  await importNiks(at, niksOf(60), { name: 'other' });
});

/** As the owner: even whoever may change a table cannot change these rows of it. */
const change = (statement: string) => asOwner(at.database, (sql) => sql.unsafe(statement));

const IN_FORCE = "select 18, id from list where name = 'other' and held_for is null";
const OF_A_LIST = 'in (select list_id from wave_list where wave_id = 17)';

describe('of a wave that is published', () => {
  test.each([
    "update wave set policy = '{}' where id = 17",
    'update wave set quota = quota + 1 where id = 17',
    "update wave set household_key = sha256('') where id = 17",
    "update wave set secret = 'other' where id = 17",
    "update wave set pool_root = repeat('0', 64) where id = 17",
    'update wave set frozen_at = now() where id = 17',
    "update wave set entropy_given = repeat('0', 64) where id = 17",
    'update wave set last_recipient = last_recipient + 1 where id = 17',
    "update wave set earlier_waves = '{1}' where id = 17",
    'update wave set snapshot_id = null where id = 17',
    "update wave set unverified_by = 'Siti', unverified_at = now() where id = 17",
    "update wave set seed = repeat('0', 64) where id = 17",
    'update wave set seed = null where id = 17',
    "update wave set state = 'closing', published_at = null where id = 17",
    "update wave set state = 'closing' where id = 17",
    "update wave set funnel = '[]' where id = 17",
    "update wave set people = 'two' where id = 17",
    'update wave set audit_entry = audit_entry + 1 where id = 17',
    'update wave set notices_held = true where id = 17',
    "update wave set void_reason = 'x' where id = 17",
    'delete from wave where id = 17',
    "update pool set lines = '' where wave_id = 17",
    'delete from pool where wave_id = 17',
    'insert into pool select wave_id, part + 1000, lines, subtrees, bounds from pool where wave_id = 17',
    'update pool set wave_id = 17 where wave_id = 18',
    'update wave set closes_at = now() where id = 17',
    'update wave set published_at = now() where id = 17',
    'truncate pool',
    'truncate wave cascade',
    'truncate list_block',
    'truncate result_block',
    'truncate recipient_block',
    'truncate reject',
    'update review set alarm = not alarm where wave_id = 17',
    "update review set approved_at = now(), approved_by = 'Siti', approval_reason = 'x' where wave_id = 17",
    'delete from review where wave_id = 17',
    'delete from wave_list where wave_id = 17',
    'insert into wave_list select 17, max(list_id) from wave_list',
    `update list set name = 'other' where id ${OF_A_LIST}`,
    `delete from list_block where list_id ${OF_A_LIST}`,
    `update list_block set entries = 0 where list_id ${OF_A_LIST}`,
    `insert into list_block select list_id, bucket + 1000, entries, columns from list_block where list_id ${OF_A_LIST}`,
    'delete from application_block where wave_id = 17',
    'update application_block set wave_id = 18 where wave_id = 17',
    'update application_block set wave_id = 17 where wave_id = 18',
    ...['cutoff', 'result_block', 'decision_block'].flatMap((table) => [
      `delete from ${table} where wave_id = 17`,
      `update ${table} set wave_id = 18 where wave_id = 17`,
      `insert into ${table} select * from ${table} where wave_id = 17`,
    ]),
  ])('%s is refused', async (statement) => {
    if (statement.includes('pool set wave_id = 17'))
      await change("insert into pool values (18, 0, '', '[]', '')");
    await expect(change(statement)).rejects.toThrow(
      /wave 17 (is|was|stays)|a frozen wave was held against|a wave is frozen/,
    );
  });

  test('a second draw from the same pool is none', async () => {
    const second = asOwner(at.database, async (sql) => {
      await sql`update wave set state = 'closing' where id = 18`;
      await sql`update wave set pool_root = (select pool_root from wave where id = 17) where id = 18`;
    });
    await expect(second).rejects.toThrow('wave_pool_root_once');
  });

  test('notices that are held can be released, and the wave can become void', async () => {
    const undone = asOwner(at.database, async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update wave set notices_held = true where id = 17`;
      await sql`set local session_replication_role = origin`;
      await sql`update wave set notices_held = false where id = 17`;
      await sql`update wave set state = 'void', voided_at = now(), voided_by = 'Siti', void_reason = 'x' where id = 17`;
      await sql`update wave set voided_by = 'Budi' where id = 17`;
    });
    await expect(undone).rejects.toThrow('wave 17 is void: it stays so, with its reason');
  });
});

describe('what waves were held against', () => {
  test.each([
    'delete from recipient_block',
    'update recipient_block set published_by = 9',
    `insert into recipient_block (bucket, id, published_by, rows, columns) overriding system value values (0, 0, 0, 1, '')`,
  ])('%s is refused', async (statement) => {
    await expect(change(statement)).rejects.toThrow(
      'recipients are added after those that waves were held against',
    );
  });

  test('recipients that come to be known later are added', async () => {
    const undone = asOwner(at.database, async (sql) => {
      await sql`insert into recipient_block (bucket, published_by, rows, columns) values (0, 0, 1, '')`;
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
  });

  test.each([
    "update import_file set sha256 = 'x'",
    'update import_file set finished_at = null',
    'delete from import_file',
  ])('%s is refused', async (statement) => {
    await expect(change(statement)).rejects.toThrow(/^import \d+ is finished: it stays on record as it was/);
  });

  test.each([
    "update reject set code = 'X'",
    'delete from reject',
    `insert into reject select id, 9, 0, 'PK-1', 'nik', 'NIK_FORMAT', 'x' from import_file where wave_id = 17`,
  ])('%s is refused: rejected rows stay as they were found', async (statement) => {
    const asProgram = at.database.sql.unsafe(statement);
    await expect(asProgram).rejects.toThrow(/stay as they were found|^permission denied/);
    await expect(change(statement)).rejects.toThrow('stay as they were found');
  });

  test('rejected rows come with their import, and hold up its end for as long as they are being added', async () => {
    const [{ id } = { id: 0 }] = await at.database.sql<{ id: number }[]>`
      insert into import_file (kind, file_name, path, bytes) values ('list', 'new', '/new', 1) returning id`;
    await at.database.sql.begin(async (sql) => {
      await sql`insert into reject values (${id}, 2, 0, '', 'nik', 'NIK_FORMAT', 'x')`;
      const finishing = at.database.sql.begin(async (other) => {
        await other`set local lock_timeout = '100ms'`;
        await other`update import_file set sha256 = '', rows_read = 1, rows_rejected = 1, rows_taken = 0,
          finished_at = now() where id = ${id}`;
      });
      await expect(finishing).rejects.toThrow('lock timeout');
    });
    await change(`delete from reject where import_id = ${id}`);
    await change(`delete from import_file where id = ${id}`);
  });

  test.each([
    "update list set name = 'asn' where held_for is not null",
    'update list set held_for = null where held_for is not null',
    "update list set kind = 'priority' where name = 'other'",
    "update list set decision = 'released', decided_at = now(), decided_by = 'Siti', name = 'asn' where held_for is not null",
    "delete from list where name = 'other'",
    "insert into list_block select id, 300, 1, '' from list where name = 'other'",
    `insert into list (name, kind, source, import_id, imported_by, entries, held_for, decision, decided_at, decided_by)
      select name, kind, source, import_id, imported_by, entries, 'x', 'released', now(), 'Siti' from list`,
  ])('%s is refused: a version stays as it was imported', async (statement) => {
    await expect(change(statement)).rejects.toThrow(/^version \d+ of a list cannot change/);
  });

  test.each([
    "update registry_snapshot set as_of = '2000-01-01'",
    'delete from registry_snapshot',
    "update registry_snapshot set dropped_at = '2000-01-01', dropped_by = 'Siti'",
    `insert into registry_snapshot (kind, import_id, as_of, people, dropped_at, dropped_by)
      select kind, import_id, as_of, people, now(), 'Siti' from registry_snapshot limit 1`,
  ])('%s is refused: a version of the registry stays on record', async (statement) => {
    await expect(change(statement)).rejects.toThrow(
      /^version \d+ of the registry (stays on record|is not dropped before)/,
    );
  });

  test('the registry that is in force is not dropped, so that an older one would be', async () => {
    const dropped = change("update registry_snapshot set dropped_at = now(), dropped_by = 'Siti'");
    await expect(dropped).rejects.toThrow(
      'of the registry is in force, or a wave under way is held against it',
    );
  });

  test('a version is decided on once', async () => {
    const twice = asOwner(at.database, async (sql) => {
      await sql`update list set decision = 'discarded', decided_at = now(), decided_by = 'Siti' where held_for is not null`;
      await sql`update list set decided_by = 'Budi' where held_for is not null`;
    });
    await expect(twice).rejects.toThrow(/and as it was decided/);
  });
});

describe('of a wave that is open', () => {
  test.each([
    "update wave set policy = '{}' where id = 18",
    'update wave set quota = 1 where id = 18',
    "update wave set entropy_commitment = repeat('0', 64) where id = 18",
    "update wave set entropy_source = 'drand:quicknet' where id = 18",
  ])('%s is refused', async (statement) => {
    await expect(change(statement)).rejects.toThrow('what wave 18 was opened with cannot change');
  });

  test.each([
    ['that is held', 'select 18, id from list where held_for is not null'],
    ['beside another one of the same list', `${IN_FORCE} union all ${IN_FORCE}`],
  ])('a version of a list %s is not what it is held against', async (_, rows) => {
    await expect(change(`insert into wave_list ${rows}`)).rejects.toThrow(
      'wave 18 is held against one version of a list, which is neither held nor discarded',
    );
  });

  test.each([
    'update wave set snapshot_id = null where id = 18',
    'insert into wave_list select 18, id from list where held_for is null limit 1',
  ])('%s is refused once it is being closed', async (statement) => {
    const closing = asOwner(at.database, async (sql) => {
      await sql`update wave set snapshot_id = 1 where id = 18`;
      await sql`update wave set state = 'closing' where id = 18`;
      await sql.unsafe(statement);
    });
    await expect(closing).rejects.toThrow(
      /^wave 18 is (closing: its snapshot_id|closed: its wave_list) cannot change/,
    );
  });

  test.each([
    "update wave set pool_root = repeat('0', 64), frozen_at = now() where id = 18",
    "update wave set state = 'closing', last_answer = 3 where id = 18",
  ])('%s is refused: nothing of later is there yet', async (statement) => {
    await expect(change(statement)).rejects.toThrow(/^wave 18 is open: its [a-z_, ]+ cannot change/);
  });

  test('its closing time can still change', async () => {
    await change("update wave set closes_at = now() + interval '1 day' where id = 18");
  });

  test.each([
    ['published', "'published', now()", 'state, published_at'],
    ['frozen', 'now()', 'frozen_at'],
    ['said to go without answers', "'Siti', now()", 'unverified_by, unverified_at'],
  ])('none begins %s', async (_, values, columns) => {
    const pool = "repeat('1', 64), repeat('2', 64)";
    const begun =
      change(`insert into wave (id, policy, policy_sha256, quota, household_key, entropy_source, beacon_round,
      pool_root, seed, ${columns}) select 99, policy, policy_sha256, quota, household_key, 'drand:quicknet', 5,
      ${pool}, ${values} from wave where id = 17`);
    await expect(begun).rejects.toThrow('wave 99 begins open: whatever comes later is not known yet');
  });
});

describe('what refuses it', () => {
  test('holds up the close of a wave for as long as something that it closes over is being changed', async () => {
    const changing = asOwner(at.database, async (sql) => {
      await sql`delete from application_block where wave_id = 18`;
      const closing = at.database.sql.begin(async (other) => {
        await other`set local lock_timeout = '100ms'`;
        await other`update wave set state = 'closing' where id = 18`;
      });
      await expect(closing).rejects.toThrow('lock timeout');
      throw new Error('undone');
    });
    await expect(changing).rejects.toThrow('undone');
  });

  test('is not got round by tables of the same name that somebody has made', async () => {
    const stands = { wave: 'id int, frozen_at timestamptz', wave_list: 'wave_id int, list_id int' };
    const begun = at.database.sql.begin(async (sql) => {
      for (const [table, columns] of Object.entries(stands))
        await sql.unsafe(`create temp table ${table} (${columns}) on commit drop`);
      await sql`update list set kind = 'priority' where id in (select list_id from public.wave_list)`;
    });
    await expect(begun).rejects.toThrow('a frozen wave was held against');
  });

  test('looks up tables and functions where ours are, whatever the session says', async () => {
    const loose = await at.database.sql`
      select proname from pg_proc where pronamespace = 'public'::regnamespace
        and not exists (select from unnest(proconfig) as given where given ~ '^search_path=pg_catalog, (public, )?pg_temp$')`;
    expect([...loose]).toEqual([]);
  });

  test('is what the migrations make, and noted for `audit verify`', async () => {
    const { database } = await emptyDatabase();
    await migrateTables(database);
    const guards = await readGuards(database.sql);
    const noted = Object.fromEntries(guards.map(({ name, sha256 }) => [name, sha256]));
    // After a change of the migrations: npx vitest run test/db/guards -u
    await expect(`${JSON.stringify(noted, null, 2)}\n`).toMatchFileSnapshot(WRITTEN_GUARDS);
    expect(guards.filter(({ on }) => !on)).toEqual([]);
  });
});
