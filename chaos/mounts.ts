/** A small disk in memory, where this user may mount one. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @param room Kilobytes. */
export async function mountSmall(folder: string, room: number): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${room}k,mode=755`, 'gelombang-chaos', folder]);
}

/** What is there stays. */
export async function makeRoom(folder: string, room: number): Promise<void> {
  await run('mount', ['-o', `remount,size=${room}k`, folder]);
}

export async function unmount(folder: string): Promise<void> {
  // Lazily: a process that is just ending may still stand in it.
  await run('umount', ['-l', folder]);
}

/** For a harness that ends. */
export function unmountAtOnce(folder: string): void {
  execFileSync('umount', ['-l', folder]);
}

/** Why nothing can be mounted below the folder; undefined where it can. */
export async function whyNoMount(below: string): Promise<string | undefined> {
  const folder = join(below, 'mount-tried');
  await mkdir(folder, { recursive: true });
  try {
    await mountSmall(folder, 64);
    await unmount(folder);
    return undefined;
  } catch {
    return 'this user may not mount a disk';
  }
}
