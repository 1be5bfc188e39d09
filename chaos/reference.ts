/** The undisturbed run, on either queue: what every other has to come to, and how much there is in it to be disturbed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Base } from './base.ts';
import type { Cleanup } from './cleanup.ts';
import { closeUntilThrough, outcomeOf } from './going-on.ts';
import { differencesOf, type Outcome } from './outcome.ts';
import { fileFaults } from './preload.ts';
import type { ServerProxy } from './proxy/proxy.ts';
import { Rig } from './rig.ts';
import { type Backend, USUAL } from './stand.ts';

export interface Reference {
  readonly outcome: Outcome;
  /** Of the close: what it asks of PostgreSQL, and of Redis, in order and in short. */
  readonly statements: readonly string[];
  readonly commands: readonly string[];
  /** Of the close, in its main thread and in one that does steps. */
  readonly fileOperations: number;
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
    const tally = join(base.files.policy, '..', `file-operations-${backend}`);
    const files = fileFaults({ below: [rig.folder], tally });
    await closeUntilThrough(rig, { database, ...(queue === undefined ? {} : { queue }), ...files });
    const milliseconds = performance.now() - began;
    const outcome = await outcomeOf(rig);
    if (rig.faults.length > 0) throw new Error(`an undisturbed run failed:\n${rig.faults.join('\n')}`);
    const fileOperations = (await readFile(tally, 'utf8').catch(() => '')).length;
    return { outcome, statements, commands, fileOperations, milliseconds };
  } finally {
    await rig.close();
  }
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
