import { constants } from 'node:fs';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { GelombangError } from '../errors.ts';
import type { Place } from './place.ts';

const LARGEST = 2 ** 20;
const LAST_LINES = 8;

/** Opens the log to append to it. One that has grown large becomes `server.log.1`, in place of the one before. */
export async function openLog(place: Place): Promise<FileHandle> {
  if ((await logLength(place)) > LARGEST) await rename(place.log, `${place.log}.1`).catch(() => undefined);
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
  const handle = await open(place.log, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
  if (place.account) await handle.chown(place.account.uid, place.account.gid);
  return handle;
}

export async function logLength(place: Place): Promise<number> {
  return await stat(place.log).then(
    (found) => found.size,
    () => 0,
  );
}

/** The last lines of what was written after the first `from` bytes. */
export async function logTail(place: Place, from = 0): Promise<string> {
  const handle = await open(place.log, 'r').catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { size } = await handle.stat();
    const start = Math.max(from > size ? 0 : from, size - 8192);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.subarray(0, bytesRead).toString().trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  } finally {
    await handle.close();
  }
}

/** An error about the server, with its log's path and last lines. */
export async function serverError(
  place: Place,
  what: string,
  cause: unknown,
  from = 0,
): Promise<GelombangError> {
  const tail = await logTail(place, from);
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  return new GelombangError('UNEXPECTED', `${what}${reason}${tail && `\nThe end of its log:\n${tail}`}`, {
    concerns: { log: place.log },
    next: `Read ${place.log}; or set DATABASE_URL to use another PostgreSQL.`,
    cause,
  });
}
