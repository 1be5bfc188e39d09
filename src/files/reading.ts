/** The one way in which a file is opened that somebody named. */
import { constants, type ReadStream } from 'node:fs';
import { type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { GelombangError } from '../errors.ts';
import { refuseOutside } from './allowed.ts';

/** Where the system has no such flags they are nothing. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

const CHUNK_BYTES = 1 << 18;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  ELOOP: 'its symbolic links lead nowhere',
  ENXIO: 'it is not a file but a device or a socket',
  ENAMETOOLONG: 'the name is too long',
  ERR_INVALID_ARG_VALUE: 'the name holds a NUL character',
};

/** The error for a file that is refused as a whole. */
export function refusedFile(path: string, reason: string, next?: string, cause?: unknown): GelombangError {
  const details = { concerns: { file: path }, cause, next: next ?? 'Look at the file and its name.' };
  return new GelombangError('INPUT_REFUSED', `${path}: ${reason}`, details);
}

/** What the system says of a file, in words. */
export function fileTrouble(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

/**
 * Opens a plain file: no folder, no device, no FIFO (which would be waited for), no symbolic link. What is looked at is
 * what was opened, so that nobody can put something else in its place in between.
 * @throws GelombangError INPUT_REFUSED for anything else, and for a file outside of the allowed folders.
 */
export async function openToRead(path: string): Promise<FileHandle> {
  await refuseOutside(path);
  const handle = await open(path, FLAGS).catch(async (error: unknown) => {
    throw await notOpened(path, error);
  });
  try {
    await refuseOthers(path, handle);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export interface FileStream {
  readonly stream: ReadStream;
  /** Bytes. */
  readonly size: number;
}

/**
 * A plain file in chunks of 256 KiB, closed when it is through or given up.
 * @throws GelombangError INPUT_REFUSED as `openToRead` does.
 */
export async function streamOf(path: string): Promise<FileStream> {
  const handle = await openToRead(path);
  const { size } = await handle.stat();
  return { stream: handle.createReadStream({ highWaterMark: CHUNK_BYTES }), size };
}

/**
 * A small file as a whole.
 * @param most Bytes that it may have; of a larger one no more than that is read.
 * @throws GelombangError INPUT_REFUSED as `openToRead` does, and for one that is larger.
 */
export async function readSmallFile(path: string, most: number): Promise<Buffer> {
  const handle = await openToRead(path);
  try {
    const { size } = await handle.stat();
    if (size > most)
      throw refusedFile(path, `it is too large: more than ${most} bytes`, 'Is it the right file?');
    const bytes = Buffer.alloc(size + 1);
    let length = 0;
    for (let more = -1; more !== 0 && length <= size; length += more) {
      more = (await handle.read(bytes, length, bytes.length - length, length)).bytesRead;
    }
    if (length === size) return bytes.subarray(0, length);
    throw refusedFile(path, 'the file changed while it was being read', 'Give the command again.');
  } catch (error) {
    if (error instanceof GelombangError) throw error;
    throw refusedFile(path, `it cannot be read: ${fileTrouble(error)}`, undefined, error);
  } finally {
    await handle.close();
  }
}

/** The same of a text in UTF-8. @throws GelombangError INPUT_REFUSED for what is none, too. */
export async function readSmallText(path: string, most: number): Promise<string> {
  const bytes = await readSmallFile(path, most);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new GelombangError('INPUT_REFUSED', `${path} is not UTF-8 text`, {
      cause,
      next: 'Save it as UTF-8.',
    });
  }
}

/** Whether a folder is there. @throws GelombangError INPUT_REFUSED for one outside of the allowed folders. */
export async function isFolder(path: string): Promise<boolean> {
  await refuseOutside(path);
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function refuseOthers(path: string, handle: FileHandle): Promise<void> {
  const opened = await handle.stat({ bigint: true });
  if (opened.isDirectory()) throw refusedFile(path, 'it is a folder', 'Give the name of a file.');
  if (!opened.isFile())
    throw refusedFile(
      path,
      'it is not a plain file',
      'Write what comes from there to a file, and give that.',
    );
  // A folder on the way may have become a link since: then another file was opened than the one that is there now.
  await refuseOutside(path);
  const named = await realpath(path)
    .then((real) => stat(real, { bigint: true }))
    .catch(() => undefined);
  if (named !== undefined && named.ino === opened.ino && named.dev === opened.dev) return;
  throw refusedFile(path, 'the file changed while it was being opened', 'Give the command again.');
}

async function notOpened(path: string, error: unknown): Promise<GelombangError> {
  const link = await lstat(path).catch(() => undefined);
  if (!link?.isSymbolicLink()) return refusedFile(path, fileTrouble(error), undefined, error);
  return refusedFile(path, 'it is a symbolic link', 'Give the file that it leads to.', error);
}
