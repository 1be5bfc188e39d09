/** Where GELOMBANG_FOLDERS names folders: what is read and written lies inside of them, whatever path leads there. */
import { chmod, link, mkdir, readdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { beaconGiven } from '../../src/cli/beacon.ts';
import { readPolicyFile } from '../../src/cli/policy-file.ts';
import { openCsv } from '../../src/csv/csv.ts';
import { openToRead } from '../../src/files/reading.ts';
import { prepareFile } from '../../src/files/single-file.ts';
import { UnfinishedFiles } from '../../src/files/unfinished.ts';
import { verifyExport } from '../../src/verify/verify.ts';
import { temporaryFolder } from '../support/installation.ts';

const OUTSIDE = {
  code: 'INPUT_REFUSED',
  message: expect.stringMatching(/ lies outside of the folders that GELOMBANG_FOLDERS names$/),
  next: expect.stringContaining('GELOMBANG_FOLDERS'),
};

let folder: string;
let allowed: string;
let outside: string;

beforeAll(async () => {
  folder = await realpath(await temporaryFolder());
  allowed = join(folder, 'allowed');
  outside = join(folder, 'outside');
  await mkdir(join(allowed, 'deep'), { recursive: true });
  await mkdir(join(outside, 'deep'), { recursive: true });
  await mkdir(`${allowed}-not`);
  for (const place of [allowed, outside, `${allowed}-not`]) await writeFile(join(place, 'file'), 'content');
  await symlink(outside, join(allowed, 'way-out'));
  await symlink(join(allowed, 'deep'), join(outside, 'way-in'));
  await symlink(join(outside, 'file'), join(allowed, 'link-out'));
});

beforeEach(() => void vi.stubEnv('GELOMBANG_FOLDERS', `${outside}/deep:${allowed}`));
afterEach(() => void vi.unstubAllEnvs());

async function read(path: string): Promise<string> {
  const handle = await openToRead(path);
  return handle.readFile('utf8').finally(() => handle.close());
}

async function written(path: string): Promise<string> {
  const file = await prepareFile(path);
  try {
    await file.write('', Readable.from(['new']));
    await file.publish();
    return await readFile(path, 'utf8');
  } finally {
    await file.discard();
  }
}

describe('a file is read', () => {
  test.each([
    ['inside', () => join(allowed, 'file')],
    ['by a way that stays inside', () => `${allowed}/deep/../file`],
    ['by a way that leads out and in again', () => `${allowed}/way-out/way-in/../file`],
  ])('%s', async (_, path) => {
    expect(await read(path())).toBe('content');
  });

  test.each([
    ['elsewhere', () => join(outside, 'file')],
    ['elsewhere, in a folder whose name begins alike', () => `${allowed}-not/file`],
    ['by ..', () => `${allowed}/../outside/file`],
    ['by .. behind a folder that there is not', () => `${allowed}/none/../../outside/file`],
    ['by a link to a folder', () => `${allowed}/way-out/file`],
    ['by .. behind a link, which is above where it leads', () => `${allowed}/way-out/../outside/file`],
    ['of the system', () => '/etc/passwd'],
    ['that is not there', () => join(outside, 'none')],
  ])('not %s', async (_, path) => {
    await expect(read(path())).rejects.toMatchObject(OUTSIDE);
  });

  test('not by a link itself, also where no folders are named', async () => {
    const words = { code: 'INPUT_REFUSED', message: expect.stringContaining('it is a symbolic link') };
    await expect(read(join(allowed, 'link-out'))).rejects.toMatchObject(OUTSIDE);
    vi.stubEnv('GELOMBANG_FOLDERS', '');
    await expect(read(join(allowed, 'link-out'))).rejects.toMatchObject(words);
    expect(await read(join(outside, 'file'))).toBe('content');
  });

  test('not at all where the setting is wrong', async () => {
    vi.stubEnv('GELOMBANG_FOLDERS', join(folder, 'none'));
    await expect(read(join(allowed, 'file'))).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });
});

describe('every way in is held to it', () => {
  test.each<[name: string, read: (path: string) => Promise<unknown>]>([
    ['an import', (path) => openCsv(path, [{ name: 'list', columns: ['nik'] }])],
    ['a policy', readPolicyFile],
    ['a round of the beacon', beaconGiven],
    ['the folder of an export', (path) => verifyExport(path, () => {})],
  ])('%s', async (_, way) => {
    await expect(way(join(outside, 'file'))).rejects.toMatchObject(OUTSIDE);
    await expect(way(`${allowed}/way-out/file`)).rejects.toMatchObject(OUTSIDE);
  });
});

describe('a file is written', () => {
  test.each([
    ['inside', () => join(allowed, 'list.csv')],
    ['in a folder that is made for it', () => join(allowed, 'new', 'newer', 'list.csv')],
  ])('%s', async (_, path) => {
    expect(await written(path())).toBe('new');
  });

  test.each([
    ['elsewhere', () => join(outside, 'list.csv')],
    ['in a folder that would be made elsewhere', () => join(outside, 'new', 'list.csv')],
    ['by ..', () => `${allowed}/../outside/new/list.csv`],
    ['by a link to a folder', () => `${allowed}/way-out/new/list.csv`],
    ['by .. behind a link', () => `${allowed}/way-out/../new/list.csv`],
    ['by .. behind a folder that there is not', () => `${allowed}/none/../../new/list.csv`],
  ])('not %s, and nothing is made', async (_, path) => {
    const before = await readdir(folder, { recursive: true });
    await expect(written(path())).rejects.toMatchObject(OUTSIDE);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  test('not where a link stands under its name, and the file behind it stays as it is', async () => {
    vi.stubEnv('GELOMBANG_FOLDERS', '');
    const words = { code: 'INPUT_REFUSED', message: expect.stringContaining('is a symbolic link') };
    await expect(written(join(allowed, 'link-out'))).rejects.toMatchObject(words);
    expect(await readFile(join(outside, 'file'), 'utf8')).toBe('content');
  });

  test('not through another name of it: that keeps its content', async () => {
    await link(join(outside, 'file'), join(allowed, 'twin'));
    expect(await written(join(allowed, 'twin'))).toBe('new');
    expect(await readFile(join(outside, 'file'), 'utf8')).toBe('content');
  });
});

describe('what is written is its owner’s alone', () => {
  let before: number;
  beforeEach(() => {
    before = process.umask();
  });
  afterEach(() => void process.umask(before));

  // A process of tests shares its umask with no other.
  test.each([0o000, 0o022, 0o277])('with the umask %o', async (umask) => {
    const out = join(allowed, `mask-${umask}`);
    await mkdir(out);
    await chmod(out, 0o755);
    process.umask(umask);
    const files = new UnfinishedFiles(umask === 0o277 ? out : join(out, 'made'));
    await files.prepare();
    await files.write('results.csv', '', Readable.from(['x']));
    await files.publish();
    const place = umask === 0o277 ? out : join(out, 'made');
    expect((await stat(join(place, 'results.csv'))).mode & 0o777).toBe(0o600);
    if (umask !== 0o277) expect((await stat(place)).mode & 0o777).toBe(0o700);
  });
});
