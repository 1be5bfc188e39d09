/** Brings the tables up to date: whatever command comes first does it, under a lock that the others wait for. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../config.ts';
import type { Database, Sql } from './database.ts';
import { SESSION_LOCKS } from './locks.ts';

/** Applies the numbered migrations of `drizzle/` that the database does not have yet; gives how many there were. */
export async function migrateTables(database: Database): Promise<number> {
  const folder = join(projectRoot(), 'drizzle');
  const known = await knownMigrations(folder);
  if ((await appliedMigrations(database.sql)) >= known) return 0;
  // The lock belongs to a session and the migrator opens its own transaction: both on a client of one connection.
  const client = database.connect(1);
  try {
    await client`select pg_advisory_lock(${SESSION_LOCKS.migration}, 0)`;
    const before = await appliedMigrations(client);
    // Loaded only where there is something to do: it takes as long as the rest of a command's start.
    const { drizzle } = await import('drizzle-orm/postgres-js');
    const { migrate } = await import('drizzle-orm/postgres-js/migrator');
    await migrate(drizzle(client), { migrationsFolder: folder });
    return known - before;
  } finally {
    await client.end();
  }
}

async function knownMigrations(folder: string): Promise<number> {
  const journal = JSON.parse(await readFile(join(folder, 'meta', '_journal.json'), 'utf8')) as {
    entries: unknown[];
  };
  return journal.entries.length;
}

async function appliedMigrations(sql: Sql): Promise<number> {
  const [found] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
  if (!found?.there) return 0;
  const [count] = await sql`select count(*)::int as applied from drizzle.__drizzle_migrations`;
  return count?.applied ?? 0;
}
