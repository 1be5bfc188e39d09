/**
 * BullMQ and the client of Redis, as the program loads them: with `require`. For an `import`, Node reads each of their 300
 * files once more, for the names that they export: a third of a second of a processor for every close and worker.
 */
import { createRequire } from 'node:module';
import type * as bullmq from 'bullmq';

const require = createRequire(import.meta.url);

export type Queue = bullmq.Queue;
export type Worker = bullmq.Worker;
export const { createPostgresBackend, LATEST_SCHEMA_VERSION, Queue, runMigrations, Worker, withBackend } =
  require('bullmq') as typeof bullmq;
export const { Redis } = require('ioredis') as typeof import('ioredis');
