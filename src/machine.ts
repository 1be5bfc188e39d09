/** Other processes of this machine: what their numbers say of them, and to whom. */
import { readFile, readlink } from 'node:fs/promises';

let here: Promise<string | null> | undefined;

/**
 * Names the machine, this time that it runs, and the space of process numbers on it: containers have their own, and may share
 * a host's name. Null where that cannot be told.
 */
export function thisMachine(): Promise<string | null> {
  here ??= Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    readlink('/proc/self/ns/pid'),
  ]).then(
    ([boot, numbers]) => `${boot.trim()} ${numbers}`,
    () => null,
  );
  return here;
}

/** Whether there is a process of this number here, of whatever user; one that came after it counts too. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
