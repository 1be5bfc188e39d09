/** What owners do to a database: tables, the queue's too, roles, and who gets in. */
import { type AuditedBy, audited, auditedAfter } from './audit/audited.ts';
import { type Database, type DatabaseAddress, openDatabase } from './db/database.ts';
import { makeLogin } from './db/logins.ts';
import { migrateTables } from './db/migrate.ts';
import { applyRoles, closeDatabase, roleStatements } from './db/roles.ts';
import { makeQueueTables } from './queue/tables.ts';

/** What was done; where the roles could not be made, what somebody else has to run for it. */
export interface Migrated {
  /** Migrations. */
  readonly applied: number;
  readonly roles: 'settled' | 'missing';
  readonly for_a_dba: readonly string[];
}

/** Iterations protect weak passwords, and the embedded server's are none. */
const NO_ITERATIONS = 1;

/**
 * Brings all tables up to date, settles anew what each role may, and lets nobody in but the owner and who has a login. Each
 * step can be done over again, by several at once.
 * @throws GelombangError INPUT_REFUSED for a login that may not.
 */
export async function bringUpToDate(database: Database): Promise<Migrated> {
  const applied = await migrateTables(database);
  const hasRoles = await applyRoles(database.sql);
  await makeQueueTables(database);
  if (!hasRoles) return { applied, roles: 'missing', for_a_dba: roleStatements() };
  await closeDatabase(database.sql);
  return { applied, roles: 'settled', for_a_dba: [] };
}

/**
 * The same under the audit log. Before the first migration there is none: of that one the entry is written afterwards.
 * @param by Asked for only when there is a log.
 */
export async function bringUpToDateAudited(
  database: Database,
  by: () => Promise<AuditedBy>,
  reason: string | undefined,
): Promise<Migrated> {
  const act = { action: 'database.migrate', subject: {}, reason } as const;
  const [log] = await database.sql`select to_regclass('public.audit') is not null as "isThere"`;
  if (log?.isThere === true)
    return audited(await by(), act, async (tell) => {
      const migrated = await bringUpToDate(database);
      tell({ applied: migrated.applied, roles: migrated.roles });
      return migrated;
    });
  const migrated = await bringUpToDate(database);
  const { applied, roles } = migrated;
  await auditedAfter(await by(), { ...act, subject: { applied, roles } });
  return migrated;
}

/** Makes a server of the program's own ready for it, as its owner: tables, and the program's login. */
export async function prepareServer(owner: DatabaseAddress, program: DatabaseAddress): Promise<Migrated> {
  const database = await openDatabase(owner, 1);
  try {
    const migrated = await bringUpToDate(database);
    const { user: name, password } = program;
    await makeLogin(database.sql, { name, password, role: 'worker', iterations: NO_ITERATIONS });
    return migrated;
  } finally {
    await database.close();
  }
}
