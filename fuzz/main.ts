/** The fuzzer: reads what is asked for, and says what it has found. */
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { sha256 } from '../src/proof/sha256.ts';
import { csvTarget } from './csv-target.ts';
import { type Found, type Fuzzing, fuzz, type Target } from './fuzzer.ts';
import { nikTarget } from './nik-target.ts';
import { policyTarget } from './policy-target.ts';

const TARGETS: Readonly<Record<string, () => Target>> = {
  csv: csvTarget,
  policy: policyTarget,
  nik: nikTarget,
};
const FINDINGS = '.gelombang/fuzz';
const MINUTE = 60_000;

const USAGE = `Looks for inputs that the program does not stand: changes those that reach new code, again and again.

  npm run fuzz -- ${Object.keys(TARGETS).join('|')} [options]

  --minutes N   how long; 1 if not given
  --seed N      of all that is random; of this moment if not given, and printed
  --help        this text

Exit code 1: an input was found, and is kept in ${FINDINGS}.`;

interface Wanted {
  readonly make: () => Target;
  readonly minutes: number;
  readonly seed: number;
}

/** Undefined where it is to be said what there is. */
function wanted(): Wanted | undefined {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        ...{ minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
        help: { type: 'boolean' },
      },
    });
    const make = TARGETS[positionals[0] ?? ''];
    const minutes = Number(values.minutes);
    const seed = Number(values.seed ?? Date.now() % 2 ** 31);
    const isSaid = values.help !== true && positionals.length === 1 && minutes > 0 && Number.isInteger(seed);
    return make !== undefined && isSaid ? { make, minutes, seed } : undefined;
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const asked = wanted();
  if (asked === undefined) {
    say(USAGE);
    return process.argv.includes('--help') ? 0 : 2;
  }
  const { make, minutes, seed } = asked;
  const target = make();
  say(`${target.name}, seed ${seed}, ${minutes} minutes`);
  const ended = await fuzz(target, {
    seed,
    duration: minutes * MINUTE,
    onProgress: (so) => say(figures(so)),
  });
  say(figures(ended));
  if (ended.found === undefined) return 0;
  await tell(target, ended.found);
  return 1;
}

function figures({ executions, blocks, corpus }: Fuzzing): string {
  return `${executions} inputs, ${blocks} blocks of code reached, ${corpus} inputs kept`;
}

async function tell(target: Target, { input, error }: Found): Promise<void> {
  await mkdir(FINDINGS, { recursive: true, mode: 0o700 });
  const path = `${FINDINGS}/${target.name}-${sha256(input, 'hex').slice(0, 12)}`;
  await writeFile(path, input, { mode: 0o600 });
  say(
    `${error.stack ?? error.message}\nThe input is in ${path}: ${JSON.stringify(input.toString('latin1'))}`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
