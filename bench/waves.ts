/** The made-up waves that are measured: written once, found again by the next measurement. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { generateWave, type WaveFiles } from '../fixtures/generate.ts';
import { amount } from '../src/cli/words.ts';
import { throwIfInterrupted } from './command.ts';
import { note } from './progress.ts';

/** Written last: a folder without it is one that was never finished. */
const MARKER = 'complete.json';
const PEOPLE_PER_APPLICATION = 3;
/** Rows between two lines about how far it is. */
const ROWS_A_LINE = 5_000_000;

export interface MeasuredWave {
  readonly folder: string;
  readonly applications: number;
  readonly registry: number;
  readonly files: WaveFiles;
  /** By the file's path. */
  readonly bytes: Readonly<Record<string, number>>;
}

interface Marker extends MeasuredWave {
  readonly seed: number;
  /** Digest of the generator's code: another generator, other files. */
  readonly generator: string;
}

/** The wave of that size and seed below the folder, made unless it is there. */
export async function measuredWave(
  applications: number,
  seed: number,
  below: string,
  signal: AbortSignal,
): Promise<MeasuredWave> {
  const folder = join(below, `wave-${applications}-seed-${seed}`);
  const registry = PEOPLE_PER_APPLICATION * applications;
  const wanted = { folder, applications, registry, seed, generator: await generatorDigest() };
  const found = await findWave(folder);
  if (found !== undefined) {
    const { files, bytes, ...made } = found;
    if (isDeepStrictEqual(made, wanted) && isDeepStrictEqual(await sizesOf(files), bytes)) return found;
  }
  note(`making up ${amount(applications)} applications and ${amount(registry)} people in ${folder}`);
  await rm(folder, { recursive: true, force: true });
  const files = await generateWave({
    ...{ out: folder, applicants: applications, registry, seed },
    onProgress: (rows, total) => {
      throwIfInterrupted(signal);
      if (rows % ROWS_A_LINE === 0) note(`  ${amount(rows)} of ${amount(total)} rows`);
    },
  });
  const marker: Marker = { ...wanted, files, bytes: await sizesOf(files) };
  await writeFile(join(folder, MARKER), `${JSON.stringify(marker, null, 2)}\n`);
  return marker;
}

async function findWave(folder: string): Promise<Marker | undefined> {
  const text = await readFile(join(folder, MARKER), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Marker);
}

async function sizesOf({
  lists,
  policy,
  registry,
  applicants,
  recipients,
}: WaveFiles): Promise<Record<string, number>> {
  const paths = [policy, registry, applicants, recipients, ...lists.map(({ path }) => path)];
  const sizes = paths.map(
    async (path) => [path, (await stat(path).catch(() => undefined))?.size ?? 0] as const,
  );
  return Object.fromEntries(await Promise.all(sizes));
}

async function generatorDigest(): Promise<string> {
  const folder = new URL('../fixtures/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => /\.[jt]s$/.test(name)).sort();
  const hash = createHash('sha256');
  for (const name of names) hash.update(await readFile(new URL(name, folder)));
  return hash.digest('hex').slice(0, 16);
}
