/** Size by size, round by round: the project and the peer in turn, or more and more workers. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { amount } from '../src/cli/words.ts';
import type { GrowthFigures, Round, WaveFigures, WorkersRound } from './document.ts';
import type { BenchOptions } from './options.ts';
import { note } from './progress.ts';
import { measureRound } from './round.ts';
import { type MeasuredWave, measuredWave } from './waves.ts';
import { measureWorkers } from './workers.ts';

export type Measured =
  | { readonly kind: 'wave'; readonly figures: WaveFigures }
  | { readonly kind: 'growth'; readonly figures: GrowthFigures };

/** Where a measurement takes place. All but the waves is written into `folder`, and gone in the end. */
interface Place {
  readonly options: BenchOptions;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Gives the figures of each size as soon as it has them. @throws GelombangError INTERRUPTED on the signal. */
export async function* measure(options: BenchOptions, signal: AbortSignal): AsyncGenerator<Measured> {
  await mkdir(options.folder, { recursive: true });
  const folder = await mkdtemp(join(options.folder, 'run-'));
  const place = { options, folder, signal };
  try {
    // The embedded server may run as another user, who has to get there.
    await chmod(folder, 0o755);
    for (const applications of options.applications) {
      const made = await measuredWave(applications, options.seed, options.folder, signal);
      const wave = underPolicy(made, options.policy);
      if (options.workers === undefined) yield { kind: 'wave', figures: await measureWave(wave, place) };
      else yield { kind: 'growth', figures: await measureGrowth(wave, options.workers, place) };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function underPolicy(wave: MeasuredWave, policy: string | undefined): MeasuredWave {
  return policy === undefined ? wave : { ...wave, files: { ...wave.files, policy } };
}

async function measureWave(wave: MeasuredWave, { options, folder, signal }: Place): Promise<WaveFigures> {
  const rounds: Round[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    noteRound(wave, round, options);
    rounds.push(await measureRound(wave, options, folder, signal));
  }
  return { applications: wave.applications, registry: wave.registry, rounds };
}

async function measureGrowth(
  wave: MeasuredWave,
  workers: readonly number[],
  { options, folder, signal }: Place,
): Promise<GrowthFigures> {
  const rounds: WorkersRound[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    for (const number of workers) {
      noteRound(wave, round, options);
      rounds.push(await measureWorkers(wave, number, options, folder, signal));
    }
  }
  const { applications, registry } = wave;
  // The program does as many as there are cores unless it is told otherwise.
  const concurrency = options.concurrency ?? availableParallelism();
  return { applications, registry, concurrency, rounds };
}

function noteRound({ applications }: MeasuredWave, round: number, { rounds }: BenchOptions): void {
  note(`${amount(applications)} applications, round ${round} of ${rounds}`);
}
