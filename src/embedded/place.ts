import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { chmod, lchown, lstat, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GelombangError } from '../errors.ts';
import { makeFolder } from '../files/folders.ts';
import { type Account, canEnter, systemAccount, weAreRoot } from './account.ts';

/** Only the name of the socket file comes from it; nothing listens on a port. */
export const PORT = 5432;

export const USER = 'gelombang';
export const DATABASE = 'gelombang';

/** Bytes that a socket's path may have on every system (Linux allows 107, macOS 103). */
const LONGEST_SOCKET_PATH = 100;

/** Where the files of one server are, and who runs it. */
export interface Place {
  readonly home: string;
  /** Holds everything of the server: the cluster, drafts of it, the log, the socket unless its path is too long. */
  readonly directory: string;
  /** `data` and `password`; there as a whole or not at all. */
  readonly cluster: string;
  readonly data: string;
  readonly password: string;
  readonly log: string;
  readonly socketDirectory: string;
  /** Set when we are root. */
  readonly account: Account | undefined;
}

/** Finds, or settles once, where the server of `home` lives. */
export async function locate(home: string): Promise<Place> {
  await makeFolder(home);
  const root = await realpath(home);
  const pointer = join(root, 'postgresql');
  const settled = await settledDirectory(pointer);
  if (!weAreRoot()) {
    const directory = settled ?? pointer;
    await makeFolder(directory, 0o700);
    await refuseStranger(directory);
    return placeAt(root, directory, undefined);
  }
  const owner = settled === undefined ? undefined : await ownerOf(settled);
  const account = owner ?? (await systemAccount());
  const directory = settled ?? (await chooseDirectory(root, pointer, account));
  if (owner === undefined) await openForAccount(directory);
  return placeAt(root, directory, account);
}

function placeAt(home: string, directory: string, account: Account | undefined): Place {
  const cluster = join(directory, 'cluster');
  return {
    home,
    directory,
    cluster,
    data: join(cluster, 'data'),
    password: join(cluster, 'password'),
    log: join(directory, 'server.log'),
    socketDirectory: socketDirectoryOf(directory, account?.uid ?? process.getuid?.()),
    account,
  };
}

function socketDirectoryOf(directory: string, uid: number | undefined): string {
  const short = `gelombang-${uid}-${digest(directory)}`;
  // Every command has to find the same place: TMPDIR may differ between them, so it comes last.
  const fixed = isWritable('/tmp') ? [join('/tmp', short)] : [];
  const candidates = [join(directory, 'socket'), ...fixed, join(tmpdir(), short)];
  const fits = (candidate: string) =>
    Buffer.byteLength(join(candidate, `.s.PGSQL.${PORT}`)) <= LONGEST_SOCKET_PATH;
  return candidates.find(fits) ?? join(tmpdir(), short);
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Makes the socket's directory, and makes sure that one found in a directory open to all is really ours. */
export async function ensureSocketDirectory({ socketDirectory, account }: Place): Promise<void> {
  await mkdir(socketDirectory, { mode: 0o700 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  const found = await lstat(socketDirectory);
  const owners = [process.getuid?.(), account?.uid];
  if (!found.isDirectory() || !owners.includes(found.uid) || (found.mode & 0o077) !== 0) {
    throw new GelombangError('UNEXPECTED', `${socketDirectory} belongs to someone else.`, {
      next: 'Remove it, or set GELOMBANG_HOME to a shorter path.',
    });
  }
  if (account) await lchown(socketDirectory, account.uid, account.gid);
}

async function settledDirectory(pointer: string): Promise<string | undefined> {
  try {
    return await realpath(pointer);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw unreachable(pointer, error);
  }
  const dangling = await lstat(pointer).catch(() => undefined);
  if (dangling === undefined) return undefined;
  throw new GelombangError('UNEXPECTED', `The database that ${pointer} points to is not there.`, {
    next: `Bring it back, or remove ${pointer} to begin with an empty one.`,
  });
}

async function refuseStranger(directory: string): Promise<void> {
  const { uid } = await lstat(directory);
  if (uid !== process.getuid?.()) throw unreachable(directory, undefined);
}

function unreachable(path: string, cause: unknown): GelombangError {
  return new GelombangError('UNEXPECTED', `The database in ${path} belongs to another user.`, {
    next: 'Run the command as the user (or as root, if it was root) that ran the first one.',
    cause,
  });
}

/** The user whose server it already is; undefined while only root has touched it. */
async function ownerOf(directory: string): Promise<Account | undefined> {
  for (const path of [join(directory, 'cluster'), directory]) {
    const found = await lstat(path).catch(() => undefined);
    if (found && found.uid !== 0) return { uid: found.uid, gid: found.gid };
  }
  return undefined;
}

/** In the home where the account gets there, else elsewhere, with a link and a note in the home. */
async function chooseDirectory(home: string, pointer: string, account: Account): Promise<string> {
  if (await canEnter(account, home)) return pointer;
  const directory = join(await sharedDirectory(account), digest(home));
  await makeFolder(directory);
  await symlink(directory, pointer).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  await writeFile(join(home, 'POSTGRESQL-IS-ELSEWHERE.txt'), noteAbout(directory));
  return directory;
}

function noteAbout(directory: string): string {
  return [
    'The database of this directory is in',
    '',
    `    ${directory}`,
    '',
    'because PostgreSQL does not run as root, and the user that it runs as instead cannot enter this directory.',
    'Back up both. To begin anew remove both.',
    '',
  ].join('\n');
}

/** A directory of root's that the account can enter; for what cannot stay where it is. */
export async function sharedDirectory(account: Account): Promise<string> {
  for (const directory of ['/var/lib/gelombang', join(tmpdir(), 'gelombang-root')]) {
    try {
      await openForAccount(directory);
    } catch {
      continue;
    }
    const found = await lstat(directory);
    const safe = found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
    if (safe && (await canEnter(account, directory))) return directory;
  }
  throw new GelombangError('UNEXPECTED', 'No directory was found that PostgreSQL could use.', {
    next: 'Set GELOMBANG_HOME to a directory that other users can enter, run as an ordinary user, or set DATABASE_URL.',
  });
}

/** Root keeps the directory and lets the account pass: so root never writes where another user could lay links. */
async function openForAccount(directory: string): Promise<void> {
  await makeFolder(directory, 0o711);
  const found = await lstat(directory);
  if (found.isDirectory() && found.uid === 0) await chmod(directory, 0o711);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
