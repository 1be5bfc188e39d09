/** Settings that cannot be used: all of them named at once, none of their values told, and blanks as if nothing were set. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { allowedFolders, readConfig } from '../../src/config.ts';
import { GelombangError } from '../../src/errors.ts';
import { temporaryFolder } from '../support/installation.ts';

let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder, 'in'));
  await writeFile(join(folder, 'file'), '');
  await symlink('in', join(folder, 'link'));
});

function refusalOf(read: () => unknown): GelombangError {
  try {
    read();
  } catch (error) {
    if (error instanceof GelombangError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a setting is refused', () => {
  test.each([
    ['DATABASE_URL', 'mysql://someone:geheim@host/db'],
    ['DATABASE_URL', 'host=localhost password=geheim'],
    ['DATABASE_URL', ' postgres://someone:geheim@host/db'],
    ['DATABASE_URL', 'postgres://someone:geheim@host/db\n'],
    ['REDIS_URL', 'http://:geheim@host'],
    ['REDIS_URL', 'redis://:geheim@ho st'],
    ['GELOMBANG_HOME', 'a\nb'],
    ['GELOMBANG_NOTICES', 'a\0b'],
    ['GELOMBANG_CONCURRENCY', '0'],
    ['GELOMBANG_CONCURRENCY', '65'],
    ['GELOMBANG_CONCURRENCY', '1e1'],
    ['GELOMBANG_CONCURRENCY', ' 4'],
    ['GELOMBANG_OPERATOR', 'Siti\nAminah'],
    ['GELOMBANG_OPERATOR', 'x'.repeat(101)],
    ['DRAND_URL', 'https://one.example ftp://two.example'],
    ['DRAND_URL', 'nothing'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_LEVEL', 'WARN'],
    ['GELOMBANG_FOLDERS', '/nowhere/that/there/is'],
    ['GELOMBANG_FOLDERS', import.meta.filename],
    ['GELOMBANG_FOLDERS', `${import.meta.dirname}:`],
    ['GELOMBANG_FOLDERS', `${import.meta.dirname}::${import.meta.dirname}`],
    ['GELOMBANG_FOLDERS', `${import.meta.dirname}\0`],
  ])('%s=%j', (name, value) => {
    const error = refusalOf(() => readConfig({ [name]: value }));
    expect(error).toMatchObject({ code: 'INPUT_REFUSED', next: expect.stringContaining('Correct or unset') });
    expect(error.faults).toEqual([{ where: name, what: expect.stringMatching(/^expected /) }]);
    expect(JSON.stringify([error.message, error.faults])).not.toContain('geheim');
  });

  test('with all others that are wrong', () => {
    const wrong = { DATABASE_URL: 'x', LOG_LEVEL: 'x', GELOMBANG_FOLDERS: ':', GELOMBANG_CONCURRENCY: 'x' };
    expect(
      refusalOf(() => readConfig(wrong))
        .faults.map(({ where }) => where)
        .toSorted(),
    ).toEqual(Object.keys(wrong).toSorted());
  });

  test('also where nothing else of the environment is read', () => {
    expect(refusalOf(() => allowedFolders({ GELOMBANG_FOLDERS: ':' })).faults).toHaveLength(1);
  });
});

describe('a setting is as if it were not set', () => {
  const names = [
    ...['DATABASE_URL', 'REDIS_URL', 'GELOMBANG_HOME', 'GELOMBANG_NOTICES', 'GELOMBANG_CONCURRENCY'],
    ...['GELOMBANG_OPERATOR', 'GELOMBANG_FOLDERS', 'DRAND_URL', 'LOG_LEVEL', 'DUKCAPIL_URL'],
  ];

  test.each(['', ' ', '\t', '  \n'])('where it is %j', (blank) => {
    expect(readConfig(Object.fromEntries(names.map((name) => [name, blank])))).toEqual(readConfig({}));
    expect(allowedFolders({ GELOMBANG_FOLDERS: blank })).toBeUndefined();
  });
});

describe('a setting is taken', () => {
  test('with blanks where a name may have them', () => {
    const config = readConfig({ GELOMBANG_HOME: 'a folder', GELOMBANG_OPERATOR: 'Siti Aminah' });
    expect(config).toMatchObject({ home: resolve('a folder'), operator: 'Siti Aminah' });
  });

  test('with folders by any way that leads to them', () => {
    const given = ['in', 'link', 'in/../in'].map((name) => `${folder}/${name}`).join(':');
    expect(allowedFolders({ GELOMBANG_FOLDERS: given })).toEqual(
      ['in', 'link', 'in'].map((name) => join(folder, name)),
    );
  });
});
