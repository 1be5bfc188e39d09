/** The program with an empty database of its own, for one round: held by this process, and gone when the round is over. */
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../src/db/database.ts';
import { one } from '../src/db/rows.ts';
import { projectRoot } from '../src/project-root.ts';
import { type Ended, type Environment, NodeProgram, runNode } from './command.ts';
import { beginDatabase, removeQueue } from './own-database.ts';
import { cpuSecondsFrom, readProcess } from './processes.ts';

const MAIN = join(projectRoot(), 'dist', 'src', 'cli', 'main.js');
/** `insufficient_privilege` */
const NOT_ALLOWED = '42501';

/** Where databases and queues are; the embedded PostgreSQL and the queue in it where nothing is said. */
export interface Servers {
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** GELOMBANG_CONCURRENCY; the program's own default where undefined. */
  readonly concurrency: number | undefined;
}

export class Installation {
  readonly database: Database;
  readonly #environment: Environment;
  readonly #signal: AbortSignal;
  /** The server's first process, where it runs on this machine. */
  readonly #postmaster: number | undefined;

  constructor(
    database: Database,
    environment: Environment,
    postmaster: number | undefined,
    signal: AbortSignal,
  ) {
    this.database = database;
    this.#environment = environment;
    this.#postmaster = postmaster;
    this.#signal = signal;
  }

  /** A command of the program, from its start to its end. */
  run(...args: readonly string[]): Promise<Ended> {
    return runNode([MAIN, ...args], this.#environment, this.#signal);
  }

  /** A command that runs until it is stopped. */
  start(...args: readonly string[]): NodeProgram {
    return new NodeProgram([MAIN, ...args], this.#environment, this.#signal);
  }

  /** The same installation, for commands with these settings beside. */
  with(settings: Environment): Installation {
    return new Installation(
      this.database,
      { ...this.#environment, ...settings },
      this.#postmaster,
      this.#signal,
    );
  }

  /** CPU time of the database's processes so far. */
  databaseCpuSeconds(): number | undefined {
    return this.#postmaster === undefined ? undefined : cpuSecondsFrom(this.#postmaster);
  }

  async serverVersion(): Promise<string> {
    const { server_version: version } = await one(
      this.database.sql<{ server_version: string }[]>`show server_version`,
      'the version of the server',
    );
    return version;
  }

  async databaseBytes(): Promise<number> {
    const { bytes } = await one(
      this.database.sql<{ bytes: number }[]>`select pg_database_size(current_database())::float8 as bytes`,
      'the size of the database',
    );
    return bytes;
  }

  /** Has written what earlier work left in memory, so that no measured command pays for it. */
  async settle(): Promise<void> {
    await this.database.sql`checkpoint`.catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== NOT_ALLOWED) throw error;
    });
    await syncDisks();
  }
}

/**
 * Lets the work be done in an installation of its own. The server is stopped and all is removed when it is done: what
 * is measured next is not to run beside it.
 * @param folder For what the program keeps.
 */
export async function inInstallation<T>(
  servers: Servers,
  folder: string,
  signal: AbortSignal,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  const { database, settings, remove } = await beginDatabase(servers.databaseUrl, home);
  try {
    const environment = { ...settings, ...settingsOf(servers, home) };
    return await work(new Installation(database, environment, await postmasterOf(database), signal));
  } finally {
    if (servers.redisUrl !== undefined) await removeQueue(servers.redisUrl, database);
    await remove();
    await rm(home, { recursive: true, force: true });
  }
}

/** Nothing of the environment of whoever measures gets through, but for where programs are. */
function settingsOf({ redisUrl, concurrency }: Servers, home: string): Environment {
  return {
    ...{ PATH: process.env.PATH ?? '', GELOMBANG_HOME: home, NO_COLOR: '1' },
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...(concurrency === undefined ? {} : { GELOMBANG_CONCURRENCY: String(concurrency) }),
  };
}

/** As `sync` does it; where there is none, nothing is done. */
export async function syncDisks(): Promise<void> {
  const sync = spawn('sync', { stdio: 'ignore' });
  await new Promise((resolve) => sync.on('exit', resolve).on('error', resolve));
}

async function postmasterOf({ sql }: Database): Promise<number | undefined> {
  const { pid } = await one(sql<{ pid: number }[]>`select pg_backend_pid() as pid`, 'the backend');
  return readProcess(pid)?.name.startsWith('postgres') ? readProcess(pid)?.parent : undefined;
}
