/** What the harness is asked for on the command line. */
import { parseArgs } from 'node:util';
import { GelombangError } from '../src/errors.ts';
import { KINDS } from './kinds.ts';
import { BACKENDS, type Backend } from './stand.ts';

const KIND_LINES = KINDS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n');

export const USAGE = `Breaks what a wave stands on while it is closed, lets the next command go on, and compares with an undisturbed run.

  npm run chaos -- [options]

  --seed N             of all that is random; of this moment if not given, and printed
  --kind NAME,NAME     only these kinds; all if not given
  --count N            cases of each kind, in place of as many as it usually has
  --backend NAME       postgres, redis or both: where the queue is; both if not given, one case with each in turn
  --every              statement, queue, file: each one in its turn in place of some by chance; closes: a thousand
  --only CASE          this one case, such as kill-12, with the same seed, backend and --every
  --json               one JSON document on stdout in place of the table

Kinds:
${KIND_LINES}

Progress goes to stderr. Exit code 1: something went against the promise; the command that replays it is printed.`;

export interface ChaosOptions {
  readonly seed: number;
  readonly kinds: readonly string[];
  readonly count: number | undefined;
  readonly backends: readonly Backend[];
  readonly every: boolean;
  readonly only: string | undefined;
  readonly json: boolean;
}

const OPTIONS = {
  help: { type: 'boolean' },
  seed: { type: 'string' },
  kind: { type: 'string' },
  count: { type: 'string' },
  backend: { type: 'string' },
  every: { type: 'boolean' },
  only: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const LARGEST_SEED = 2 ** 31;

/** Undefined where only help is asked for. @throws GelombangError USAGE */
export function readOptions(args: readonly string[], now = Date.now()): ChaosOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const all = KINDS.map(({ name }) => name);
  const only = values.only === undefined ? undefined : caseName(values.only, all);
  const asked = only?.replace(/-\d+$/, '') ?? values.kind;
  return {
    seed: number('seed', values.seed, 0) ?? now % LARGEST_SEED,
    kinds: asked === undefined ? all : asked.split(',').map((name) => oneOf('kind', name, all)),
    count: number('count', values.count, 1),
    backends: backendsOf(values.backend ?? 'both'),
    every: values.every === true,
    only,
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

function caseName(text: string, kinds: readonly string[]): string {
  const kind = /^(.+)-[1-9]\d*$/.exec(text)?.[1];
  if (kind !== undefined && kinds.includes(kind)) return text;
  throw usageError(`--only ${text}: expected a case such as kill-12`);
}

function backendsOf(text: string): readonly Backend[] {
  if (text === 'both') return BACKENDS;
  return [oneOf('backend', text, BACKENDS) as Backend];
}

function oneOf(name: string, text: string, known: readonly string[]): string {
  if (known.includes(text)) return text;
  throw usageError(`--${name} ${text}: expected one of ${known.join(', ')}`);
}

function number(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  // As many digits as are always told apart.
  if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text);
  throw usageError(`--${name} ${text}: expected a whole number from ${least} on`);
}

function usageError(message: string): GelombangError {
  return new GelombangError('USAGE', message, { next: 'npm run chaos -- --help says what there is.' });
}
