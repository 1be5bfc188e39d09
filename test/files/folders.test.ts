/** Folders are made with those above them, or it is said why not: at once, and what the system says. */
import { chmod, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../src/files/folders.ts';
import { afterTest } from '../support/ends.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gelombang-folders-'));
  afterTest(async () => {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true });
  });
});

test('those above it are made too, once, by several at once as well', async () => {
  const deep = join(folder, 'a', 'b', 'c');
  const made = await Promise.all([makeFolder(deep, 0o700), makeFolder(deep, 0o700)]);
  expect(made).toContain(true);
  expect((await stat(deep)).mode & 0o777).toBe(0o700);
  expect(await makeFolder(deep)).toBe(false);
});

test('a link to a folder is one, and anything else that stands there is refused', async () => {
  await symlink(folder, join(folder, 'link'));
  expect(await makeFolder(join(folder, 'link'))).toBe(false);
  await writeFile(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test.skipIf(process.platform !== 'linux')('where the system will have none, that is said', async () => {
  await expect(makeFolder('/proc/self/none/below')).rejects.toMatchObject({ code: 'ENOENT' });
});
