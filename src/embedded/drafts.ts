import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../machine.ts';

/** No draft takes this long; after it even a living process id is another process's. */
const OLDEST_MS = 3_600_000;

/** The name of a directory that is being made, to be renamed to `name` once it is whole. */
export function draftName(name: string): string {
  return `${name}.draft-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Removes the drafts of `name` whose makers were killed. */
export async function clearDrafts(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    const maker = entry.startsWith(`${name}.draft-`) ? entry.slice(name.length).split('-')[1] : undefined;
    if (maker === undefined) continue;
    const path = join(parent, entry);
    if (isAlive(Number(maker)) && !(await isOld(path))) continue;
    // A killed maker's initdb may still be writing; what is left then is for the next time.
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > OLDEST_MS;
}
