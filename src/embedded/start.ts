/** Starts the server: loaded only where none runs. */
import { spawn } from 'node:child_process';
import { readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '../machine.ts';
import { CHILD_ENVIRONMENT, run } from './account.ts';
import { type Binaries, findPackage, usableBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { logLength, logTail, openLog, serverError } from './log.ts';
import { measureMachine } from './machine.ts';
import { ensureSocketDirectory, type Place, PORT } from './place.ts';
import { readPostmaster } from './postmaster.ts';
import { settingsFor } from './settings.ts';

const POLL_MS = 5;
const EMPTY_LOCK_MS = 2_000;

/** A server of this data directory is there, or its last processes are; it is tried again. */
const PASSING_REFUSAL = /lock file ".*" already exists|lock file ".*" is empty|is still in use/;

/**
 * Starts the server, having made it if need be; does nothing when one runs. Returns when it is ready, or when there
 * is reason to look again. Of several starters PostgreSQL's own lock on the data directory lets one win.
 */
export async function startUnlessRunning(place: Place): Promise<void> {
  if (await runs(place)) return;
  const binaries = await usableBinaries(place, await findPackage());
  await ensureCluster(place, binaries);
  await removeEmptyLock(place);
  const stale = await readPostmaster(place);
  if (stale && (await isPostmaster(stale.pid, place))) return;
  await ensureSocketDirectory(place);
  await launch(place, binaries, stale?.pid);
}

async function runs(place: Place): Promise<boolean> {
  const postmaster = await readPostmaster(place);
  return postmaster !== undefined && (await isPostmaster(postmaster.pid, place));
}

/** The id in a lock file that a crash left may be another process's by now: PostgreSQL itself looks no further. */
async function isPostmaster(pid: number, place: Place): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command =
    process.platform === 'linux'
      ? readFile(`/proc/${pid}/cmdline`, 'utf8')
      : run(undefined, '/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return (await command.catch(() => '')).includes(place.data);
}

/** A starter that was killed right after creating the lock leaves it empty, and PostgreSQL then refuses for ever. */
async function removeEmptyLock(place: Place): Promise<void> {
  const path = join(place.data, 'postmaster.pid');
  const found = await stat(path).catch(() => undefined);
  if (found?.size === 0 && Date.now() - found.mtimeMs > EMPTY_LOCK_MS)
    await unlink(path).catch(() => undefined);
}

async function launch(place: Place, binaries: Binaries, stale: number | undefined): Promise<void> {
  const settings = {
    ...settingsFor(await measureMachine(place.directory)),
    port: String(PORT),
    unix_socket_directories: `"${place.socketDirectory.replaceAll('"', '""')}"`,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const logged = await logLength(place);
  const log = await openLog(place);
  // Its own session, so that Ctrl-C does not reach it; none of our pipes, so that nobody waits for them to close.
  const child = spawn(binaries.postgres, ['-D', place.data, ...options], {
    ...place.account,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    cwd: '/',
    // PostgreSQL takes the lock's process for dead if it is its grandparent: pg_ctl's way round a reused id.
    env:
      stale === undefined ? CHILD_ENVIRONMENT : { ...CHILD_ENVIRONMENT, PG_GRANDPARENT_PID: String(stale) },
  });
  let ended: string | Error | undefined;
  child.on('error', (error) => {
    ended = error;
  });
  child.on('exit', (code, signal) => {
    ended = String(signal ?? code);
  });
  child.unref();
  await log.close();

  while (ended === undefined) {
    if ((await readPostmaster(place))?.status === 'ready') return;
    await pause(POLL_MS);
  }
  // Killed before it was ready, by whoever is short of memory: worth trying again for a while.
  if (ended === 'SIGKILL') return;
  if (PASSING_REFUSAL.test(await logTail(place, logged))) return;
  const what = `The embedded PostgreSQL did not start${ended instanceof Error ? '' : ` (it ended with ${ended})`}.`;
  throw await serverError(place, what, ended instanceof Error ? ended : undefined, logged);
}
