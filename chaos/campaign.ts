/** A run of the harness: the cases that a seed gives, one after the other, and what became of each. */

import { rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chance } from '../fixtures/chance.ts';
import { type Base, makeBase } from './base.ts';
import { Cleanup } from './cleanup.ts';
import { outcomeOf } from './going-on.ts';
import type { Kind } from './kind.ts';
import { KINDS } from './kinds.ts';
import { placeIn } from './moments.ts';
import type { ChaosOptions } from './options.ts';
import { differencesOf } from './outcome.ts';
import { killAllPrograms } from './programs.ts';
import { makeReferences, type Reference } from './reference.ts';
import { Rig } from './rig.ts';
import { type Backend, USUAL } from './stand.ts';

/** Apart from the purposes for which the made-up wave has its chance. */
const PURPOSES = 1_000;

/** Of each stage; one where every statement has its turn, of which there are three times as many otherwise. */
const PARTS = 3;

export interface CaseReport {
  /** Such as `kill-12`. */
  readonly name: string;
  readonly kind: string;
  readonly backend: Backend;
  /** How often something was broken in it. */
  readonly broken: number;
  readonly commands: number;
  /** What went against the promise; none where all is well. */
  readonly faults: readonly string[];
  /** What was done. */
  readonly story: readonly string[];
  readonly milliseconds: number;
}

interface Planned {
  readonly name: string;
  readonly kind: Kind;
  readonly number: number;
  readonly backend: Backend;
}

export interface Campaign {
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
  /** Tells of a kind that cannot be run here, and why. */
  readonly onSkip: (kind: string, why: string) => void;
}

/** Gives each case when it is through. Nothing is left when it ends, nor when the process is ended meanwhile. */
export async function* runCampaign(options: ChaosOptions, campaign: Campaign): AsyncGenerator<CaseReport> {
  const cleanup = new Cleanup();
  const atOnce = () => {
    killAllPrograms();
    cleanup.runAtOnce();
  };
  process.on('exit', atOnce);
  try {
    const folder = await ownFolder(cleanup);
    campaign.note('making the wave, and closing it undisturbed');
    const base = await makeBase(folder, { seed: options.seed, parts: options.every ? 1 : PARTS }, cleanup);
    const backends = options.backends.filter((backend) => backend !== 'redis' || base.redis !== undefined);
    if (backends.length < options.backends.length) campaign.onSkip('redis', 'there is no redis-server here');
    const references = await makeReferences(base, folder, backends, cleanup);
    for (const backend of backends) campaign.note(`${backend}: ${sizeOf(references[backend])}`);
    for await (const planned of plan(options, base, references, campaign)) {
      if (campaign.signal.aborted) return;
      const reference = references[planned.backend];
      if (reference !== undefined)
        yield await runCase(planned, { base, reference, options, cleanup: cleanup.part() });
    }
  } finally {
    await cleanup.run();
    process.off('exit', atOnce);
  }
}

/** How much there is to be broken. */
function sizeOf(reference: Reference | undefined): string {
  const { statements = [], commands = [], fileOperations } = reference ?? {};
  const queue = commands.length === 0 ? '' : `, ${commands.length} commands`;
  return `a close is ${statements.length} statements${queue}, ${fileOperations?.close ?? 0} file operations`;
}

async function ownFolder(cleanup: Cleanup): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gelombang-chaos-'));
  // The database's account, which is another one for root, has to get to its files.
  await chmod(folder, 0o755);
  const gone = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };
  cleanup.add(
    () => rm(folder, gone),
    () => rmSync(folder, gone),
  );
  return folder;
}

async function* plan(
  options: ChaosOptions,
  base: Base,
  references: Readonly<Record<Backend, Reference | undefined>>,
  { onSkip }: Campaign,
): AsyncGenerator<Planned> {
  for (const kind of KINDS.filter(({ name }) => options.kinds.includes(name))) {
    const known = kind.backends ?? options.backends;
    const backends = options.backends.filter(
      (each) => known.includes(each) && references[each] !== undefined,
    );
    const why = backends.length === 0 ? `its queue is not asked for, or not there` : await kind.lacks?.(base);
    if (why !== undefined) {
      onSkip(kind.name, why);
      continue;
    }
    const all = backends.map((each) => turnsOf(kind, options, references[each]));
    for (let number = 1; number <= Math.max(...all) * backends.length; number++) {
      const backend = backends[(number - 1) % backends.length] as Backend;
      const name = `${kind.name}-${number}`;
      if (options.only === undefined ? isPast(number, kind, options) : options.only !== name) continue;
      yield { name, kind, number, backend };
    }
  }
}

/** How many cases of a queue there are at the most. */
function turnsOf(kind: Kind, { every, count, only }: ChaosOptions, reference: Reference | undefined): number {
  if (only !== undefined) return Number(only.split('-').at(-1));
  const turns = every && reference !== undefined ? kind.turns?.(reference) : undefined;
  return turns ?? count ?? kind.usual;
}

/** Of those by chance a kind has as many in all, and not for each queue. */
function isPast(number: number, kind: Kind, { every, count }: ChaosOptions): boolean {
  if (every && kind.turns !== undefined) return count !== undefined && number > count;
  return number > (count ?? kind.usual);
}

interface Around {
  readonly base: Base;
  readonly reference: Reference;
  readonly options: ChaosOptions;
  readonly cleanup: Cleanup;
}

async function runCase(
  { name, kind, number, backend }: Planned,
  { base, reference, options, cleanup }: Around,
): Promise<CaseReport> {
  const began = performance.now();
  const chance = new Chance(options.seed, PURPOSES + KINDS.indexOf(kind), number);
  const stand = { ...USUAL, ...kind.stand?.(chance) };
  const rig = await Rig.open(base, { folder: join(base.folder, name), backend, stand }, cleanup);
  rig.threads = chance.of(['1', '1', '2']);
  const place = Math.ceil(number / options.backends.length);
  const turn = (asked: readonly string[] | number) => {
    if (options.every) return place;
    return typeof asked === 'number' ? 1 + chance.below(Math.max(1, asked)) : placeIn(chance, asked);
  };
  try {
    await kind.run({ chance, rig, reference, turn, every: options.every });
    for (const difference of differencesOf(await outcomeOf(rig), reference.outcome)) rig.fault(difference);
  } catch (error) {
    rig.fault(`the case itself went wrong: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    await rig
      .close()
      .catch((error: Error) => rig.fault(`the case could not be cleared up: ${error.message}`));
  }
  const { broken, commands, faults, story } = rig;
  const milliseconds = Math.round(performance.now() - began);
  return { name, kind: kind.name, backend, broken, commands, faults, story, milliseconds };
}
