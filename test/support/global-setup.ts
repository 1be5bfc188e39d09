/**
 * Before all tests: the program is compiled for those that start it as a process of its own, one database server and
 * one Redis are started for all, and a template database is made that each test file clones. After them all is gone.
 */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { PostgresServer } from '../../chaos/postgres-server.ts';
import { openDatabase } from '../../src/db/database.ts';
import { migrateTables } from '../../src/db/migrate.ts';
import { ROLES } from '../../src/db/roles.ts';
import { scramVerifier } from '../../src/db/scram.ts';
import { measureMachine } from '../../src/embedded/machine.ts';
import { DATABASE } from '../../src/embedded/place.ts';
import { readPostmaster } from '../../src/embedded/postmaster.ts';
import { settingsFor } from '../../src/embedded/settings.ts';
import { unlock } from '../../src/keys/data-keys.ts';
import { projectRoot } from '../../src/project-root.ts';
import { openBackend } from '../../src/queue/backend.ts';
import { startRedis, stopRedis } from './redis-server.ts';
import { dropDatabase, randomName, runOnServer, urlOf } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests may make folders of their own. */
    folder: string;
    /** URL of the server, with the database that other databases are made from. */
    serverUrl: string;
    /** The same server, as the program's own login: an ordinary one, that may what the program needs and no more. */
    programUrl: string;
    /** The file of the master key of all databases. */
    keyFile: string;
    /** Name of the database that has all tables and nothing in them. */
    templateDatabase: string;
    /** Null where there is no redis-server on this machine. */
    redisUrl: string | null;
  }
}

/** What was started, to be stopped in the opposite order. */
class Started {
  readonly #stops: (() => Promise<unknown>)[] = [];
  readonly #pids: number[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    process.once('exit', this.#cutOff);
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, this.#exit);
  }

  toStop(stop: () => Promise<unknown>, pid?: number): void {
    this.#stops.push(stop);
    if (pid !== undefined) this.#pids.push(pid);
  }

  readonly stop = async (): Promise<void> => {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
    await rm(this.#folder, { recursive: true, force: true });
    process.off('exit', this.#cutOff);
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, this.#exit);
  };

  readonly #exit = () => process.exit(1);

  /** When the run itself is ended, there is no time for more than this. */
  readonly #cutOff = () => {
    for (const pid of this.#pids) {
      try {
        process.kill(pid, 'SIGQUIT');
      } catch {
        // It was sooner.
      }
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'gelombang-tests-'));
  // The database's account, which is another one for root, has to get to its files.
  await chmod(folder, 0o755);
  const started = new Started(folder);
  try {
    const [server, redisUrl] = await Promise.all([
      startDatabase(folder, started),
      offerRedis(folder, started),
      compile(),
    ]);
    project.provide('folder', folder);
    project.provide('serverUrl', server);
    const keyFile = join(folder, 'key');
    project.provide('keyFile', keyFile);
    project.provide('templateDatabase', await makeTemplate(server, keyFile, started));
    project.provide('programUrl', await makeProgramLogin(server, started));
    project.provide('redisUrl', redisUrl);
  } catch (error) {
    await started.stop();
    throw error;
  }
  return started.stop;
}

/** Without looking at types: that is another check, and tests are to be run while one works. */
async function compile(): Promise<void> {
  const tsc = join(projectRoot(), 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--noCheck', '--incremental', 'false', '--tsBuildInfoFile', 'null'];
  await promisify(execFile)(process.execPath, [tsc, '--project', projectRoot(), ...options]);
}

/**
 * The server that DATABASE_URL names, else one of our own, with the settings of the embedded one. What is tested here outlives
 * no power cut, and of gigabytes of buffers every database that is made or dropped would have all looked through.
 */
async function startDatabase(folder: string, started: Started): Promise<string> {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const settings = settingsFor(await measureMachine(folder));
  const server = await PostgresServer.at(join(folder, 'home'), {
    ...settings,
    ...{ fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
    ...{ shared_buffers: '128MB', wal_buffers: '16MB' },
  });
  const { place } = server;
  await server.start();
  const stop = async () => {
    await server.immediate();
    await rm(place.socketDirectory, { recursive: true, force: true });
    await rm(await realpath(place.directory), { recursive: true, force: true });
  };
  started.toStop(stop, (await readPostmaster(place))?.pid);
  return server.url(DATABASE);
}

async function makeTemplate(serverUrl: string, keyFile: string, started: Started): Promise<string> {
  const name = randomName('template');
  await runOnServer(serverUrl, `create database ${name}`);
  started.toStop(() => dropDatabase(serverUrl, name));
  const database = await openDatabase(urlOf(serverUrl, name), 2);
  try {
    await migrateTables(database);
    await unlock(database, { kind: 'file', path: keyFile }, true);
    const queue = await openBackend(undefined, database);
    await queue.close();
  } finally {
    await database.close();
  }
  return name;
}

/** Let into every database, as nobody is kept out of those of the tests. */
async function makeProgramLogin(serverUrl: string, started: Started): Promise<string> {
  const url = new URL(serverUrl);
  url.username = randomName('tests');
  url.password = randomName('password');
  const { username, password } = url;
  await runOnServer(serverUrl, `create role ${username} login password '${scramVerifier(password, 1)}'`);
  started.toStop(() => runOnServer(serverUrl, `drop role ${username}`));
  await runOnServer(serverUrl, `grant ${ROLES.worker} to ${username}`);
  return url.href;
}

async function offerRedis(folder: string, started: Started): Promise<string | null> {
  const redis = await startRedis(folder);
  if (redis === null) {
    console.warn('No redis-server was found: what concerns the queue on Redis is not tested.');
    return null;
  }
  started.toStop(() => stopRedis(redis), redis.process.pid);
  return redis.url;
}
