/** What a command works with, opened when it begins and closed however it ends. */
import { type Config, readConfig } from '../config.ts';
import type { Database } from '../db/database.ts';
import { logEvent } from '../events.ts';
import type { Log, LogLevel } from '../log.ts';
import { screen } from './screen.ts';
import { throwIfStopping } from './stopping.ts';

export interface Session {
  readonly config: Config;
  readonly database: Database;
  readonly log: Log;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** Of each kind, at the most. The threads that do steps have their own. */
const CONNECTIONS = 4;

export interface SessionOptions {
  /** What is logged unless LOG_LEVEL says otherwise; warnings and up, since results are on stdout and not in the log. */
  readonly level?: LogLevel;
  /** Settings in place of those of the environment. */
  readonly config?: Config;
}

export async function withSession<T>(
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
  options: SessionOptions = {},
): Promise<T> {
  const config = options.config ?? readConfig();
  // Only now: a command that asks for help, or verifies, needs none of it.
  const { openDatabase } = await import('../db/database.ts');
  const { migrateTables } = await import('../db/migrate.ts');
  const { joinEmbeddedServer } = await import('../embedded/server.ts');
  const { createLog } = await import('../log.ts');
  const log = createLog({ level: config.logLevel ?? options.level ?? 'warn', stream: screen });
  const server = config.databaseUrl === undefined ? await joinEmbeddedServer(config.home) : undefined;
  if (server !== undefined) logEvent(log, 'database.started');
  signal.addEventListener('abort', () => logEvent(log, 'interrupted', { signal: String(signal.reason) }));
  try {
    throwIfStopping(signal);
    const where = server?.address ?? config.databaseUrl ?? '';
    const database = await openDatabase(where, CONNECTIONS);
    try {
      const applied = await migrateTables(database);
      if (applied > 0) logEvent(log, 'database.migrated', { applied });
      throwIfStopping(signal);
      return await work({ config, database, log, signal });
    } finally {
      await database.close();
    }
  } finally {
    await server?.release();
  }
}
