/** `npm run fuzz -- csv|policy|nik [--minutes N] [--seed N]`: looks for inputs that the program does not stand. */
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

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
  });
  const make = TARGETS[positionals[0] ?? ''];
  const duration = Number(values.minutes) * MINUTE;
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  if (make === undefined || !(duration > 0) || !Number.isInteger(seed)) {
    say(`expected one of ${Object.keys(TARGETS).join(', ')}, and perhaps --minutes and --seed`);
    return 2;
  }
  const target = make();
  say(`${target.name}, seed ${seed}, ${values.minutes} minutes`);
  const ended = await fuzz(target, { seed, duration, onProgress: (so) => say(figures(so)) });
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
