/** Brings the tables up to date: whatever command comes first does it, under a lock that the others wait for. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GelombangError } from '../errors.ts';
import { projectRoot } from '../project-root.ts';
import type { Database, Sql } from './database.ts';
import { GIVES_WAY, SESSION_LOCKS } from './locks.ts';
import { applyRoles } from './roles.ts';
import { codeOf, DENIED } from './sqlstate.ts';

/** How many of the numbered migrations there are, and how many of them the database has. */
export interface TableVersion {
  readonly known: number;
  /** Undefined where the login may not even see it. */
  readonly applied: number | undefined;
}

export async function tableVersion(sql: Sql): Promise<TableVersion> {
  const [known, applied] = await Promise.all([
    knownMigrations(migrationsFolder()),
    appliedMigrations(sql).catch((error: unknown) => {
      if (codeOf(error) === DENIED) return undefined;
      throw error;
    }),
  ]);
  return { known, applied };
}

export async function tablesAreCurrent(sql: Sql): Promise<boolean> {
  const { known, applied } = await tableVersion(sql);
  return applied !== undefined && applied >= known;
}

/** That the login may not do what the tables need to be done. */
export function notTheOwner(what: string, cause: unknown): GelombangError {
  return new GelombangError('INPUT_REFUSED', `${what}, and the login of DATABASE_URL may not change that`, {
    cause,
    next: 'Whoever owns the tables runs this, with a DATABASE_URL of theirs: gelombang database migrate',
  });
}

/**
 * Applies the numbered migrations of `drizzle/` that the database does not have yet, and settles what the roles may with
 * what came of it; gives how many there were.
 * @throws GelombangError INPUT_REFUSED where there are any and the login may not apply them.
 */
export async function migrateTables(database: Database): Promise<number> {
  const { known, applied } = await tableVersion(database.sql);
  if (applied !== undefined && applied >= known) return 0;
  try {
    return await migrate(database, known);
  } catch (error) {
    if (codeOf(error) !== DENIED) throw error;
    throw notTheOwner(`the tables are not up to date (${applied ?? 0} of ${known} migrations)`, error);
  }
}

async function migrate(database: Database, known: number): Promise<number> {
  // The lock belongs to a session and the migrator opens its own transaction: both on a client of one connection.
  const client = database.connect();
  try {
    await client.unsafe(GIVES_WAY);
    await client`select pg_advisory_lock(${SESSION_LOCKS.migration}, 0)`;
    const before = await appliedMigrations(client);
    // Loaded only where there is something to do: it takes as long as the rest of a command's start.
    const { drizzle } = await import('drizzle-orm/postgres-js');
    const { migrate } = await import('drizzle-orm/postgres-js/migrator');
    await migrate(drizzle(client), { migrationsFolder: migrationsFolder() });
    await applyRoles(client);
    return known - before;
  } finally {
    await client.end();
  }
}

function migrationsFolder(): string {
  return join(projectRoot(), 'drizzle');
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
