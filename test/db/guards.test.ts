/** After the freeze nothing that a draw is made of can change: the database itself refuses. */
import { beforeAll, describe, expect, test } from 'vitest';
import { asOwner } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { madeUpWave, openAndImport, runWave } from '../support/wave.ts';

let at: Installation;

beforeAll(async () => {
  at = await installation();
  const input = await madeUpWave({ applicants: 60, seed: 3 });
  await runWave(at, input);
  await openAndImport(at, { ...input, waveId: 18 });
});

/** As the owner: even whoever may change a table cannot change these rows of it. */
const change = (statement: string) => asOwner(at.database, (sql) => sql.unsafe(statement));

describe('of a wave that is frozen', () => {
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
    "update wave set seed = repeat('0', 64) where id = 17",
    'update wave set seed = null where id = 17',
    'delete from wave where id = 17',
    'update pool set applications = 1 where wave_id = 17',
    'delete from pool where wave_id = 17',
    'insert into pool select wave_id, part + 1000, applications, lines, subtrees from pool where wave_id = 17',
    'update pool set wave_id = 17 where wave_id = 18',
    'update wave set closes_at = now() where id = 17',
    'update wave set published_at = now() where id = 17',
    'truncate pool',
    'truncate wave cascade',
    'truncate list_block',
    'update review set alarm = not alarm where wave_id = 17',
    'delete from review where wave_id = 17',
    'delete from wave_list where wave_id = 17',
    'insert into wave_list select 17, max(list_id) from wave_list',
    "update list set name = 'other' where id in (select list_id from wave_list where wave_id = 17)",
    'delete from list_block where list_id in (select list_id from wave_list where wave_id = 17)',
    'update list_block set entries = 0 where list_id in (select list_id from wave_list where wave_id = 17)',
    `insert into list_block select list_id, bucket + 1000, entries, columns from list_block
      where list_id in (select list_id from wave_list where wave_id = 17)`,
  ])('%s is refused', async (statement) => {
    if (statement.includes('wave_id = 18')) await change("insert into pool values (18, 0, 0, '', '[]')");
    await expect(change(statement)).rejects.toThrow(
      /wave 17 (is|was|stays)|a frozen wave was held against|a wave is frozen/,
    );
  });

  test('a second draw from the same pool is none', async () => {
    const second = change(
      'update wave set pool_root = (select pool_root from wave where id = 17) where id = 18',
    );
    await expect(second).rejects.toThrow('wave_pool_root_once');
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

  test('its closing time can still change', async () => {
    await change("update wave set closes_at = now() + interval '1 day' where id = 18");
  });
});
