/** The registry by its commands: asked in files, answering in files, its versions shown and dropped. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { runHere } from '../support/commands.ts';
import { answersFrom, daysAgo, exchanged } from '../support/exchange.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { type Ended, runProgram } from '../support/program.ts';
import { close, open, openAndImport, rowsOf, type WaveInput, waveFrom } from '../support/wave.ts';
import { documentOf, type ErrorDocument, keysOf } from './document.ts';

let at: Installation;
let small: WaveInput;
let questions: string;
let niks: readonly string[];
const said: Ended[] = [];

const given = new Set<string>();

/** By the program when a command is given for the first time. */
async function run(line: string, code: number): Promise<Ended> {
  const command = line.split(' ').slice(0, 2).join(' ');
  const runIt = given.has(command) ? runHere : runProgram;
  given.add(command);
  const ended = await runIt(at, line.split(' '), { GELOMBANG_OPERATOR: 'ani' });
  said.push(ended);
  expect(ended.code, ended.stderr).toBe(code);
  return ended;
}

const done = (line: string) => run(line, 0);

function answers(name: string, asked: readonly string[]): Promise<string> {
  const header = 'nik,kk,full_name,birth_date,sex,status';
  return fileOf(at, name, [header, ...answersFrom(small.registry)(asked), ''].join('\n'));
}

beforeAll(async () => {
  at = await installation();
  small = await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in'));
  questions = join(at.folder, 'questions.csv');
});

describe('versions of the registry', () => {
  test('are none at first, and that is no fault', async () => {
    expect((await done('registry versions')).stdout).toMatch(
      /^No snapshot and no answers .*\n\nNext: .* import registry FILE\n$/,
    );
    expect(documentOf(await done('registry versions --json'))).toEqual({ versions: [] });
  });
});

