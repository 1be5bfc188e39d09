/** Rejected rows that somebody added or took away, with the triggers off or by an import of no file: they are not given out. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { exportWave } from '../../src/export/export.ts';
import { prepareRejects } from '../../src/export/rejects.ts';
import { projectRoot } from '../../src/project-root.ts';
import { type Installation, installation } from '../support/installation.ts';
import { runWave, unguarded, waveFrom } from '../support/wave.ts';

let at: Installation;
let importId: number;

beforeAll(async () => {
  at = await installation();
  await runWave(at, await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in')));
  const [file] = await at.database.sql<{ id: number }[]>`select id from import_file where wave_id = 17`;
  importId = file?.id ?? 0;
});

const exporting = () =>
  exportWave(at.database, { waveId: 17, folder: join(at.folder, 'out'), unmasked: false }, at.log);

const next = expect.stringContaining('gelombang audit verify');

describe('rejected rows', () => {
  test.each([
    ['one is taken away', 'delete from reject where line = 59', 12],
    ['one is added', "insert into reject values ($, 3, 0, '', 'nik', 'NIK_FORMAT', 'blank')", 14],
    ['one is another', 'update reject set line = 60, position = 9 where line = 59', 12],
  ])('where %s, are not given out: neither by an export nor by an import', async (_, change, found) => {
    await unguarded(at.database, async (sql) => {
      await sql`create table before as select * from reject`;
      await sql.unsafe(change.replace('$', String(importId)));
    });
    const message = `the rejected rows of import ${importId} were changed: ${found} are there, 13 came`;
    await expect(exporting()).rejects.toMatchObject({ message, next });
    const file = await prepareRejects(join(at.folder, 'rejects.csv'));
    await expect(file.write(at.database, importId)).rejects.toMatchObject({ message, next });
    expect((await readdir(at.folder)).filter((name) => /out|rejects/.test(name))).toEqual([]);
    await unguarded(at.database, async (sql) => {
      await sql`delete from reject`;
      await sql`insert into reject select * from before`;
      await sql`drop table before`;
    });
    await expect(exporting()).resolves.toMatchObject({ wave: 17 });
    await rm(join(at.folder, 'out'), { recursive: true });
  });

  test('of an import that the wave was not published with are not given out', async () => {
    const imported = (ended: string, rejected: string) =>
      at.database.sql.unsafe<{ id: number }[]>(`
      insert into import_file (kind, wave_id, file_name, path, bytes, sha256, tally, rows_read, rows_taken, rows_rejected, finished_at)
      values ('applicants', 17, 'late', '/late', 1, 'x', '', 1, 0, ${rejected}, ${ended}) returning id`);
    const [begun] = await imported('null', 'null');
    const id = begun?.id ?? 0;
    await at.database.sql`insert into reject values (${id}, 46, 0, '', 'nik', 'NIK_FORMAT', 'blank')`;
    await expect(exporting()).rejects.toThrow(
      `the rejected rows of import ${id} were changed: 1 are there, 0 came`,
    );
    await at.database.sql`update import_file set rows_rejected = 1, finished_at = now() where id = ${id}`;
    await expect(exporting()).rejects.toThrow(
      'the rejected rows of wave 17 were changed: 14 are there, 13 came',
    );
  });
});
