/** The rows of the data keys change as a rotation changes them, and in no other way: the database refuses it. */
import { beforeAll, expect, test } from 'vitest';
import { asOwner } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';

let at: Installation;

beforeAll(async () => {
  at = await installation();
});

/** As the owner: even whoever may change the table cannot change it so. */
const change = (statement: string) => asOwner(at.database, (sql) => sql.unsafe(statement));

const OTHER = "master_id = '0badc0de', sealed = set_byte(overlay(sealed placing '\\x0badc0de' from 2), 0, 1)";

test.each([
  "update data_key set sealed = '\\x00'",
  'update data_key set sealed = substr(sealed, 1, 64)',
  'update data_key set sealed = set_byte(sealed, 0, 2)',
  'update data_key set sealed = set_byte(sealed, 64, get_byte(sealed, 64) # 1)',
  "update data_key set master_id = '0badc0de'",
  'update data_key set id = id + 10',
  `update data_key set ${OTHER}, id = id + 10`,
  `update data_key set ${OTHER}, made_at = now()`,
  `update data_key set ${OTHER}, purpose = 'question'`,
  "insert into data_key (id, purpose, master_id, sealed) values (9, 'seal', '0badc0de', '\\x00')",
  "insert into data_key select 9, 'question', master_id, sealed from data_key where id = 2",
])('%s is refused', async (statement) => {
  await expect(change(statement)).rejects.toMatchObject({ code: '23001' });
});

test('sealed with another master key, they are let through', async () => {
  const undone = asOwner(at.database, async (sql) => {
    await sql.unsafe(`update data_key set ${OTHER}`);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
});
