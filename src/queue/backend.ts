/** BullMQ on Redis or on PostgreSQL: the only place that knows which. */
import {
  createPostgresBackend,
  type PostgresPoolConfig,
  Queue,
  runMigrations,
  Worker,
  withBackend,
} from 'bullmq';
import { Redis } from 'ioredis';
import type { Database } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import pg from '../node-postgres.ts';
import { queuePrefix } from './prefix.ts';

/** The queue's own tables keep apart from ours. */
const SCHEMA = 'gelombang_queue';

/** Connections of one queue or worker on PostgreSQL, beside the one that listens. */
const POOL_SIZE = 2;

type Processor = (job: { readonly name: string; readonly data: unknown }) => Promise<void>;

interface WorkerSettings {
  readonly concurrency: number;
  /** Milliseconds that a job stays with a worker which does not renew its claim. */
  readonly lockDuration: number;
  /** Milliseconds between two looks for jobs whose claim was not renewed. */
  readonly stalledInterval: number;
}

export interface QueueBackend {
  queue(name: string): Queue;
  worker(name: string, processor: Processor, settings: WorkerSettings): Worker;
  close(): Promise<void>;
}

/** @throws GelombangError UNEXPECTED where Redis is set and does not answer. */
export async function openBackend(redisUrl: string | undefined, database: Database): Promise<QueueBackend> {
  return redisUrl === undefined ? onPostgres(database) : onRedis(redisUrl, await queuePrefix(database.sql));
}

async function onPostgres(database: Database): Promise<QueueBackend> {
  await migrateQueueTables(database);
  const connection = { ...database.poolConfig, max: POOL_SIZE, schema: SCHEMA } as PostgresPoolConfig;
  const classes = withBackend(createPostgresBackend);
  return {
    queue: (name) => new classes.Queue(name, { connection }) as unknown as Queue,
    worker: (name, processor, settings) =>
      new classes.Worker(name, processor, { connection, ...settings }) as unknown as Worker,
    close: async () => {},
  };
}

async function migrateQueueTables(database: Database): Promise<void> {
  // Migrations of the queue need one session for their lock and their transaction.
  const client = new pg.Client(database.poolConfig);
  await client.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    await client.end();
  }
}

async function onRedis(url: string, prefix: string): Promise<QueueBackend> {
  await refuseSilentRedis(url);
  // A producer fails fast, the ledger refills the queue later; a worker waits for as long as it takes.
  const producer = new Redis(url, { maxRetriesPerRequest: 3 });
  const consumer = new Redis(url, { maxRetriesPerRequest: null });
  // Errors of a connection are followed by its own reconnecting; what fails for it, fails at the call.
  for (const connection of [producer, consumer]) connection.on('error', () => {});
  return {
    queue: (name) => new Queue(name, { connection: producer, prefix }),
    worker: (name, processor, settings) =>
      new Worker(name, processor, { connection: consumer, prefix, ...settings }),
    close: async () => {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

async function refuseSilentRedis(url: string): Promise<void> {
  const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 5000 });
  // What the call throws says only that the connection is closed; why, the event says.
  let reason: Error | undefined;
  probe.on('error', (error) => {
    reason ??= error;
  });
  try {
    await probe.connect();
    await probe.ping();
  } catch (cause) {
    throw new GelombangError(
      'UNEXPECTED',
      `Redis cannot be reached: ${(reason ?? (cause as Error)).message}`,
      {
        cause,
        next: 'Look at REDIS_URL and whether the server runs; unset it to keep the queue in PostgreSQL.',
      },
    );
  } finally {
    probe.disconnect();
  }
}
