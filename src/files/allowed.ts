/** Where files may lie that somebody names: anywhere, or inside of the folders that the installation allows. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve, sep } from 'node:path';
import { allowedFolders } from '../config.ts';
import { GelombangError } from '../errors.ts';

/**
 * Refuses a path that leads out of the allowed folders, wherever its `..` and the symbolic links on its way lead. What is
 * not there yet counts as lying where the nearest folder lies that is.
 * @throws GelombangError INPUT_REFUSED
 */
export async function refuseOutside(path: string): Promise<void> {
  const folders = allowedFolders();
  if (folders === undefined) return;
  const real = await realPlaceOf(path);
  const places = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  if (places.some((place) => place !== undefined && isWithin(real, place))) return;
  throw new GelombangError(
    'INPUT_REFUSED',
    `${path} lies outside of the folders that GELOMBANG_FOLDERS names`,
    {
      concerns: { file: path },
      next: 'Give a path inside of one of them, or have its folder added to GELOMBANG_FOLDERS.',
    },
  );
}

/**
 * Without links and `..`, as far as there is anything. Step by step from the end, as it is written: `link/..` is for the
 * system the folder above the one that the link leads to, and not the one in which the link lies.
 */
async function realPlaceOf(path: string): Promise<string> {
  const there = await realpath(path).catch(() => undefined);
  if (there !== undefined) return there;
  const above = dirname(path);
  return above === path ? resolve(path) : resolve(await realPlaceOf(above), basename(path));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
