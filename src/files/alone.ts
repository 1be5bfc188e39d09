/** One process at a time changes a file that several have: the one that a file beside it names. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { GelombangError } from '../errors.ts';
import { isAlive, thisMachine } from '../machine.ts';
import { removeDrafts, writeWhole } from './whole.ts';

/** Milliseconds between two looks, and until somebody who changes the file is told of in place of being waited for. */
const LOOK_INTERVAL = 50;
const LONGEST_WAIT = 3000;

/**
 * Does the work while nobody else does it to the same file; what somebody left of it who was killed is gone before.
 * @param work Is given what says that it is still so, since the file beside it can be taken away by hand.
 * @throws GelombangError CONFLICT where another process is at it, and does not come to an end.
 */
export async function alone<T>(
  path: string,
  work: (stillAlone: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const lock = `${path}.lock`;
  const own = `${hostname()} ${process.pid} ${randomUUID()}\n${await thisMachine()}\n`;
  const wasOfDead = await take(path, lock, own);
  try {
    // Not where it was taken away by hand: nobody knows then that the other is gone.
    if (wasOfDead) await removeDrafts(path, lock);
    return await work(async () => {
      const found = await textOf(lock);
      if (found !== own) throw busy(path, lock, found);
    });
  } finally {
    if ((await textOf(lock)) === own) await rm(lock, { force: true });
  }
}

/** @returns whether somebody had it who was killed. */
async function take(path: string, lock: string, own: string): Promise<boolean> {
  let wasOfDead = false;
  for (let waited = 0; !(await isMade(lock, own)); waited += LOOK_INTERVAL) {
    const other = await textOf(lock);
    if (other !== undefined && (await isOfDead(other))) {
      await putOut(lock, other);
      wasOfDead = true;
    } else if (waited >= LONGEST_WAIT) throw busy(path, lock, other);
    else await pause(LOOK_INTERVAL);
  }
  return wasOfDead;
}

/** Never half written: it is linked to its name. */
async function isMade(lock: string, own: string): Promise<boolean> {
  try {
    await writeWhole(lock, own, link);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

async function textOf(lock: string): Promise<string | undefined> {
  return readFile(lock, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
}

interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly machine: string;
}

function ownerOf(text: string): Owner | undefined {
  const [, host = '', pid = '', machine = ''] = /^(\S+) (\d+) \S+\n(.*)\n$/.exec(text) ?? [];
  return host === '' ? undefined : { host, pid: Number(pid), machine };
}

/** Of another machine nothing is known, nor of this one before it was last started. */
async function isOfDead(text: string): Promise<boolean> {
  const owner = ownerOf(text);
  if (owner?.host !== hostname() || owner.machine !== String(await thisMachine())) return false;
  return !isAlive(owner.pid);
}

/** Of several who put it out one does; what somebody has made in its place meanwhile is put back. */
async function putOut(lock: string, dead: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await textOf(aside)) !== dead) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}

function busy(path: string, lock: string, text = ''): GelombangError {
  const owner = ownerOf(text);
  const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return new GelombangError('CONFLICT', `${path} is being changed by ${who}`, {
    concerns: { file: path },
    next: `Try again when that process has ended. If it is gone already: rm ${lock}`,
  });
}
