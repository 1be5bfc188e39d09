/** A policy file looked at by itself: no database is asked, and none has to be there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { runHere } from '../support/commands.ts';
import { type Installation, installation } from '../support/installation.ts';
import { type Ended, runProgram } from '../support/program.ts';
import { documentOf, type ErrorDocument, keysOf } from './document.ts';

const NOWHERE = 'postgres://someone:geheim@127.0.0.1:1/nothing';
const RIGHT = join(projectRoot(), 'policies', '2021.yaml');

let at: Installation;
let folder: string;
let wrong: string;

beforeAll(async () => {
  at = await installation();
  folder = await mkdtemp(join(tmpdir(), 'gelombang-policy-'));
  wrong = join(folder, 'wrong.yaml');
  await writeFile(
    wrong,
    'name: wrong\nqouta: 5\npriority:\n  - any:\n      - { employment_status: [LAYED_OFF] }\nregions: { 31: many }\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

function run(...words: readonly string[]): Promise<Ended> {
  return runHere(at, ['policy', ...words], { DATABASE_URL: NOWHERE });
}

describe('policy check', () => {
  test('says of a right policy in one line what it is', async () => {
    const { code, stdout, stderr } = await runProgram(at, ['policy', 'check', RIGHT], {
      DATABASE_URL: NOWHERE,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\S+2021\.yaml: policy prakerja-2021, 600,000 seats, sha256 [0-9a-f]{64}\n$/);
  });

  test('has a document with the hash by which the wave will be known', async () => {
    const document = documentOf(await run('check', RIGHT, '--json'));
    expect(document).toEqual({
      file: RIGHT,
      policy: 'prakerja-2021',
      policy_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      quota: 600_000,
    });
  });

  test('says everything that is wrong with another, with lines and the nearest words, and changes nothing', async () => {
    const { code, stdout, stderr } = await run('check', wrong);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('wrong.yaml:2: qouta: unknown key (Did you mean quota?)');
    expect(stderr).toMatch(
      /wrong\.yaml:5: priority\.0\.any\.0\.employment_status\.0: .*\(Did you mean LAID_OFF\?\)/,
    );
    expect(stderr).toContain('wrong.yaml:6: regions.31: expected a whole number from 0');
    expect(stderr).toContain('wrong.yaml:1: deny_lists is missing');
    const { error } = documentOf<ErrorDocument>(await run('check', wrong, '--json'));
    expect(error.code).toBe('INPUT_REFUSED');
    expect(error.faults.length).toBe(stderr.split('\n').filter((line) => line.startsWith('  ')).length);
  });

  test('of a file that is not there says so', async () => {
    const { code, stderr } = await run('check', join(folder, 'none.yaml'));
    expect(code).toBe(3);
    expect(stderr).toContain('there is no such file');
  });
});

describe('policy explain', () => {
  test('says a policy in English, or in Indonesian where that is asked for', async () => {
    const english = await runProgram(at, ['policy', 'explain', RIGHT], { DATABASE_URL: NOWHERE });
    expect(english.stdout).toMatch(/^Policy prakerja-2021\n {2}Ages are taken on 23 February 2021\.\n/);
    expect(english.stdout).toContain('\n\nWho comes first\n');
    const indonesian = await run('explain', RIGHT, '--lang', 'id');
    expect(indonesian.stdout).toMatch(
      /^Kebijakan prakerja-2021\n {2}Usia dihitung pada 23 Februari 2021\.\n/,
    );
    expect([english.code, indonesian.code]).toEqual([0, 0]);
  });

  test('has a document with the sections and the rules, keys in snake_case', async () => {
    const document = documentOf<{ sections: object[]; rules: object[] }>(
      await run('explain', RIGHT, '--lang', 'id', '--json'),
    );
    expect(document).toMatchObject({ file: RIGHT, policy: 'prakerja-2021', lang: 'id' });
    expect(document.sections).toHaveLength(5);
    expect(document.rules).toContainEqual({ code: 'NIK_NOT_FOUND', what: 'NIK ada di data kependudukan.' });
    for (const key of keysOf(document)) expect(key).toMatch(/^[a-z0-9_]+$/);
  });

  test('in a language that it does not know, or of a wrong policy, is refused', async () => {
    const { code, stderr } = await run('explain', RIGHT, '--lang', 'fr');
    expect(code).toBe(2);
    expect(stderr).toContain('--lang is `fr`: expected id or en');
    expect((await run('explain', wrong)).code).toBe(3);
  });
});
