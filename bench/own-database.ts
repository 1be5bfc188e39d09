/** An empty database for one round, on the embedded server or on another, and its queue: there to be removed again. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type Database, openDatabase } from '../src/db/database.ts';
import { locate } from '../src/embedded/place.ts';
import { joinEmbeddedServer, type ServerAddress } from '../src/embedded/server.ts';
import { GelombangError } from '../src/errors.ts';
import { queuePrefix } from '../src/queue/prefix.ts';
import type { Environment } from './command.ts';
import { note } from './progress.ts';

const CONNECTIONS = 2;
const KEYS_AT_ONCE = 1000;

export interface OwnDatabase {
  readonly database: Database;
  /** What commands need to find it, beside GELOMBANG_HOME. */
  readonly settings: Environment;
  remove(): Promise<void>;
}

/** @param url A server on which a database is made; undefined: the embedded server of the home is started. */
export function beginDatabase(url: string | undefined, home: string): Promise<OwnDatabase> {
  return url === undefined ? onEmbeddedServer(home) : onServer(url);
}

async function onEmbeddedServer(home: string): Promise<OwnDatabase> {
  const server = await joinEmbeddedServer(home);
  return openOwn(server.address, {}, async () => {
    await server.release();
    const { directory, socketDirectory } = await locate(home);
    for (const path of [directory, socketDirectory]) await rm(path, { recursive: true, force: true });
  });
}

async function onServer(url: string): Promise<OwnDatabase> {
  const name = `gelombang_bench_${randomBytes(6).toString('hex')}`;
  const own = new URL(url);
  own.pathname = `/${name}`;
  await ask(url, `create database ${name}`);
  return openOwn(own.href, { DATABASE_URL: own.href }, () => ask(url, `drop database ${name} with (force)`));
}

/** A database that cannot be opened is not left behind either. */
async function openOwn(
  where: string | ServerAddress,
  settings: Environment,
  removeFiles: () => Promise<void>,
): Promise<OwnDatabase> {
  try {
    const database = await openDatabase(where, CONNECTIONS);
    const remove = async () => {
      await database.close();
      await removeFiles();
    };
    return { database, settings, remove };
  } catch (error) {
    await removeFiles();
    throw error;
  }
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(statement);
  } catch (cause) {
    throw new GelombangError('UNEXPECTED', `the server of --database-url: ${(cause as Error).message}`, {
      next: 'It has to answer, and its user has to be allowed to create databases.',
      cause,
    });
  } finally {
    await client.end();
  }
}

/** Removes the keys of the database's queue. Says so where it cannot: the round is over in any case. */
export async function removeQueue(url: string, { sql }: Database): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  // What fails for a lost connection fails at the call.
  redis.on('error', () => {});
  try {
    const prefix = await queuePrefix(sql);
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: KEYS_AT_ONCE })) {
      if (keys.length > 0) await redis.unlink(...keys);
    }
  } catch (error) {
    note(`the queue was not removed from Redis: ${(error as Error).message}`);
  } finally {
    redis.disconnect();
  }
}
