/** What the program logs and says may be kept and passed on: nobody is in it. Whole waves, by the command line. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fileOf, type Installation, installation } from './support/installation.ts';
import { readRows } from './support/oracle-rows.ts';
import { type Ended, runProgram } from './support/program.ts';
import { madeUpWave, rowsOf, type WaveInput } from './support/wave.ts';

let at: Installation;
let input: WaveInput;
let said: { readonly command: string; readonly ended: Ended }[];

/** Every command, and what goes wrong with them. */
async function runEverything(): Promise<typeof said> {
  const file = (name: string, text: string) => fileOf(at, name, text);
  const applicants = input.applicants[0]?.text ?? '';
  const { rows, fileOf: withRows } = rowsOf(applicants);
  const plain = (nik = '') => nik.replace(/\D/g, '');
  const paths = {
    policy: await file('policy.yaml', JSON.stringify(input.policy)),
    registry: await file('registry.csv', input.registry),
    recipients: await file('recipients.csv', input.recipients),
    dtks: await file('dtks.csv', input.lists.dtks ?? ''),
    kemnaker: await file('kemnaker.csv', input.lists.kemnaker ?? ''),
    applicants: await file('applicants.csv', applicants),
    // A header without its names, and so a person where columns should be.
    headless: await file('headless.csv', `${rows.join('\n')}\n`),
    repeated: await file('repeated.csv', withRows(rows.slice(0, 20))),
    // A digit too many or too few in every one.
    wrong: await file('wrong.csv', `nik\n${rows.map((row) => `${plain(row.split(',')[1])}00`).join('\n')}\n`),
  };
  const out = join(at.folder, 'out');
  const commands = [
    ['wave', 'open', '17', '--policy', paths.policy],
    ['import', 'registry', paths.registry],
    ['import', 'list', paths.dtks, '--name', 'dtks', '--kind', 'deny'],
    ['import', 'list', paths.kemnaker, '--name', 'kemnaker', '--kind', 'priority'],
    ['import', 'list', paths.wrong, '--name', 'other', '--kind', 'deny'],
    ['import', 'recipients', paths.recipients],
    ['import', 'applicants', paths.headless, '--wave', '17'],
    ['import', 'applicants', paths.applicants, '--wave', '17'],
    ['import', 'applicants', paths.repeated, '--wave', '17'],
    ['import', 'applicants', paths.applicants, '--wave', '17'],
    ['wave', 'close', '17'],
    ['wave', 'close', '17'],
    ['import', 'applicants', paths.repeated, '--wave', '17'],
    ['wave', 'status', '17'],
    ['export', '17', '--out', out],
    ['verify', out],
  ];
  const results: typeof said = [];
  for (const args of commands) {
    const ended = await runProgram(at, args, { LOG_LEVEL: 'trace' });
    results.push({ command: args.slice(0, 2).join(' '), ended });
  }
  return results;
}

beforeAll(async () => {
  at = await installation();
  input = await madeUpWave({ applicants: 300, seed: 41 });
  said = await runEverything();
}, 120_000);

test('the commands did what they were given', () => {
  expect(said.map(({ ended }) => ended.code)).toEqual([0, 0, 0, 0, 3, 0, 3, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
});

describe('in all that was said on standard error and standard output', () => {
  const texts = () => said.map(({ command, ended }) => ({ command, text: ended.stderr + ended.stdout }));

  /** Those of these values that were said, with the command that said them. */
  function found(values: readonly (string | undefined)[]): string[] {
    const unique = [...new Set(values)].filter((value) => value !== undefined && value.length > 5);
    expect(unique.length).toBeGreaterThan(100);
    return texts().flatMap(({ command, text }) =>
      unique.filter((value) => text.includes(value as string)).map((value) => `${command}: ${value}`),
    );
  }

  const columnOf = (name: string) => readRows(input.applicants[0]?.text ?? '').map((row) => row[name]);

  test('something was logged, as JSON lines', () => {
    const lines = said.flatMap(({ ended }) =>
      ended.stderr.split('\n').filter((line) => line.startsWith('{')),
    );
    const events = new Set(lines.map((line) => JSON.parse(line).event));
    for (const event of ['import.finished', 'step.done', 'wave.published', 'notices.sent']) {
      expect(events).toContain(event);
    }
  });

  test('there is no number of sixteen digits', () => {
    const numbers = texts().flatMap(({ command, text }) =>
      (text.match(/(?<![0-9a-f])\d{16}(?![0-9a-f])/g) ?? []).map((number) => `${command}: ${number}`),
    );
    expect(numbers).toEqual([]);
  });

  test('there is no NIK and no KK of the files, however it was written', () => {
    expect(found([...columnOf('nik'), ...columnOf('kk')])).toEqual([]);
    expect(found(readRows(input.registry).map((row) => row.nik))).toEqual([]);
  });

  test('there is no e-mail address', () => {
    expect(found(columnOf('email'))).toEqual([]);
  });

  test('there is no phone number', () => {
    expect(found(columnOf('phone'))).toEqual([]);
  });
});

test('in what is exported identity numbers are masked, and the rest is not there at all', async () => {
  const folder = join(at.folder, 'out');
  const rows = readRows(input.applicants[0]?.text ?? '');
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8');
    // Not by the look of them: the pseudonym of a household is 16 digits too, and now and then none is a letter.
    const told = rows
      .flatMap((row) => [row.nik, row.kk, row.email, row.phone])
      .filter((value) => value !== undefined && value.length > 9 && text.includes(value));
    expect(told, name).toEqual([]);
  }
});
