/** Policies that are none: refused with what is wrong and where, in a moment, whatever they are made of. */
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readPolicyFile } from '../../src/cli/policy-file.ts';
import { GelombangError } from '../../src/errors.ts';
import { LARGEST_POLICY } from '../../src/policy/bounds.ts';
import { changedPolicy } from '../../src/policy/changes.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { temporaryFolder } from '../support/installation.ts';

const GOOD = `name: prakerja-2021
as_of: 2021-04-30
quota: 600000
household_cap: 2
match: { name: 80 }
layers: [email, phone, selfie, test]
age: { min: 18, max: 64 }
barred_occupations: [ASN]
deny_lists: [dtks]
`;
const ROOM = LARGEST_POLICY - 100;

let folder: string;
let last = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
});

async function refusalOf(work: Promise<unknown>): Promise<GelombangError> {
  const error = await work.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof GelombangError)) throw error;
  expect(error).toMatchObject({ code: 'INPUT_REFUSED', next: expect.stringMatching(/./) });
  return error;
}

async function readingOf(content: string | Uint8Array) {
  const path = join(folder, `policy-${++last}.yaml`);
  await writeFile(path, content);
  return readPolicyFile(path);
}

function quota(text: string): string {
  return GOOD.replace('600000', text);
}

/** So many people's worth of it, as far as a policy may go. */
function filled(piece: string): string {
  return piece.repeat(Math.floor(ROOM / piece.length));
}

describe('a policy is refused', () => {
  const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`)}]`);
  const keys = Array.from({ length: 1200 }, (_, i) => `k${i}: 1`).join('\n');

  test.each<[name: string, content: string, line: number, what: string]>([
    ['with a quota of 1e309', quota('1e309'), 3, 'quota: expected a whole number'],
    [
      'with a quota of 010',
      quota('010'),
      3,
      '010 is perhaps not the number that is meant: YAML takes it for 10',
    ],
    ['with a quota of 0x10', quota('0x10'), 3, '0x10 is perhaps not the number that is meant'],
    ['with a quota of +5', quota('+5'), 3, '+5 is perhaps not the number that is meant'],
    ['with a quota without end', quota('.inf'), 3, 'quota: expected a whole number'],
    ['with a quota that is no number', quota('.nan'), 3, 'quota: expected a whole number'],
    ['with a quota below 0', quota('-1'), 3, 'quota: expected a whole number from 0'],
    ['with a quota beyond what is counted', quota('2147483648'), 3, 'quota: expected a whole number'],
    ['with a quota of a thousand digits', quota('9'.repeat(1000)), 3, 'quota: expected a whole number'],
    ['with a part of a seat', quota('0.5'), 3, 'quota: expected a whole number'],
    ['with a quota in words', quota('"600000"'), 3, 'quota: expected a whole number'],
    ['with a quota in parts of thousands', quota('600_000'), 3, 'quota: expected a whole number'],
    ['on 30 February', GOOD.replace('04-30', '02-30'), 2, 'as_of: expected a day'],
    ['with a NUL in a text', GOOD.replace('prakerja-2021', '"a\\0b"'), 1, 'without control characters'],
    ['with half a letter in a text', GOOD.replace('prakerja-2021', '"\\ud800"'), 1, 'without control'],
    ['with a NUL', GOOD.replace('prakerja', 'pra\0kerja'), 1, 'a NUL character'],
    ['with a key that is there twice', `${GOOD}quota: 1\n`, 10, 'quota is given more than once'],
    ['with an anchor that is used', `${GOOD}a: &a [1]\nb: *a\n`, 11, 'an alias, *a'],
    ['with a key that merges', `${GOOD}<<: { quota: 1 }\n`, 10, '<<: unknown key'],
    ['with a key of a prototype', `${GOOD}__proto__: { quota: 1 }\n`, 10, '__proto__: unknown key'],
    ['that grows by its aliases', `a0: &a0 [x]\n${levels.join('\n')}\n`, 2, 'an alias, *a0'],
    ['with a type of its own', `${GOOD}x: !!js/function 'function () {}'\n`, 10, 'no valid YAML'],
    ['of two documents', `${GOOD}---\n${GOOD}`, 10, 'several documents'],
    ['of brackets alone', '['.repeat(ROOM), 1, 'more than 200 mappings and sequences within each other'],
    ['of braces alone', '{'.repeat(ROOM), 1, 'more than 200 mappings and sequences within each other'],
    ['of dashes alone', filled('- '), 1, 'more than 200 mappings and sequences within each other'],
    ['of question marks alone', filled('? '), 1, 'more than 200 mappings and sequences within each other'],
    ['of conditions without end', `${GOOD}priority:\n - ${'{ not: '.repeat(60)}`, 11, 'no valid YAML'],
    ['of quotes alone', '"'.repeat(5_000), 1, 'no valid YAML'],
    ['of thousands of keys', keys, 1, 'is missing'],
    ['of thousands of lists', `${GOOD.replace('dtks', 'a, '.repeat(3_000))}`, 9, 'deny_lists'],
    ['that is too large', `${GOOD}# ${'x'.repeat(LARGEST_POLICY)}\n`, 1, 'bytes'],
    ['of nothing', '', 1, 'the file is empty'],
    ['of another kind', 'nik,kk\n', 1, 'the file holds no mapping'],
  ])('%s', async (name, content, line, what) => {
    const error = await refusalOf(readingOf(content));
    const told = [...error.faults.map((fault) => `${fault.where} ${fault.what}`), error.message];
    expect(
      told.find((one) => one.includes(what)),
      told.slice(0, 3).join('; '),
    ).toBeDefined();
    if (name === 'that is too large') return;
    expect(error.faults.some((fault) => fault.where.endsWith(`:${line}`))).toBe(true);
  });

  test.each<[name: string, content: Uint8Array, words: string]>([
    ['as UTF-16 with its mark', Buffer.from(`\ufeff${GOOD}`, 'utf16le'), 'is not UTF-8 text'],
    ['as UTF-16 without a mark', Buffer.from(GOOD, 'utf16le'), 'has 1 fault'],
    ['in Windows-1252', Buffer.from(GOOD.replace('prakerja', 'pr\xe1kerja'), 'latin1'), 'is not UTF-8 text'],
  ])('%s', async (_, content, words) => {
    expect((await refusalOf(readingOf(content))).message).toContain(words);
  });

  test('with more faults than anybody reads with the first of them, and how many there are', async () => {
    const error = await refusalOf(readingOf(keys));
    expect(error.message).toMatch(/has 12\d\d faults, of which the first 500 are told$/);
    expect(error.faults).toHaveLength(500);
  });

  test.each<[name: string, make: (path: string) => unknown, words: string]>([
    ['that is not there', () => {}, 'there is no such file'],
    ['that is a folder', (path) => mkdir(path), 'it is a folder'],
    ['that is a FIFO', (path) => execFileSync('mkfifo', [path]), 'it is not a plain file'],
    ['that is a link to a device', (path) => symlink('/dev/zero', path), 'it is a symbolic link'],
  ])('%s', async (_, make, words) => {
    const path = join(folder, `special-${++last}`);
    await make(path);
    expect((await refusalOf(readPolicyFile(path))).message).toBe(`${path}: ${words}`);
  });

  test('that is a device without end', async () => {
    expect((await refusalOf(readPolicyFile('/dev/zero'))).message).toContain('it is not a plain file');
  });
});

