/**
 * Before all tests: the program is compiled for those that start it as a process of its own, one database server and
 * one Redis are started for all, and a template database is made that each test file clones. After them all is gone.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import type { TestProject } from 'vitest/node';
import { projectRoot } from '../../src/config.ts';
import { openDatabase } from '../../src/db/database.ts';
import { migrateTables } from '../../src/db/migrate.ts';
import { locate } from '../../src/embedded/place.ts';
import { joinEmbeddedServer } from '../../src/embedded/server.ts';
import { openBackend } from '../../src/queue/backend.ts';
import { dropDatabase, randomName, runOnServer, urlOf } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the server, with the database that other databases are made from. */
    serverUrl: string;
    /** Name of the database that has all tables and nothing in them. */
    templateDatabase: string;
    /** Null where there is no redis-server on this machine. */
    redisUrl: string | null;
  }
}

type Stop = () => Promise<unknown>;

export default async function setUp(project: TestProject): Promise<Stop> {
  const stops: Stop[] = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const [server, redisUrl] = await Promise.all([startDatabase(stops), startRedis(stops), compile()]);
    project.provide('serverUrl', server);
    project.provide('templateDatabase', await makeTemplate(server, stops));
    project.provide('redisUrl', redisUrl);
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
}

/** Without looking at types: that is another check, and tests are to be run while one works. */
async function compile(): Promise<void> {
  const tsc = join(projectRoot(), 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--noCheck', '--incremental', 'false', '--tsBuildInfoFile', 'null'];
  await promisify(execFile)(process.execPath, [tsc, '--project', projectRoot(), ...options]);
}

/** The server that DATABASE_URL names, else an embedded one of our own. */
async function startDatabase(stops: Stop[]): Promise<string> {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const home = await mkdtemp(join(tmpdir(), 'gelombang-tests-'));
  // The server's account, which is another one for root, has to get there.
  await chmod(home, 0o755);
  stops.push(() => rm(home, { recursive: true }));
  const server = await joinEmbeddedServer(home);
  const { directory, socketDirectory } = await locate(home);
  stops.push(async () => {
    await server.release();
    await rm(socketDirectory, { recursive: true, force: true });
    await rm(await realpath(directory), { recursive: true, force: true });
  });
  const url = urlOf(server.address);
  // What is tested here outlives no power cut, and every commit would wait for the disk.
  await runOnServer(url, `alter role ${server.address.user} set synchronous_commit = off`);
  return url;
}

async function makeTemplate(serverUrl: string, stops: Stop[]): Promise<string> {
  const name = randomName('template');
  await runOnServer(serverUrl, `create database ${name}`);
  stops.push(() => dropDatabase(serverUrl, name));
  const database = await openDatabase(urlOf(serverUrl, name), 2);
  try {
    await migrateTables(database);
    const queue = await openBackend(undefined, database);
    await queue.close();
  } finally {
    await database.close();
  }
  return name;
}

/** Keeps nothing on the disk. */
async function startRedis(stops: Stop[]): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'gelombang-redis-'));
  stops.push(() => rm(folder, { recursive: true }));
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...options, '--dir', folder], { stdio: 'ignore' });
  const failure = once(server, 'error').then(([error]) => error as NodeJS.ErrnoException);
  const found = await Promise.race([failure, once(server, 'spawn').then(() => undefined)]);
  if (found !== undefined) {
    if (found.code !== 'ENOENT') throw found;
    console.warn('No redis-server was found: what concerns the queue on Redis is not tested.');
    return null;
  }
  stops.push(() => stopProcess(server));
  const url = `redis://127.0.0.1:${port}`;
  await untilItAnswers(url);
  return url;
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function untilItAnswers(url: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 100, retryStrategy: () => 50 });
  client.on('error', () => {});
  try {
    await client.ping();
  } finally {
    client.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
