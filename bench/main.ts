/** The measurement: reads what is asked for, prints and keeps the figures. */
import { writeFile } from 'node:fs/promises';
import { GelombangError } from '../src/errors.ts';
import type { BenchDocument } from './document.ts';
import { growthReport } from './growth-report.ts';
import { appendToHistory } from './history.ts';
import { checkedOutCommit, machineLines, thisMachine } from './machine.ts';
import { type Measured, measure } from './measurement.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { note } from './progress.ts';
import { waveReport } from './wave-report.ts';
import { workersReport } from './workers-report.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Gives the exit code. */
async function bench(options: BenchOptions, signal: AbortSignal): Promise<number> {
  const done: Measured[] = [];
  const report: string[] = [];
  const say = (lines: readonly string[]) => {
    report.push(...lines);
    console.log(lines.join('\n'));
  };
  for await (const measured of measure(options, signal)) {
    done.push(measured);
    say([...sectionOf(measured), '']);
    // Of the sizes so far: the next one may take an hour, and fail.
    await writeJson(options, await documentOf(options, done));
  }
  const document = await documentOf(options, done);
  const growth = growthReport(document.waves);
  say([...growth, ...(growth.length > 0 ? [''] : []), ...machineLines(document)]);
  if (options.append !== undefined) await appendToHistory(options.append, document, report);
  const agrees = document.waves.every(({ rounds }) => rounds.every(({ differences }) => differences === 0));
  return agrees ? 0 : 1;
}

function sectionOf(measured: Measured): string[] {
  return measured.kind === 'wave' ? waveReport(measured.figures) : workersReport(measured.figures);
}

async function documentOf(options: BenchOptions, done: readonly Measured[]): Promise<BenchDocument> {
  const waves = done.flatMap((measured) => (measured.kind === 'wave' ? [measured.figures] : []));
  const growth = done.flatMap((measured) => (measured.kind === 'growth' ? [measured.figures] : []));
  const [first] = [...waves, ...growth].flatMap(({ rounds }) => [...rounds]);
  return {
    taken_at: new Date().toISOString(),
    machine: thisMachine(),
    versions: {
      node: process.version,
      postgresql: first?.postgresql ?? null,
      duckdb: waves[0]?.rounds[0]?.peer.duckdb ?? null,
      queue: options.redisUrl === undefined ? 'PostgreSQL' : 'Redis',
      commit: await checkedOutCommit(),
    },
    seed: options.seed,
    waves,
    growth,
  };
}

async function writeJson({ json }: BenchOptions, document: BenchDocument): Promise<void> {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(document, null, 2)}\n`);
}

async function main(): Promise<number> {
  const stopping = new AbortController();
  for (const name of Object.keys(SIGNALS)) process.once(name, () => stopping.abort(name));
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== undefined) return await bench(options, stopping.signal);
    console.log(USAGE);
    return 0;
  } catch (error) {
    const { reason, aborted } = stopping.signal;
    if (!(error instanceof GelombangError)) throw error;
    for (const line of [`error: ${error.message}`, ...(error.next === undefined ? [] : [error.next])])
      note(line);
    return aborted ? SIGNALS[reason as keyof typeof SIGNALS] : error.exitCode;
  }
}

process.exitCode = await main();