describe('registry ask', () => {
  beforeAll(() => openAndImport(at, exchanged(small)));

  test('writes whom the registry has to answer about, for the eyes of the operator alone', async () => {
    const { stdout, stderr } = await done(`registry ask 17 --out ${questions}`);
    niks = rowsOf(await readFile(questions, 'utf8')).rows;
    expect(stdout).toContain(
      `${niks.length} NIKs of wave 17 are in ${questions} for the registry to answer:\n`,
    );
    expect(stdout).toMatch(
      /\n {2}of applications {11}\d+\n {2}of past recipients alone {2}\d+\nSHA-256 [0-9a-f]{64}\n/,
    );
    expect(stdout).toMatch(
      /\nSend .*questions\.csv to the registry\.\nNext, with what comes back: .* registry answer FILE\n$/,
    );
    expect(stderr).toContain('warning: the file holds whole NIKs');
    expect((await stat(questions)).mode & 0o777).toBe(0o600);
  });

  test('says the same as a document', async () => {
    const document = documentOf(await done(`registry ask 17 --out ${questions} --json`));
    expect(document).toMatchObject({
      ...{ wave: 17, file: questions, niks: niks.length, answered: 0, bytes: 4 + 17 * niks.length },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(Number(document.of_applications) + Number(document.of_recipients)).toBe(niks.length);
  });
});

describe('registry answer', () => {
  test('takes some of the answers, and says how many are missing and what is to be done', async () => {
    const some = await answers('some.csv', niks.slice(2));
    const { stdout } = await done(`registry answer ${some} --as-of ${daysAgo(2)}`);
    expect(stdout).toContain(
      `Version 2 of the registry has ${niks.length - 2} answers as of ${daysAgo(2)}.\n`,
    );
    expect(stdout).toContain(`\nWave 17: ${niks.length} NIKs asked for, 2 still without an answer.\n`);
    expect(stdout).toMatch(
      /\nNext, with the answers that are missing: .* registry answer FILE\nWhose they are: .* registry ask 17 --out FILE\nThen: .* wave close 17\n$/,
    );
    const again = await done(`registry answer ${some}`);
    expect(again.stdout).toContain(`with answers as of ${daysAgo(2)}, since`);
    expect(again.stdout).toContain(
      '\nIf the registry has given the very same answers anew, say on which day: --as-of DATE.\n',
    );
  });

  test('rejects what nobody asked, and writes why', async () => {
    const rest = await answers('rest.csv', [...niks.slice(0, 2), '3171011708450001']);
    const rejects = join(at.folder, 'rejects.csv');
    const ended = await done(`registry answer ${rest} --rejects ${rejects} --json`);
    expect(documentOf(ended)).toMatchObject({
      ...{ kind: 'answers', version: 3, answers: 2, as_of: daysAgo(0), rejects: { NOT_ASKED: 1 } },
      waves: [{ wave: 17, asked: niks.length, unanswered: 0 }],
    });
    expect(await readFile(rejects, 'utf8')).toContain('\n4,,nik,NOT_ASKED,');
    const later = await done(`registry answer ${rest}`);
    const again = `registry answer ${rest} --as-of ${daysAgo(0)} --rejects FILE\n`;
    expect(later.stdout).toMatch(new RegExp(`^To have the rejected rows in a file: .* ${again}`, 'm'));
    expect(later.stdout).toMatch(/\nNext, when all files are in: .* wave close 17\n$/);
  });

  test('leaves nothing to ask, which is no fault and writes no file', async () => {
    const nothing = join(at.folder, 'nothing.csv');
    const { stdout } = await done(`registry ask 17 --out ${nothing}`);
    expect(stdout).toContain('There is nothing to ask for wave 17: no file was written.\n');
    expect(stdout).toContain(`\n${niks.length} NIKs have an answer already.\n`);
    await expect(stat(nothing)).rejects.toThrow('ENOENT');
  });
});

describe('versions', () => {
  test('are shown with what they are for, and dropped by number', async () => {
    await close(at, 17);
    const { stdout } = await done('registry versions');
    expect(stdout).toMatch(/^Snapshots\n {5}1 {2}in force {4}0 people as of /);
    expect(stdout).toContain(`\n     2  kept        ${niks.length - 2} answers as of ${daysAgo(2)}\n`);
    expect(stdout).toContain(`\n${' '.repeat(20)}held against it: wave 17\n`);
    const dropped = await done('registry drop 2 3');
    expect(dropped.stdout).toMatch(/^Version 3 is dropped \(rest\.csv, as of .*\): 2 NIKs in \d+ blocks?, /);
    expect((await done('registry versions')).stdout).toMatch(/\n {20}dropped .* UTC by ani\n/);
  });

  test('are dropped by their day, but for those that are needed', async () => {
    const ended = await done(`registry drop --older-than ${daysAgo(0)}`);
    expect(ended.stdout).toMatch(/^Nothing was dropped\.\nVersion 1 stays: it is the newest snapshot/);
    expect(documentOf(await done(`registry drop --older-than ${daysAgo(0)} --json`))).toMatchObject({
      ...{ dropped: [], kept: [{ version: 1 }] },
    });
  });
});

describe('what cannot be done', () => {
  beforeAll(() => open(at, { ...small, waveId: 18 }));

  test.each([
    ['registry ask 17 --out q.csv', 4, 'wave 17 is matched already'],
    ['registry ask 18 --out q.csv', 3, 'wave 18 is matched with a snapshot of the registry'],
    ['registry ask 99 --out q.csv', 3, 'there is no wave 99'],
    ['registry drop 1', 4, 'versions of the registry cannot be dropped'],
    ['registry drop 99', 3, 'there is no version 99 of the registry'],
    ['registry drop', 2, 'nothing says what is to be dropped'],
    ['registry drop 1 --older-than 2021-04-01', 2, 'versions are named, and a day too'],
    ['registry drop one', 2, 'expected numbers of versions'],
  ])('`%s` ends with %i and says why', async (line, code, expected) => {
    const { error } = documentOf<ErrorDocument>(await run(`${line} --json`, code));
    expect(error.message).toContain(expected);
  });
});

test('documents have keys in snake_case, and no NIK is in anything that was said', () => {
  for (const ended of said.filter(({ stdout }) => stdout.startsWith('{'))) {
    for (const key of keysOf(documentOf(ended))) expect(key).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  }
  const all = said.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  expect(niks.filter((nik) => all.includes(nik))).toEqual([]);
});
