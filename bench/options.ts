/** What a measurement is asked for on the command line. */
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { GelombangError } from '../src/errors.ts';
import type { Servers } from './installation.ts';

const MILLION = 1_000_000;
const QUICK = 100_000;

export const USAGE = `Measures waves closed by the project against the same closed by a script for DuckDB.

  npm run bench -- [options]

  --applications N,N   sizes of the waves; 1000000,5000000 if not given
  --rounds N           the project and the peer in turn, so many times; 3 if not given
  --quick              one round of 100,000: whether it all works and the results agree
  --workers N,N        instead: close with so many workers beside, without the peer; of 1000000 if no size is given
  --concurrency N      steps that a process does at once; as many as there are cores if not given
  --policy FILE        in place of the made-up waves' own, for example bench/provinces.yaml
  --seed N             of the made-up waves; 1 if not given
  --dir FOLDER         where waves are kept and databases made; gelombang-bench among the temporary files if not given
  --database-url URL   a PostgreSQL server on which databases may be created; the embedded one if not given
  --redis-url URL      where the queue is; in PostgreSQL if not given
  --json FILE          write all figures to this file
  --append FILE        add the report to this history, for example bench/RESULTS.md

The report goes to stdout, progress to stderr. Exit code 1: results that are not the peer's, or a command that failed.`;

export interface BenchOptions extends Servers {
  readonly applications: readonly number[];
  readonly rounds: number;
  /** Undefined: the project against the peer. */
  readonly workers: readonly number[] | undefined;
  readonly seed: number;
  /** Undefined: the one that was made up with the wave. */
  readonly policy: string | undefined;
  readonly folder: string;
  readonly json: string | undefined;
  readonly append: string | undefined;
}

const OPTIONS = {
  help: { type: 'boolean' },
  quick: { type: 'boolean' },
  applications: { type: 'string' },
  rounds: { type: 'string' },
  workers: { type: 'string' },
  concurrency: { type: 'string' },
  policy: { type: 'string' },
  seed: { type: 'string' },
  dir: { type: 'string' },
  'database-url': { type: 'string' },
  'redis-url': { type: 'string' },
  json: { type: 'string' },
  append: { type: 'string' },
} as const;

/** Undefined where only help is asked for. @throws GelombangError USAGE */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const quick = values.quick === true;
  const usual = quick ? [QUICK] : values.workers === undefined ? [MILLION, 5 * MILLION] : [MILLION];
  return {
    applications: numbers('applications', values.applications, 1) ?? usual,
    rounds: number('rounds', values.rounds, 1) ?? (quick ? 1 : 3),
    workers: numbers('workers', values.workers, 0),
    concurrency: number('concurrency', values.concurrency, 1),
    seed: number('seed', values.seed, 0) ?? 1,
    policy: values.policy === undefined ? undefined : resolve(values.policy),
    folder: resolve(values.dir ?? join(tmpdir(), 'gelombang-bench')),
    databaseUrl: address('database-url', values['database-url'], ['postgres:', 'postgresql:']),
    redisUrl: address('redis-url', values['redis-url'], ['redis:', 'rediss:']),
    json: values.json,
    append: values.append,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

function number(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw usageError(`--${name} ${text}: expected a whole number from ${least} on`);
}

function numbers(name: string, text: string | undefined, least: number): number[] | undefined {
  return text?.split(',').flatMap((part) => number(name, part, least) ?? []);
}

/** Not repeated in the error: it may hold a password. */
function address(name: string, text: string | undefined, protocols: readonly string[]): string | undefined {
  if (text === undefined || (URL.canParse(text) && protocols.includes(new URL(text).protocol))) return text;
  throw usageError(`--${name}: expected an address that begins with ${protocols[0]}//`);
}

function usageError(message: string): GelombangError {
  return new GelombangError('USAGE', message, { next: 'npm run bench -- --help says what there is.' });
}
