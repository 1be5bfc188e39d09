/** The export of a wave: whole, in order, masked unless asked for otherwise, and described by itself. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type ExportOptions, exportWave } from '../../src/export/export.ts';
import { type Installation, installation } from '../support/installation.ts';
import { readRows } from '../support/oracle-rows.ts';
import { madeUpWave, open, runWave, unguarded, type WaveInput } from '../support/wave.ts';

const FILES = [
  'accepted.csv',
  'pool.csv',
  'rejects.csv',
  'results.csv',
  'funnel.csv',
  'datapackage.json',
  'review.json',
  'draw.json',
];

let at: Installation;
let input: WaveInput;
let folder: string;
beforeAll(async () => {
  at = await installation();
  input = await madeUpWave({ applicants: 400, seed: 51 });
  ({ folder } = await runWave(at, input));
});

function exportTo(out: string, more: Partial<ExportOptions> = {}) {
  return exportWave(at.database, { waveId: 17, folder: out, unmasked: false, ...more }, at.log);
}

test('a folder has the files of the wave and nothing unfinished', async () => {
  expect((await readdir(folder)).sort()).toEqual([...FILES].sort());
});

test('the same wave is exported as the same bytes', async () => {
  const again = join(at.folder, 'again');
  await exportTo(again);
  for (const name of FILES) {
    expect(await readFile(join(again, name), 'utf8'), name).toBe(await readFile(join(folder, name), 'utf8'));
  }
});

test('an export over an older one takes its place', async () => {
  const out = join(at.folder, 'over');
  await mkdir(out);
  await writeFile(join(out, 'results.csv'), 'old\n');
  await exportTo(out);
  expect(await readFile(join(out, 'results.csv'), 'utf8')).toBe(
    await readFile(join(folder, 'results.csv'), 'utf8'),
  );
});

test('results are in byte order of the number, the accepted in the order of the draw', async () => {
  const numbers = readRows(await readFile(join(folder, 'results.csv'), 'utf8')).map(
    (row) => row.registration_no,
  );
  expect(numbers).toEqual([...numbers].sort());
  const ranks = readRows(await readFile(join(folder, 'accepted.csv'), 'utf8')).map((row) => Number(row.rank));
  expect(ranks).toEqual(ranks.map((_, place) => place + 1));
});

test('whole NIKs are there for who may see them, and change nothing else', async () => {
  const out = join(at.folder, 'unmasked');
  await exportTo(out, { unmasked: true });
  const whole = readRows(await readFile(join(out, 'results.csv'), 'utf8'));
  const masked = readRows(await readFile(join(folder, 'results.csv'), 'utf8'));
  expect(whole.every((row) => /^\d{16}$/.test(row.nik ?? ''))).toBe(true);
  const mask = (nik = '') => `${nik.slice(0, 6)}******${nik.slice(-4)}`;
  expect(whole.map((row) => ({ ...row, nik: mask(row.nik) }))).toEqual(masked);
});

test('the data package names every CSV with its bytes and hash', async () => {
  const { resources } = JSON.parse(await readFile(join(folder, 'datapackage.json'), 'utf8'));
  const described = resources.map((one: Record<string, unknown>) => [one.path, one.bytes, one.hash]);
  const expected = await Promise.all(
    FILES.filter((name) => name.endsWith('.csv')).map(async (name) => {
      const content = await readFile(join(folder, name));
      return [name, content.length, `sha256:${createHash('sha256').update(content).digest('hex')}`];
    }),
  );
  expect(described.sort()).toEqual(expected.sort());
});

test('the data package describes the columns that are there', async () => {
  const { resources } = JSON.parse(await readFile(join(folder, 'datapackage.json'), 'utf8'));
  for (const { path, schema } of resources) {
    const [header] = (await readFile(join(folder, path), 'utf8')).split('\n');
    expect(schema.fields.map((field: { name: string }) => field.name).join(',')).toBe(header);
  }
});

test('an export that breaks off leaves what was there before', async () => {
  const out = join(at.folder, 'broken');
  await exportTo(out);
  const before = await readFile(join(out, 'results.csv'), 'utf8');
  const stopping = new AbortController();
  const onProgress = ({ file }: { file: string }) => {
    if (file === 'results.csv') stopping.abort();
  };
  const stopped = exportTo(out, { unmasked: true, onProgress, signal: stopping.signal });
  await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(await readFile(join(out, 'results.csv'), 'utf8')).toBe(before);
  expect((await readdir(out)).sort()).toEqual([...FILES].sort());
});

test('results that are not those that were published are not exported: it says of which wave, and what to do', async () => {
  const all = await at.database.sql`select * from result_block`;
  await unguarded(at.database, async (sql) => {
    await sql`delete from result_block where (part, position) = (select part, position from result_block limit 1)`;
  });
  await expect(exportTo(join(at.folder, 'less'))).rejects.toMatchObject({
    concerns: { wave: 17 },
    next: expect.stringContaining('a backup of before'),
  });
  await unguarded(at.database, async (sql) => {
    await sql`delete from result_block`;
    await sql`insert into result_block ${sql([...all])}`;
  });
});

test('what an export that was killed has left is gone after the next, what others are writing is not', async () => {
  const out = join(at.folder, 'killed');
  const ended = spawnSync(process.execPath, ['--version']).pid;
  await mkdir(out);
  const theirs = [
    `.results.csv.${process.ppid}.unfinished`,
    '.results.csv.unfinished',
    `notes.${ended}.unfinished`,
  ];
  for (const name of [`.results.csv.${ended}.unfinished`, ...theirs]) await writeFile(join(out, name), 'x');
  await exportTo(out);
  expect((await readdir(out)).sort()).toEqual([...FILES, ...theirs].sort());
});

test('a wave that is not published is not exported, and no folder is made', async () => {
  const other = await installation();
  await open(other, input);
  const out = join(other.folder, 'out');
  const early = exportWave(other.database, { waveId: 17, folder: out, unmasked: false }, other.log);
  await expect(early).rejects.toMatchObject({
    code: 'CONFLICT',
    next: expect.stringContaining('wave close 17'),
  });
  expect(await readdir(other.folder)).not.toContain('out');
});

test('several connections export at once and none is lost', async () => {
  const folders = Array.from({ length: 12 }, (_, place) => join(at.folder, `parallel-${place}`));
  await Promise.all(folders.map((out) => exportTo(out)));
  const { copyPool } = at.database;
  expect(copyPool.totalCount - copyPool.idleCount).toBe(0);
});
