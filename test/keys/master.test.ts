/** The key file: made once, read by its owner alone, refused where it is not what it was. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { firstMaster, writeMasters } from '../../src/keys/key-file.ts';
import { keyOf, newMaster, readMasters } from '../../src/keys/master.ts';
import { projectRoot } from '../../src/project-root.ts';
import { temporaryFolder } from '../support/installation.ts';

const HEX = 'ab'.repeat(32);

let path: string;

beforeEach(async () => {
  path = join(await temporaryFolder(), 'home', 'key');
});

describe('the key file', () => {
  test('is made with the first key, for its owner alone, and nothing beside it stays', async () => {
    const made = await firstMaster({ kind: 'file', path });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe(`${made.name} ${Buffer.from(made.bytes).toString('hex')}\n`);
    expect(await readdir(dirname(path))).toEqual(['key']);
    expect(await firstMaster({ kind: 'file', path })).toEqual(made);
  });

  test('is made by one of those who come at the same time, and all have the same key', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => firstMaster({ kind: 'file', path })));
    expect(new Set(all.map(({ name }) => name)).size).toBe(1);
    expect(await readdir(dirname(path))).toEqual(['key']);
  });

  test.each([0o640, 0o604, 0o620, 0o777])('is refused where others have a right to it: %o', async (mode) => {
    await firstMaster({ kind: 'file', path });
    await chmod(path, mode);
    await expect(readMasters({ kind: 'file', path })).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      message: expect.stringContaining('others than its owner can read the key file'),
      next: expect.stringContaining('chmod 600'),
    });
  });

  test('is refused where it is damaged, and its key is not in what is said', async () => {
    const { name, bytes } = newMaster();
    const key = Buffer.from(bytes).toString('hex');
    const damaged = [`${name} ${key.slice(1)}`, `00000000 ${key}`, key, 'x', ''];
    await mkdir(dirname(path));
    for (const text of damaged) {
      await writeFile(path, text, { mode: 0o600 });
      const refused = await firstMaster({ kind: 'file', path }).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: 'INPUT_REFUSED',
        message: expect.stringContaining('is no key file'),
      });
      expect(String(refused)).not.toContain(key.slice(1));
    }
  });

  test('is refused where it is a link, which a rotation would put another file in place of, or no file', async () => {
    await firstMaster({ kind: 'file', path });
    await symlink(path, `${path}-link`);
    await expect(readMasters({ kind: 'file', path: `${path}-link` })).rejects.toThrow('is a symbolic link');
    await promisify(execFile)('mkfifo', ['-m', '600', `${path}-pipe`]);
    await expect(readMasters({ kind: 'file', path: `${path}-pipe` })).rejects.toThrow('is no key file');
    await expect(readMasters({ kind: 'file', path: dirname(path) })).rejects.toThrow('is a folder');
    const below = { kind: 'file', path: join(path, 'key') } as const;
    await expect(readMasters(below)).rejects.toThrow('cannot be read: ENOTDIR');
  });

  test('holds several while they are replaced', async () => {
    const two = [newMaster(), newMaster()];
    await mkdir(dirname(path));
    await writeMasters(path, two);
    expect((await readMasters({ kind: 'file', path })).map(({ name }) => name)).toEqual(
      two.map(({ name }) => name),
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

describe('the key in the environment', () => {
  test('is hex or base64url of 32 bytes', () => {
    const bytes = Buffer.from(HEX, 'hex');
    for (const text of [
      HEX,
      HEX.toUpperCase(),
      bytes.toString('base64url'),
      `${bytes.toString('base64url')}=`,
    ])
      expect(keyOf(text)).toEqual(bytes);
    for (const text of ['', HEX.slice(2), `${HEX}00`, 'x'.repeat(64), 'x'.repeat(42), `${'+'.repeat(43)}`])
      expect(keyOf(text)).toBeUndefined();
  });

  test('takes the place of the file, which is in the home where nothing is said', () => {
    const home = '/somewhere';
    expect(readConfig({ GELOMBANG_HOME: home }).masterKey).toEqual({ kind: 'file', path: '/somewhere/key' });
    expect(readConfig({ GELOMBANG_HOME: home, GELOMBANG_KEY_FILE: '/k' }).masterKey).toEqual({
      kind: 'file',
      path: '/k',
      setBy: { variable: 'GELOMBANG_KEY_FILE', otherwise: { kind: 'file', path: '/somewhere/key' } },
    });
    expect(readConfig({ GELOMBANG_HOME: home, GELOMBANG_KEY: HEX }).masterKey).toMatchObject({
      ...{ kind: 'given', next: undefined },
      setBy: { variable: 'GELOMBANG_KEY', otherwise: { kind: 'file', path: '/somewhere/key' } },
    });
  });

  test('of a database that is not in the home is with the user, wherever commands are given', () => {
    const user = projectRoot();
    const there = { DATABASE_URL: 'postgres://u@h/d', HOME: user };
    const keys = join(user, '.config', 'gelombang', 'keys');
    for (const home of ['/one', '/other'])
      expect(readConfig({ ...there, GELOMBANG_HOME: home }).masterKey).toEqual({
        kind: 'folder',
        path: keys,
      });
    const homeless = readConfig({ ...there, HOME: '/nowhere', GELOMBANG_HOME: '/one' });
    expect(homeless.masterKey).toEqual({ kind: 'file', path: '/one/key' });
  });

  test('is refused, and not shown, where it is none, or a file is named too', () => {
    const refusalOf = (environment: NodeJS.ProcessEnv) => {
      try {
        readConfig(environment);
      } catch (error) {
        return JSON.stringify(error);
      }
      return '';
    };
    expect(refusalOf({ GELOMBANG_KEY: 'a secret' })).toContain('GELOMBANG_KEY');
    expect(refusalOf({ GELOMBANG_KEY: 'a secret' })).not.toContain('a secret');
    expect(refusalOf({ GELOMBANG_KEY: HEX, GELOMBANG_KEY_FILE: '/k' })).toContain('GELOMBANG_KEY_FILE');
  });
});
