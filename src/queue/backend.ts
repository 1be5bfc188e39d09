/** BullMQ on Redis or on PostgreSQL: the only place that knows which. */
import type { PostgresPoolConfig } from 'bullmq';
import type { Redis as RedisClient, RedisOptions } from 'ioredis';
import type { Database } from '../db/database.ts';
import { mistrustOf, readTlsFiles, type TlsContents, type TlsFiles } from '../db/tls-files.ts';
import { GelombangError } from '../errors.ts';
import { createPostgresBackend, Queue, Redis, Worker, withBackend } from './libraries.ts';
import { queuePrefix } from './prefix.ts';
import { migrateQueueTables, QUEUE_SCHEMA } from './tables.ts';

/** Milliseconds that a Redis may take that is there: one that is frozen takes what it is sent, and says nothing. */
const COMMAND_TIMEOUT = 10_000;

/** Connections of one queue or worker on PostgreSQL, beside the one that listens. */
const POOL_SIZE = 2;

interface RedisTls {
  readonly tls?: TlsContents;
}

type Processor = (job: { readonly name: string; readonly data: unknown }) => Promise<void>;

interface WorkerSettings {
  readonly concurrency: number;
  /** Milliseconds that a job cannot be removed while its worker does not renew its claim. */
  readonly lockDuration: number;
  /** Milliseconds until a worker tries again that could not reach the queue. */
  readonly runRetryDelay: number;
}

/**
 * Jobs of the dead are put in again from the ledger. The queue's own look for them goes by the clocks of the workers on
 * PostgreSQL, which may be minutes apart.
 */
const LEDGER_DECIDES = { skipStalledCheck: true };

export interface QueueBackend {
  queue(name: string): Queue;
  /** Each with connections of its own. */
  worker(name: string, processor: Processor, settings: WorkerSettings): Worker;
  /** Throws where the queue does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param files Whom a Redis over TLS is trusted for, and what it is shown; its certificate is verified in any case.
 * @throws GelombangError UNEXPECTED where Redis is set and does not answer, or is not trusted.
 */
export async function openBackend(
  redisUrl: string | undefined,
  database: Database,
  files: TlsFiles = {},
): Promise<QueueBackend> {
  if (redisUrl === undefined) return onPostgres(database);
  const tls = redisUrl.startsWith('rediss:') ? { tls: await readTlsFiles(files) } : {};
  return onRedis(redisUrl, tls, await queuePrefix(database.sql));
}

async function onPostgres(database: Database): Promise<QueueBackend> {
  await migrateQueueTables(database);
  const connection = { ...database.poolConfig, max: POOL_SIZE, schema: QUEUE_SCHEMA } as PostgresPoolConfig;
  const classes = withBackend(createPostgresBackend);
  return {
    queue: (name) => new classes.Queue(name, { connection }) as unknown as Queue,
    worker: (name, processor, settings) =>
      new classes.Worker(name, processor, {
        connection,
        ...settings,
        ...LEDGER_DECIDES,
      }) as unknown as Worker,
    // It is where the ledger is.
    ping: async () => {},
    close: async () => {},
  };
}

async function onRedis(url: string, tls: RedisTls, prefix: string): Promise<QueueBackend> {
  await refuseSilentRedis(url, tls);
  // A producer fails fast, the ledger refills the queue later; a worker waits for as long as it takes.
  const producer = connectRedis(url, { ...tls, maxRetriesPerRequest: 3, commandTimeout: COMMAND_TIMEOUT });
  const consumers = new Set<RedisClient>();
  return {
    queue: (name) => new Queue(name, { connection: producer, prefix }),
    worker: (name, processor, settings) => {
      const connection = connectRedis(url, { ...tls, maxRetriesPerRequest: null });
      consumers.add(connection);
      const worker = new Worker(name, processor, { connection, prefix, ...settings, ...LEDGER_DECIDES });
      return worker.on('closed', () => connection.disconnect());
    },
    ping: async () => void (await producer.ping()),
    close: async () => {
      for (const connection of [producer, ...consumers]) connection.disconnect();
    },
  };
}

type OneRedis = RedisTls & Pick<RedisOptions, 'maxRetriesPerRequest' | 'commandTimeout'>;

function connectRedis(url: string, options: OneRedis): RedisClient {
  const retryStrategy = (times: number) => Math.min(times * 100, 2_000);
  const connection = new Redis(url, { ...options, retryStrategy });
  // Errors of a connection are followed by its own reconnecting; what fails for it, fails at the call.
  return connection.on('error', () => {});
}

async function refuseSilentRedis(url: string, tls: RedisTls): Promise<void> {
  const probe = new Redis(url, {
    ...tls,
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
  });
  // What the call throws says only that the connection is closed; why, the event says.
  let reason: Error | undefined;
  probe.on('error', (error) => {
    reason ??= error;
  });
  try {
    await probe.connect();
    await probe.ping();
  } catch (cause) {
    throw unreachable(reason ?? (cause as Error));
  } finally {
    probe.disconnect();
  }
}

function unreachable(cause: Error): GelombangError {
  const mistrust = mistrustOf(cause);
  if (mistrust !== undefined) {
    return new GelombangError('UNEXPECTED', `the certificate of Redis is not trusted: ${mistrust}`, {
      cause,
      next: 'Name the authority that signed it with REDIS_CA_FILE, and the host in REDIS_URL as the certificate does.',
    });
  }
  return new GelombangError('UNEXPECTED', `Redis cannot be reached: ${cause.message}`, {
    cause,
    next: 'Look at REDIS_URL and whether the server runs; unset it to keep the queue in PostgreSQL.',
  });
}
