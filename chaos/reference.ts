/** The undisturbed run, on either queue: what every other has to come to, and how much there is in it to be disturbed. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Base, WAVE } from './base.ts';
import type { Cleanup } from './cleanup.ts';
import { closeUntilThrough, outcomeOf } from './going-on.ts';
import { importFile } from './kinds/importing.ts';
import { differencesOf, type Outcome } from './outcome.ts';
import { fileFaults } from './preload.ts';
import type { ServerProxy } from './proxy/proxy.ts';
import { foldersOf, Rig } from './rig.ts';
import { type Backend, type How, USUAL } from './stand.ts';

export interface Reference {
  readonly outcome: Outcome;
  /** Of the close: what it asks of PostgreSQL, and of Redis, in order and in short. */
  readonly statements: readonly string[];
  readonly commands: readonly string[];
  /** Of the close in its main thread and in one that does steps, of an import, of an export. */
  readonly fileOperations: Readonly<Record<'close' | 'import' | 'export', number>>;
  /** Of the close, from start to end. */
  readonly milliseconds: number;
}

/** @throws where an undisturbed run does not come to its end, or the two queues do not come to the same. */
export async function makeReferences(
  base: Base,
  folder: string,
  backends: readonly Backend[],
  cleanup: Cleanup,
): Promise<Record<Backend, Reference | undefined>> {
  const found: Record<Backend, Reference | undefined> = { postgres: undefined, redis: undefined };
  let first: Outcome | undefined;
  for (const backend of backends) {
    const reference = await referenceOf(
      base,
      join(folder, `undisturbed-${backend}`),
      backend,
      cleanup.part(),
    );
    first ??= reference.outcome;
    const differences = differencesOf(reference.outcome, first);
    if (differences.length > 0) throw new Error(`the two queues differ:\n${differences.join('\n')}`);
    found[backend] = reference;
  }
  return found;
}

async function referenceOf(
  base: Base,
  folder: string,
  backend: Backend,
  cleanup: Cleanup,
): Promise<Reference> {
  const rig = await Rig.open(base, { folder, backend, stand: USUAL }, cleanup);
  try {
    const database = await rig.sqlProxy();
    const queue = backend === 'redis' ? await rig.redisProxy() : undefined;
    const [statements, commands] = [heard(database), heard(queue)];
    const began = performance.now();
    const close = await operationsOf(rig, (files) =>
      closeUntilThrough(rig, { database, ...(queue === undefined ? {} : { queue }), ...files }),
    );
    const milliseconds = performance.now() - began;
    const outcome = await outcomeOf(rig);
    const out = join(rig.folder, 'export-again');
    const exported = await operationsOf(rig, (files) =>
      rig.run(['export', String(WAVE), '--out', out], files),
    );
    await rig.beginAnew();
    const [first = ''] = base.applicants;
    const imported = await operationsOf(rig, (files) => importFile(rig, first, files));
    const fileOperations = { close, import: imported, export: exported };
    if (rig.faults.length > 0) throw new Error(`an undisturbed run failed:\n${rig.faults.join('\n')}`);
    return { outcome, statements, commands, fileOperations, milliseconds };
  } finally {
    await rig.close();
  }
}

/** How many operations on the files of the rig and of the wave there are in what a command does. */
async function operationsOf(rig: Rig, run: (files: How) => Promise<unknown>): Promise<number> {
  const tally = `${rig.folder}-file-operations`;
  await run(fileFaults({ below: foldersOf(rig), tally }));
  const count = (await readFile(tally, 'utf8').catch(() => '')).length;
  await rm(tally, { force: true });
  return count;
}

/** Everything that goes through the proxy from now on. */
function heard(proxy: ServerProxy | undefined): readonly string[] {
  const all: string[] = [];
  proxy?.decide((_, what) => {
    all.push(what);
    return undefined;
  });
  return all;
}
