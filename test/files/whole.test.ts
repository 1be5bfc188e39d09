/** A small file is there under its name in whole or not at all, for its owner alone, and leaves no draft. */
import { link, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { removeDrafts, writeWhole } from '../../src/files/whole.ts';
import { temporaryFolder } from '../support/installation.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = join(await temporaryFolder(), 'own');
  await mkdir(folder);
  path = join(folder, 'note');
});

test('a file takes the place of the one before, for its owner alone', async () => {
  await writeFile(path, 'before', { mode: 0o644 });
  await writeWhole(path, 'after');
  expect(await readFile(path, 'utf8')).toBe('after');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['note']);
});

test('linked, it does not take the place of another', async () => {
  await writeFile(path, 'before');
  await expect(writeWhole(path, 'after', link)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(path, 'utf8')).toBe('before');
  expect(await readdir(folder)).toEqual(['note']);
});

test('what cannot get its name leaves no draft', async () => {
  await mkdir(path);
  await expect(writeWhole(path, 'after')).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['note']);
});

test('drafts of those who were killed are taken away, and nothing else', async () => {
  const others = ['note.1', 'other.4711.unfinished'];
  for (const name of ['note.4711.unfinished', ...others]) await writeFile(join(folder, name), '');
  await removeDrafts(path);
  expect((await readdir(folder)).sort()).toEqual(others);
});
