/**
 * How the key file is made and changed. No key is lost by any change, whoever makes another one at the same time: a key that comes
 * into the file, or leaves it, is in a file of its own before, which is never written again.
 */
import { link, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GelombangError } from '../errors.ts';
import { alone } from '../files/alone.ts';
import { makeFolder } from '../files/folders.ts';
import { writeWhole } from '../files/whole.ts';
import { FOLDER_OF_OWNER } from '../files/writing.ts';
import { damaged, type MasterKey, type MasterSource, newMaster, pathBeside, readMasters } from './master.ts';

/** What a change of the file goes by. */
export interface Changing {
  /** Just before the file is changed. @throws where it must not be any more. */
  readonly mayStill: () => Promise<void>;
  /** Puts the new text into the place of the old one. */
  readonly settle?: (draft: string, path: string) => Promise<void>;
}

/** The first of the file; made where there is none, by whoever is first. @throws as `readMasters` does. */
export async function firstMaster(source: MasterSource): Promise<MasterKey> {
  const [first] = await readMasters(source);
  if (first !== undefined) return first;
  if (source.kind === 'given') throw new GelombangError('UNEXPECTED', 'no master key is given');
  await makeFolder(dirname(source.path), FOLDER_OF_OWNER);
  await writeNew(source.path, [newMaster()]);
  const [made] = await readMasters(source);
  if (made === undefined) throw damaged(source.path);
  return made;
}

/** Has the newest key of the file be another than this one: makes one where there is none. @returns It. */
export async function followedBy(path: string, from: string, changing: Changing): Promise<MasterKey> {
  const masters = await change(path, changing, (before) => {
    const newest = before.at(-1);
    return newest === undefined || newest.name === from ? [...before, newMaster()] : before;
  });
  const newest = masters.at(-1);
  if (newest === undefined) throw damaged(path);
  return newest;
}

/** Has the file begin with this key: those before it have left it, and what came behind it stays. */
export async function beginWith(path: string, master: MasterKey, changing: Changing): Promise<void> {
  await change(path, changing, (before) => {
    const at = before.findIndex(({ name }) => name === master.name);
    return at < 0 ? [master, ...before] : before.slice(at);
  });
}

/** Has the file hold these and no others; it is there whole at any time. */
export function writeMasters(
  path: string,
  masters: readonly MasterKey[],
  settle: Changing['settle'] = rename,
): Promise<void> {
  return writeWhole(path, linesOf(masters), settle);
}

/** One process at a time, as long as nobody takes away by hand what says so. @returns What is in the file then. */
function change(
  path: string,
  { mayStill, settle = rename }: Changing,
  how: (before: readonly MasterKey[]) => readonly MasterKey[],
): Promise<readonly MasterKey[]> {
  return alone(path, async (stillAlone) => {
    const before = await readMasters({ kind: 'file', path });
    const after = how(before);
    const others = (some: readonly MasterKey[]) => (each: MasterKey) =>
      some.every(({ name }) => name !== each.name);
    const moved = [...before.filter(others(after)), ...after.filter(others(before))];
    if (moved.length === 0) return before;
    for (const master of moved) await keepBeside(path, master);
    await writeMasters(path, after, async (draft) => {
      await stillAlone();
      await mayStill();
      // Where there was none, one that another database's first command has made meanwhile stays.
      await (before.length === 0 ? link : settle)(draft, path);
    });
    return after;
  });
}

async function keepBeside(path: string, master: MasterKey): Promise<void> {
  const beside = pathBeside(path, master.name);
  await writeNew(beside, [master]);
  const kept = await readMasters({ kind: 'file', path: beside });
  if (kept.every(({ name }) => name !== master.name)) throw damaged(beside);
}

/** Leaves a file that is there as it is. */
async function writeNew(path: string, masters: readonly MasterKey[]): Promise<void> {
  await writeMasters(path, masters, link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

function linesOf(masters: readonly MasterKey[]): string {
  return masters.map(({ name, bytes }) => `${name} ${Buffer.from(bytes).toString('hex')}\n`).join('');
}
