/**
 * The database as a command has it: with the login that may the least. The embedded server's superuser makes the tables and the
 * program's login, and is not asked for anything else.
 */
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { isLoopback } from '../db/tls.ts';
import type { EmbeddedServer } from '../embedded/server.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { warn } from './output.ts';

/**
 * `program`: with tables that are up to date. `owner`: as whoever may change the tables, which are left as they are. `looking`:
 * as the program, and the tables are left as they are.
 */
export type ConnectedAs = 'program' | 'owner' | 'looking';

export interface Connecting {
  readonly config: Config;
  /** Undefined where DATABASE_URL names another. */
  readonly server: EmbeddedServer | undefined;
  readonly as: ConnectedAs;
  /** Connections of each kind, at the most. */
  readonly connections: number;
  readonly log: Log;
  /** Says where the login may more than the program needs. */
  readonly warnsOfPower: boolean;
}

/** What says that there is no such login, or that its password is another one. */
const UNKNOWN_LOGIN = ['28P01', '28000'];

export async function connect(connecting: Connecting): Promise<Database> {
  const { server, as } = connecting;
  if (server === undefined) return connectTo(connecting);
  if (as !== 'owner') return connectEmbedded(server, connecting);
  const { openDatabase } = await import('../db/database.ts');
  return openDatabase(server.address, connecting.connections);
}

/** Nearly always the login and the tables are there. */
async function connectEmbedded(server: EmbeddedServer, { connections, log }: Connecting): Promise<Database> {
  const { openDatabase } = await import('../db/database.ts');
  const { tablesAreCurrent } = await import('../db/migrate.ts');
  const { codeOf } = await import('../db/sqlstate.ts');
  const open = async () => ({ ...(await openDatabase(server.program, connections)), owner: server.address });
  const database = await open().catch((error: unknown) => {
    const cause = error instanceof Error ? codeOf(error.cause) : undefined;
    if (cause === undefined || !UNKNOWN_LOGIN.includes(cause)) throw error;
  });
  if (database !== undefined) {
    if (await tablesAreCurrent(database.sql)) return database;
    await database.close();
  }
  const { prepareServer } = await import('../upkeep.ts');
  logMigrated(log, (await prepareServer(server.address, server.program)).applied);
  return open();
}

/** Tables that are not up to date are brought there if the login may: whatever command comes first does it. */
async function connectTo({ config, as, connections, log, warnsOfPower }: Connecting): Promise<Database> {
  const { openDatabase } = await import('../db/database.ts');
  const database = await openDatabase(config.databaseUrl ?? '', connections);
  try {
    if (as === 'program') {
      const { migrateTables } = await import('../db/migrate.ts');
      logMigrated(log, await migrateTables(database));
      if (warnsOfPower) await warnOfPower(database);
    }
    warnOfClearText(database, config);
    return database;
  } catch (error) {
    const { asRefusedTo } = await import('./other-roles.ts');
    const thrown = await asRefusedTo(database.sql, error);
    await database.close();
    throw thrown;
  }
}

function logMigrated(log: Log, applied: number): void {
  if (applied > 0) logEvent(log, 'database.migrated', { applied });
}

/** Whoever gets hold of the program gets hold of what its login may. */
async function warnOfPower({ sql }: Database): Promise<void> {
  const { readPrivileges } = await import('../db/privileges.ts');
  const { login, moreThanNeeded } = await readPrivileges(sql);
  if (moreThanNeeded.length === 0) return;
  warn(
    `signed in to the database as ${login}, which may more than is needed (${moreThanNeeded.join(', ')}): gelombang database status`,
  );
}

function warnOfClearText({ transport }: Database, { redisUrl }: Config): void {
  if (!transport.isLocal && !transport.isEncrypted)
    warn(
      'DATABASE_URL leads to another machine without TLS: people and passwords go over the network in clear text',
    );
  if (redisUrl?.startsWith('redis:') && !isLoopback(new URL(redisUrl).hostname))
    warn('REDIS_URL leads to another machine without TLS: its password goes over the network in clear text');
}
