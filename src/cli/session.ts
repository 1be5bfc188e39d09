/** What a command works with, opened when it begins and closed however it ends. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Config, type KeyFolder, readConfig } from '../config.ts';
import type { Database } from '../db/database.ts';
import { one } from '../db/rows.ts';
import { logEvent } from '../events.ts';
import type { KeyFile, MasterSource } from '../keys/master.ts';
import type { Log, LogLevel } from '../log.ts';
import { type ConnectedAs, connect } from './connecting.ts';
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
  /** It reads or writes what is sealed. */
  readonly needsKeys?: boolean;
  /** Settings in place of those of the environment. */
  readonly config?: Config;
  /** As the program, unless it is about the database itself. */
  readonly as?: ConnectedAs;
}

/** Milliseconds that a server without a free connection is tried, and between two attempts. */
const LONGEST_CROWD = 30_000;
const CROWD_INTERVAL = 500;

/** Others give their connections back: a moment later there may be one. */
async function whenThereIsRoom(open: () => Promise<Database>, signal: AbortSignal): Promise<Database> {
  const { isCrowded } = await import('../db/loss.ts');
  const began = performance.now();
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!isCrowded(error) || performance.now() - began > LONGEST_CROWD) throw error;
      await pause(CROWD_INTERVAL, undefined, { signal }).catch(() => undefined);
      throwIfStopping(signal);
    }
  }
}

/** In a folder of keys, each installation has its own. */
export async function masterSourceOf({ masterKey }: Config, database: Database): Promise<MasterSource> {
  const { setBy, ...own } = masterKey;
  const fileIn = async ({ kind, path }: KeyFile | KeyFolder): Promise<KeyFile> => {
    if (kind === 'file') return { kind, path };
    return { kind: 'file', path: join(path, await installationId(database)) };
  };
  const source = own.kind === 'given' ? own : await fileIn(own);
  if (setBy === undefined) return source;
  const { path: otherwise } = await fileIn(setBy.otherwise);
  return { ...source, setBy: { variable: setBy.variable, otherwise } };
}

export async function installationId({ sql }: Database): Promise<string> {
  const { id } = await one(sql<{ id: string }[]>`select id from installation`, 'the installation');
  return id;
}

/** Without the key it goes on: what needs it all the same fails. */
export async function withSession<T>(
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
  options: SessionOptions = {},
): Promise<T> {
  const config = options.config ?? readConfig();
  // Only now: a command that asks for help, or verifies, needs none of it.
  const { joinEmbeddedServer } = await import('../embedded/server.ts');
  const { unlock } = await import('../keys/data-keys.ts');
  const { createLog } = await import('../log.ts');
  const log = createLog({ level: config.logLevel ?? options.level ?? 'warn', stream: screen });
  const server = config.databaseUrl === undefined ? await joinEmbeddedServer(config.home) : undefined;
  if (server !== undefined) logEvent(log, 'database.started');
  signal.addEventListener('abort', () => logEvent(log, 'interrupted', { signal: String(signal.reason) }));
  try {
    throwIfStopping(signal);
    const { as = 'program', needsKeys: warnsOfPower = false } = options;
    const open = () => connect({ config, server, as, connections: CONNECTIONS, log, warnsOfPower });
    const database = await whenThereIsRoom(open, signal);
    try {
      // Whoever owns the tables, or looks at them, may find none.
      if (as === 'program')
        await unlock(database, await masterSourceOf(config, database), options.needsKeys === true);
      throwIfStopping(signal);
      return await work({ config, database, log, signal });
    } catch (error) {
      const { asRefusedTo } = await import('./other-roles.ts');
      throw await asRefusedTo(database.sql, error);
    } finally {
      await database.close();
    }
  } finally {
    await server?.release();
  }
}
