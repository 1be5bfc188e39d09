/** The process of a server that runs, or runs no more: what its lock file says, and its end. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '../machine.ts';
import { serverError } from './log.ts';
import { hasCode, type Place } from './place.ts';

/** What postmaster.pid says of a server: the process, and `starting`, `ready` or `stopping`. */
interface Postmaster {
  readonly pid: number;
  readonly status: string;
}

const POLL_MS = 5;
const LONGEST_STOP_MS = 5 * 60_000;

export async function readPostmaster(place: Place): Promise<Postmaster | undefined> {
  const lines = (await readLock(place))?.trimEnd().split('\n') ?? [];
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, status: lines.at(-1)?.trim() ?? '' } : undefined;
}

async function readLock(place: Place): Promise<string | undefined> {
  return await readFile(join(place.data, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
}

/** Stops the server and waits until it is gone. To be called while holding it alone. */
export async function stop(place: Place): Promise<void> {
  const running = await readPostmaster(place);
  // It may have been killed just now.
  if (running === undefined || !isAlive(running.pid)) return;
  process.kill(running.pid, 'SIGINT');
  const deadline = Date.now() + LONGEST_STOP_MS;
  while ((await readPostmaster(place))?.pid === running.pid && isAlive(running.pid)) {
    if (Date.now() > deadline)
      throw await serverError(place, 'The embedded PostgreSQL does not stop.', undefined);
    await pause(POLL_MS);
  }
}
