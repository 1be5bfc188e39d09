/** The one way in which a small file is written: under its name in whole or not at all, and on the disk when that is said. */
import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createFile, withPath } from './writing.ts';

const DRAFT = '.unfinished';

/**
 * For its owner alone.
 * @param settle Gives the draft its name: `rename`, which puts it in the place of what is there, or `link`, which does not.
 */
export async function writeWhole(
  path: string,
  text: string,
  settle: (draft: string, path: string) => Promise<void> = rename,
): Promise<void> {
  const folder = dirname(path);
  // Not by the process alone: on another machine it may have the same number.
  const name = `${basename(path)}.${randomUUID()}${DRAFT}`;
  const draft = join(folder, name);
  try {
    const file = await createFile({ path: folder }, name);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await settle(draft, path);
    await syncFolder(folder);
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * What an attempt left that was killed. Only where nobody else may be writing the same file.
 * @param other A file whose name begins as that one's does, and which others may be writing.
 */
export async function removeDrafts(path: string, other?: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const isOther = other !== undefined && name.startsWith(`${basename(other)}.`);
    if (!isOther && name.startsWith(`${basename(path)}.`) && name.endsWith(DRAFT)) {
      await rm(join(folder, name), { force: true });
    }
  }
}

/** Only then the new names in it are on the disk as well. */
export async function syncFolder(folder: string): Promise<void> {
  await syncFile(folder).catch((error: NodeJS.ErrnoException) => {
    // Some file systems cannot sync a folder, and say so with this.
    if (error.code !== 'EINVAL') throw error;
  });
}

export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await file.close();
  }
}
