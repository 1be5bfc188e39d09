import { randomBytes } from 'node:crypto';
import { access, lchown, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GelombangError } from '../errors.ts';
import { run } from './account.ts';
import type { Binaries } from './binaries.ts';
import { clearDrafts, draftName } from './drafts.ts';
import { DATABASE, hasCode, type Place, USER } from './place.ts';

/** Makes the cluster unless there is one. It appears whole, by a rename: a killed maker leaves only a draft. */
export async function ensureCluster(place: Place, binaries: Binaries): Promise<void> {
  await clearDrafts(place.directory, basename(place.cluster));
  if (await exists(place.cluster)) return;
  const draft = join(place.directory, draftName(basename(place.cluster)));
  try {
    await makeCluster(draft, place, binaries);
    await rename(draft, place.cluster);
    await syncDirectory(place.directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was sooner; its cluster is as good.
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return;
    throw new GelombangError('UNEXPECTED', `The database could not be made in ${place.directory}: ${error}`, {
      next: 'Remove the cause that is named, or set DATABASE_URL to use another PostgreSQL.',
      cause: error,
    });
  }
}

async function makeCluster(draft: string, { account }: Place, binaries: Binaries): Promise<void> {
  const data = join(draft, 'data');
  const password = join(draft, 'password');
  await mkdir(draft, { mode: 0o700 });
  await writeFile(password, randomBytes(32).toString('base64url'), { mode: 0o600 });
  if (account) {
    await lchown(password, account.uid, account.gid);
    await lchown(draft, account.uid, account.gid);
  }
  await run(account, binaries.initdb, [...INITDB_OPTIONS, `--pwfile=${password}`, '-D', data]);
  const single = ['--single', '-D', data, '-c', 'fsync=off', '-c', 'exit_on_error=on', 'postgres'];
  await run(account, binaries.postgres, single, `create database ${DATABASE}\n`);
  // fsync of a thousand files takes a second, syncfs a twentieth of it.
  const method = process.platform === 'linux' ? ['--sync-method=syncfs'] : [];
  await run(account, binaries.initdb, ['--sync-only', ...method, '-D', data]);
}

const INITDB_OPTIONS = [
  `--username=${USER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  // Iterations protect weak passwords; this one is 256 random bits, and they would be half the time of connecting.
  '--set=scram_iterations=1',
  // Synced as a whole at the end, before it gets its name.
  '--no-sync',
  '--no-instructions',
] as const;

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
