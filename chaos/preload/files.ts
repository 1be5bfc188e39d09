/**
 * Loaded before the program: one file operation of the process fails. Counted is over all threads by the length of a
 * file that each adds a byte to; what was there of the program is looked up by name at each call, and is replaced here.
 */
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

interface Plan {
  readonly below: readonly string[];
  readonly at: number | null;
  readonly code: string;
  readonly tally: string;
}

type Anything = (...given: unknown[]) => unknown;
type Named = Record<string, Anything>;

const plan = JSON.parse(process.env.CHAOS_FILES ?? 'null') as Plan;
const { openSync, writeSync, fstatSync } = fs;
const tally = openSync(plan.tally, 'a');
/** Descriptors of files below the folders that were opened by callback. */
const descriptors = new Set<number>();
const handles = new WeakSet<object>();

function isWatched(path: unknown): boolean {
  return typeof path === 'string' && plan.below.some((folder) => path.startsWith(folder));
}

/** The error where it is this one's turn. */
function trouble(name: string, path: unknown): NodeJS.ErrnoException | undefined {
  writeSync(tally, '.');
  if (plan.at === null || fstatSync(tally).size !== plan.at) return undefined;
  process.stderr.write(`chaos: ${name} fails with ${plan.code}\n`);
  const error: NodeJS.ErrnoException = new Error(`${plan.code}: failed by the harness, ${name}`);
  Object.assign(error, { code: plan.code, syscall: name, errno: -5 });
  if (typeof path === 'string') error.path = path;
  return error;
}

const BY_PATH = ['access', 'mkdir', 'readdir', 'rename', 'rm', 'rmdir', 'stat', 'readFile', 'writeFile'];
const OF_HANDLES = ['read', 'write', 'writev', 'readFile', 'writeFile', 'sync', 'datasync', 'stat', 'close'];
const BY_DESCRIPTOR = ['read', 'write', 'writev', 'fsync', 'fdatasync', 'close'];

function replacePromised(target: Named, name: string): void {
  const original = target[name];
  if (original === undefined) return;
  target[name] = async (...given) => {
    const error = isWatched(given[0]) ? trouble(name, given[0]) : undefined;
    if (error !== undefined) throw error;
    return original.apply(target, given);
  };
}

function replaceOpen(target: Named): void {
  const original = target.open as Anything;
  target.open = async (...given) => {
    const watched = isWatched(given[0]);
    const error = watched ? trouble('open', given[0]) : undefined;
    if (error !== undefined) throw error;
    const handle = (await original.apply(target, given)) as object;
    if (watched) handles.add(handle);
    return handle;
  };
}

/** A close that fails has closed all the same, as the system's own has. */
function replaceOfHandles(prototype: Named, name: string): void {
  const original = prototype[name];
  if (original === undefined) return;
  prototype[name] = async function (this: object, ...given: unknown[]) {
    const error = handles.has(this) ? trouble(name, undefined) : undefined;
    if (error === undefined || name === 'close') {
      const result = await original.apply(this, given);
      if (error === undefined) return result;
    }
    throw error;
  };
}

function replaceByDescriptor(target: Named, name: string): void {
  const original = target[name] as Anything;
  target[name] = (...given) => {
    const descriptor = given[0] as number;
    const error = descriptors.has(descriptor) ? trouble(name, undefined) : undefined;
    if (name === 'close') descriptors.delete(descriptor);
    if (error === undefined) return original.apply(target, given);
    const callback = given.at(-1) as Anything;
    if (name === 'close') return original.call(target, descriptor, () => callback(error));
    process.nextTick(callback, error);
  };
}

function replaceCallbackOpen(target: Named): void {
  const original = target.open as Anything;
  target.open = (...given) => {
    const callback = given.at(-1) as Anything;
    if (!isWatched(given[0])) return original.apply(target, given);
    const error = trouble('open', given[0]);
    if (error !== undefined) return process.nextTick(callback, error);
    const remember = (failed: unknown, descriptor: number) => {
      if (failed === null) descriptors.add(descriptor);
      callback(failed, descriptor);
    };
    return original.apply(target, [...given.slice(0, -1), remember]);
  };
}

const probe = await promises.open(process.execPath);
const prototype = Object.getPrototypeOf(probe) as Named;
await probe.close();
const promised = promises as unknown as Named;
const called = fs as unknown as Named;
for (const name of BY_PATH) replacePromised(promised, name);
replaceOpen(promised);
for (const name of OF_HANDLES) replaceOfHandles(prototype, name);
for (const name of BY_DESCRIPTOR) replaceByDescriptor(called, name);
replaceCallbackOpen(called);
syncBuiltinESMExports();