describe('a policy is taken', () => {
  test.each([
    ['with a byte order mark', `\ufeff${GOOD}`],
    ['with CR LF at the end of lines', GOOD.replaceAll('\n', '\r\n')],
    ['with an anchor that nobody uses', GOOD.replace('quota: ', 'quota: &quota ')],
    ['with a quota of nothing', quota('0')],
    ['with a quota with an exponent', quota('6e5')],
    ['as JSON', JSON.stringify(readPolicy(GOOD, 'good').policy)],
  ])('%s', async (name, content) => {
    const { policy } = await readingOf(content);
    expect(policy.quota).toBe(name.includes('nothing') ? 0 : 600_000);
  });
});

describe('a value in place of one of a policy is refused', () => {
  const { policy } = readPolicy(GOOD, 'good');

  test.each([
    ['quota', '1e309', 'quota: expected a whole number'],
    ['quota', '-1', 'quota: expected a whole number'],
    ['__proto__.quota', '1', '__proto__: unknown key'],
    ['constructor', '1', 'constructor: unknown key'],
    ['priority', '['.repeat(50_000), 'more than 200 mappings and sequences'],
    ['priority', `&a [*a]`, 'an alias'],
    ['deny_lists', '[dtks, dtks]', 'dtks'],
    ['quo..ta', '1', 'expected a key of the policy'],
    ['quota', '', 'quota: expected a whole number'],
  ])('%s=%.20s', (key, value, words) => {
    expect(() => changedPolicy(policy, [{ key, value }])).toThrow(
      expect.objectContaining({
        code: 'INPUT_REFUSED',
        faults: expect.arrayContaining([expect.objectContaining({ what: expect.stringContaining(words) })]),
      }),
    );
  });
});
