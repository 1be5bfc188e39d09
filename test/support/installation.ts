/** The program as one operator has it: a database, a queue, a folder, and the jobs of its stages. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createJobs } from '../../jobs/jobs.ts';
import type { StageJobs } from '../../jobs/processor.ts';
import { createLog, type Log } from '../../src/log.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';
import { afterFile } from './ends.ts';
import { noticesTo } from './notices.ts';

const redisUrl = inject('redisUrl') ?? undefined;

/** Where a queue can live; Redis is passed over, and says why, where there is no redis-server. */
export const BACKENDS = [
  { backend: 'PostgreSQL', redisUrl: undefined, missing: false },
  redisUrl === undefined
    ? { backend: 'Redis (skipped: no redis-server was found)', redisUrl, missing: true }
    : { backend: 'Redis', redisUrl, missing: false },
] as const;

/** As far as the program can see, the only one there is. */
export interface Installation extends TestDatabase {
  readonly redisUrl: string | undefined;
  readonly folder: string;
  readonly notices: string;
  readonly jobs: StageJobs;
  readonly log: Log;
  /** What was logged so far, from debug up. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
}

/** Gone when the file of tests is through. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(inject('folder'), 'test-'));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * @param redisUrl Undefined: the queue lives in the installation's own database.
 * @param model Name of the database that its own is a clone of; if not given, nothing is in it.
 */
export async function installation(redisUrl?: string, model?: string): Promise<Installation> {
  const [database, folder] = await Promise.all([cloneDatabase(model), temporaryFolder()]);
  const logged: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => logged.push(JSON.parse(line)) };
  const notices = join(folder, 'notices');
  const jobs = createJobs({ notices: noticesTo(notices), dukcapil: undefined });
  const log = createLog({ level: 'debug', pretty: false, stream });
  return { ...database, redisUrl, folder, notices, jobs, log, logged };
}

/** Writes a text where the installation can import it from. */
export async function fileOf({ folder }: Installation, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
