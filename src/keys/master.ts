/**
 * The master key, with which the data keys in the database are sealed: given in the environment, or in a file that nobody
 * else may read. The file has a line for each, `id key`, both in hex: one, and two while a rotation is under way.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { GelombangError } from '../errors.ts';
import { KEY_BYTES, type Key } from './sealing.ts';

/** The key itself, and the one that is to follow it. */
export interface GivenKey {
  readonly kind: 'given';
  readonly key: Uint8Array;
  readonly next: Uint8Array | undefined;
}

export interface KeyFile {
  readonly kind: 'file';
  /** Absolute. */
  readonly path: string;
}

/** Where the master key is. Holds it, where it is given. */
export type MasterSource = (GivenKey | KeyFile) & {
  /** The setting that says so, and the key file that would be used without it; absent where there is no such setting. */
  readonly setBy?: { readonly variable: string; readonly otherwise: string };
};

/** Its id in hex names it to people. */
export type MasterKey = Key & { readonly name: string };

const OTHERS = 0o077;
/** Of a link the other end would be read, and the link itself replaced; a FIFO would be waited for. */
const READ_OWN = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
const DENIED = ['EACCES', 'EPERM', 'ENOTDIR', 'ENAMETOOLONG'];
const LINE = /^([0-9a-f]{8}) ([0-9a-f]{64})$/;

/** The key of 64 hex digits, or of its bytes in base64url; undefined for any other text. */
export function keyOf(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const bytes = Buffer.from(text, 'base64url');
  return /^[\w-]{43}=?$/.test(text) && bytes.length === KEY_BYTES ? bytes : undefined;
}

export function masterOf(bytes: Uint8Array): MasterKey {
  const digest = createHmac('sha256', bytes).update('gelombang master key').digest();
  return { id: digest.readUInt32BE(), name: nameOf(digest.readUInt32BE()), bytes };
}

export function newMaster(): MasterKey {
  return masterOf(randomBytes(KEY_BYTES));
}

/** As it is told to people: eight hex digits. */
function nameOf(id: number): string {
  return id.toString(16).padStart(8, '0');
}

/** Those that there are, the one in use or to be used first; none where there is no file. @throws GelombangError INPUT_REFUSED for a file that others can read, or that is damaged. */
export async function readMasters(source: MasterSource): Promise<readonly MasterKey[]> {
  if (source.kind === 'given')
    return [source.key, source.next].filter((key) => key !== undefined).map((key) => masterOf(key));
  const text = await readOwn(source.path);
  if (text === undefined) return [];
  const masters = text.split('\n').filter((line) => line !== '');
  return masters.map((line) => {
    const [, name = '', key = ''] = LINE.exec(line) ?? [];
    const master = masterOf(Buffer.from(key, 'hex'));
    if (!timingSafeEqual(Buffer.from(master.name), Buffer.from(name.padEnd(8)))) throw damaged(source.path);
    return master;
  });
}

/**
 * Where a key is kept by itself: from before it comes into the file by a rotation until it is destroyed by hand. When it has left
 * the file, backups of before need it, and other databases of the same file.
 */
export function pathBeside(path: string, name: string): string {
  return `${path}.${name}`;
}

/** As `readMasters`, and those of these names that are not in the file (any more) and are not destroyed yet. */
export async function findMasters(
  source: MasterSource,
  names: readonly string[],
): Promise<readonly MasterKey[]> {
  const masters = [...(await readMasters(source))];
  for (const name of new Set(names)) {
    if (source.kind === 'given' || masters.some((master) => master.name === name)) continue;
    masters.push(...(await readMasters({ kind: 'file', path: pathBeside(source.path, name) })));
  }
  return masters;
}

async function readOwn(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, READ_OWN);
    try {
      const found = await file.stat();
      if (found.isDirectory()) throw isFolder(path);
      if (!found.isFile()) throw damaged(path);
      if ((found.mode & OTHERS) !== 0) throw readable(path);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof GelombangError) throw cause;
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw linked(path, cause);
    // What passes is nothing to be told what to do about the file: it is tried again.
    if (!DENIED.includes(code)) throw cause;
    throw new GelombangError('INPUT_REFUSED', `the key file ${path} cannot be read: ${code}`, {
      cause,
      next: 'Run the command as the user whom the file belongs to.',
    });
  }
}

function linked(path: string, cause: unknown): GelombangError {
  return new GelombangError('INPUT_REFUSED', `the key file ${path} is a symbolic link`, {
    cause,
    next: 'Set GELOMBANG_KEY_FILE to the file that it leads to.',
  });
}

function isFolder(path: string): GelombangError {
  return new GelombangError('INPUT_REFUSED', `the key file ${path} is a folder`, {
    next: 'Set GELOMBANG_KEY_FILE to the file itself.',
  });
}

function readable(path: string): GelombangError {
  return new GelombangError('INPUT_REFUSED', `others than its owner can read the key file ${path}`, {
    next: `Find out who has read it. Take it from them: chmod 600 ${path}\nThen: gelombang keys rotate`,
  });
}

export function damaged(path: string): GelombangError {
  return new GelombangError(
    'INPUT_REFUSED',
    `${path} is no key file: a line of it is not \`id key\`, or is damaged`,
    {
      next: 'Restore it from its backup. Without it nothing of what is kept of people can be read.',
    },
  );
}
