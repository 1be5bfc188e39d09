/** The one way in which files are made where somebody said: for their owner alone, whatever the umask. */
import { constants } from 'node:fs';
import { access, type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { GelombangError } from '../errors.ts';
import { refuseOutside } from './allowed.ts';
import { makeFolder } from './folders.ts';

const OWNER_ALONE = 0o600;
export const FOLDER_OF_OWNER = 0o700;
/** New: what lies there under the name, a link for example, is not written to. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

export interface OutFolder {
  /** Without symbolic links. */
  readonly path: string;
  /** Whether it was not there before. */
  readonly made: boolean;
}

/**
 * A folder to write into, made with those above it where it is not there.
 * @throws GelombangError INPUT_REFUSED where no files can be made in it, or it lies outside of the allowed folders.
 */
export async function folderToWrite(folder: string): Promise<OutFolder> {
  await refuseOutside(folder);
  try {
    const made = await makeFolder(folder, FOLDER_OF_OWNER);
    await access(folder, constants.W_OK | constants.X_OK);
    await refuseOutside(folder);
    return { path: await realpath(folder), made };
  } catch (cause) {
    if (cause instanceof GelombangError) throw cause;
    throw notWritable(folder, cause);
  }
}

/** @throws GelombangError INPUT_REFUSED where something stands under the name that is no plain file. */
export async function refuseOtherThanFile(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined || there.isFile()) return;
  const [what, next] = there.isDirectory()
    ? ['is a folder', 'Give the name of a file.']
    : there.isSymbolicLink()
      ? ['is a symbolic link', 'Remove it, or give another path: nothing is written through links.']
      : ['is not a plain file', 'Give another name.'];
  throw new GelombangError('INPUT_REFUSED', `${path} ${what}`, { concerns: { file: path }, next });
}

const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EIO'];

/** What the system says of a write does not say where: with the path it does. */
export function withPath(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'code' in error && NO_ROOM.includes(String(error.code)))) return error;
  return 'path' in error ? error : Object.assign(error, { path });
}

/** Opens a new file in a folder, such as `folderToWrite` gives. @throws where there is one of the name. */
export async function createFile({ path }: Pick<OutFolder, 'path'>, name: string): Promise<FileHandle> {
  const handle = await open(join(path, name), FLAGS, OWNER_ALONE);
  try {
    await handle.chmod(OWNER_ALONE);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function notWritable(folder: string, cause: unknown): GelombangError {
  return new GelombangError('INPUT_REFUSED', `no files can be written to ${folder}: ${whyNot(cause)}`, {
    cause,
    next: 'Give a folder that you may write to, or a path where nothing is yet.',
  });
}

function whyNot(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'a file stands there or on the way to it';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not';
  return cause instanceof Error ? cause.message : String(cause);
}
