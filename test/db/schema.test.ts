/** Schema, numbered migrations and the database that they make are one and the same. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { migrateTables } from '../../src/db/migrate.ts';
import * as schema from '../../src/db/schema.ts';
import { projectRoot } from '../../src/project-root.ts';
import { cloneDatabase, emptyDatabase } from '../support/database.ts';

const TABLES: readonly PgTable[] = Object.values(schema).filter((value) => is(value, PgTable));

async function newestSnapshot(): Promise<Parameters<typeof generateMigration>[0]> {
  const meta = join(projectRoot(), 'drizzle', 'meta');
  const { entries } = JSON.parse(await readFile(join(meta, '_journal.json'), 'utf8'));
  const number = String(entries.length - 1).padStart(4, '0');
  return JSON.parse(await readFile(join(meta, `${number}_snapshot.json`), 'utf8'));
}

test('the schema has nothing that the migrations have not', async () => {
  expect(await generateMigration(await newestSnapshot(), generateDrizzleJson({ ...schema }))).toEqual([]);
});

test('a migrated database has the tables of the schema, with their columns and checks, and no others', async () => {
  const { ownerUrl } = await cloneDatabase();
  const database = await openDatabase(ownerUrl, 1);
  const columns = await database.sql<{ table: string; columns: string[] }[]>`
    select table_name as table, array_agg(column_name::text || ' ' || is_nullable order by column_name::text) as columns
    from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' group by table_name`;
  const checks = await database.sql<{ table: string; checks: string[] }[]>`
    select conrelid::regclass::text as table, array_agg(conname::text order by conname::text) as checks
    from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace group by conrelid`;
  await database.close();

  const ofSchema = TABLES.map(getTableConfig);
  const nullable = (notNull: boolean) => (notNull ? 'NO' : 'YES');
  expect(Object.fromEntries(columns.map((row) => [row.table, row.columns]))).toEqual(
    Object.fromEntries(
      ofSchema.map((table) => [
        table.name,
        table.columns.map((one) => `${one.name} ${nullable(one.notNull)}`).sort(),
      ]),
    ),
  );
  const withChecks = ofSchema.filter((table) => table.checks.length > 0);
  expect(Object.fromEntries(checks.map((row) => [row.table, row.checks]))).toEqual(
    Object.fromEntries(withChecks.map((table) => [table.name, table.checks.map(({ name }) => name).sort()])),
  );
});

test('migrations that several processes apply at once are applied once', async () => {
  const { url, database } = await emptyDatabase();
  const others = await Promise.all([1, 2, 3].map(() => openDatabase(url, 2)));
  const applied = await Promise.all([database, ...others].map(migrateTables));
  await Promise.all(others.map((other) => other.close()));
  const [journal] = await database.sql`select count(*)::int as entries from drizzle.__drizzle_migrations`;
  expect(applied.filter((count) => count > 0)).toEqual([journal?.entries]);
  expect(await migrateTables(database)).toBe(0);
});

test('what the schema forbids, the database refuses', async () => {
  const { database } = await cloneDatabase();
  const wave = (fields: string, values: string) =>
    database.sql.unsafe(
      `insert into wave (id, policy, policy_sha256, quota, household_key, entropy_source, secret, entropy_commitment${fields})
      values (1, '{}', '', 1, sha256(''), 'secret', '', ''${values})`,
    );
  await expect(wave(', state', ", 'lost'")).rejects.toThrow('wave_state');
  await expect(wave(', state', ", 'published'")).rejects.toThrow('wave_published');
  await expect(wave(', seed', ", 'abc'")).rejects.toThrow('wave_seed_after_freeze');
});
