/** Folders made where they are not there yet. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * With those above it. Node's own way to make them all goes round without an end where the system will have none, below /proc for
 * example, and says of a disk that is read-only that there is no such folder.
 * @returns Whether it was not there before.
 * @throws as `mkdir` does, EEXIST where something stands there that is no folder.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<boolean> {
  try {
    return await makeOne(path, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
  }
  await makeFolder(dirname(path), mode);
  return makeOne(path, mode);
}

async function makeOne(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, mode);
    return true;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && (await stat(path)).isDirectory();
    if (!isThere) throw error;
    return false;
  }
}
