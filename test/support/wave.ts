/** Whole waves in this process: files in, the real queue and ledger, files out. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type StageJobs, stagesOf } from '../../jobs/processor.ts';
import { createJobs, startWorker } from '../../jobs/worker.ts';
import type { ImportSummary } from '../../src/db/import-file.ts';
import { exportWave } from '../../src/export/export.ts';
import { ingestApplicants } from '../../src/ingest/ingest.ts';
import { importList, importRecipients } from '../../src/ingest/lists.ts';
import { importRegistry } from '../../src/ingest/registry.ts';
import { createLog, type Log } from '../../src/log.ts';
import { fileNoticePort } from '../../src/notify/file-port.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { commitmentOf } from '../../src/proof/seed.ts';
import { openBackend } from '../../src/queue/backend.ts';
import { lead } from '../../src/queue/lead.ts';
import { openStepQueue } from '../../src/queue/steps.ts';
import { beginClose } from '../../src/wave/close.ts';
import { openWave } from '../../src/wave/open.ts';
import { rangesOfApplications, type Stage } from '../../src/wave/stage.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';
import { type OracleInput, oracle } from './oracle.ts';
import { readCsv } from './oracle-rows.ts';

export const HOUSEHOLD_KEY = Buffer.from(Array.from({ length: 32 }, (_, place) => place));
export const ENTROPY = 'ab'.repeat(32);

/** Where a queue can live. Redis is left out, and says why, where there is no redis-server. */
export const BACKENDS: readonly { readonly name: string; readonly there: boolean; redisUrl(): string | undefined }[] = [
  { name: 'PostgreSQL', there: true, redisUrl: () => undefined },
  {
    name: inject('redisUrl') === null ? 'Redis (skipped: there is no redis-server)' : 'Redis',
    there: inject('redisUrl') !== null,
    redisUrl: () => inject('redisUrl') ?? undefined,
  },
];

/** A database, a queue and a folder of its own: as far as the program can see, the only one there is. */
export interface Installation extends TestDatabase {
  readonly redisUrl: string | undefined;
  readonly folder: string;
  readonly notices: string;
  readonly jobs: StageJobs;
  readonly log: Log;
  /** What was logged so far, from debug up. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
}

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gelombang-test-'));
  folders.push(folder);
  return folder;
}

export async function installation(redisUrl?: string): Promise<Installation> {
  const [database, folder] = await Promise.all([cloneDatabase(), temporaryFolder()]);
  const logged: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => logged.push(JSON.parse(line)) };
  const notices = join(folder, 'notices');
  return {
    ...database,
    redisUrl,
    folder,
    notices,
    jobs: createJobs(fileNoticePort(notices)),
    log: createLog({ level: 'debug', pretty: false, stream }),
    logged,
  };
}

/** The same stages, cut into parts of so many applications. */
export function inPartsOf(size: number, jobs: StageJobs): StageJobs {
  const cut = (stage: Stage): Stage => ({
    ...stage,
    plan: async (sql, wave) => {
      const parts = await stage.plan(sql, wave);
      return parts.length <= 1 && parts[0]?.lower !== null ? parts : rangesOfApplications(sql, wave, size);
    },
  });
  const recut = (name: 'match' | 'filter' | 'draw') => ({ ...jobs[name], ...jobOf(cut(jobs[name].stage)) });
  return { ...jobs, match: recut('match'), filter: recut('filter'), draw: recut('draw') };
}
