import { beforeEach, describe, expect, test } from 'vitest';
import { BUCKETS, bucketOf, digitsOf, halvesOf } from '../../src/columns/identity.ts';
import type { ImportOptions, ImportSummary } from '../../src/db/import-file.ts';
import { importRegistry } from '../../src/ingest/registry.ts';
import { type People, REGISTRY_STATUSES } from '../../src/wave/people.ts';
import { openPeople } from '../../src/wave/person-blocks.ts';
import { holdTable } from '../support/held-table.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';

const HEADER = 'nik,kk,full_name,birth_date,sex,status';

let at: Installation;
beforeEach(async () => {
  at = await installation();
});

async function importRows(
  rows: readonly string[],
  options: Partial<ImportOptions> & { readonly lineEnd?: string; readonly asOf?: string } = {},
): Promise<ImportSummary> {
  const { lineEnd = '\n', asOf = '2021-04-01', ...given } = options;
  const path = await fileOf(at, 'registry.csv', [HEADER, ...rows, ''].join(lineEnd));
  const { signal } = new AbortController();
  return importRegistry(at.database, { path, onProgress: () => {}, signal, asOf, ...given }, at.log);
}

/** A person to each serial number, and the row of the file that they stand in. */
function rowOf(serial: number, name = `Orang ${serial}`): string {
  const nik = String(3_171_011_708_450_000 + serial * 7_919);
  const kk = `91710117${String(serial).padStart(8, '0')}`;
  const month = String((serial % 12) + 1).padStart(2, '0');
  const status = REGISTRY_STATUSES[serial % 4] ?? '';
  return `${nik},${kk},${name},19${70 + (serial % 30)}-${month}-17,${'LP'[serial % 2]},${status}`;
}

interface BlockRow {
  readonly snapshotId: number;
  readonly bucket: number;
  readonly position: number;
  readonly people: number;
  readonly niks: Buffer;
  readonly columns: Buffer;
}

/** With the people that are in it. */
type Block = BlockRow & { readonly opened: People };

/** Every block of the newest snapshot; those of a bucket are held to its order. */
async function blocks(): Promise<Block[]> {
  const { sql, keys } = at.database;
  const found = await sql<BlockRow[]>`
    select snapshot_id as "snapshotId", bucket, position, people, niks, columns from registry_block
    where snapshot_id = (select max(id) from registry_snapshot) order by bucket, position`;
  const rows = await Promise.all(
    found.map(async (row) => ({ ...row, opened: await openPeople(keys, row, row) })),
  );
  let before = { bucket: -1, position: -1, lastNik: '' };
  for (const row of rows) {
    const niks = peopleOf(row).map((person) => person.split(',', 1)[0] ?? '');
    if (row.bucket !== before.bucket) before = { bucket: row.bucket, position: -1, lastNik: '' };
    expect(row).toMatchObject({ position: before.position + 1, people: niks.length });
    expect(niks.every((nik) => bucketOf(...halvesOf(nik)) === row.bucket)).toBe(true);
    const inOrder = [before.lastNik, ...niks];
    expect(inOrder).toEqual([...new Set(inOrder)].sort());
    before = { bucket: row.bucket, position: row.position, lastNik: niks.at(-1) ?? '' };
  }
  return rows;
}

/** The people of a block as rows of the file. */
function peopleOf({ opened: { rows, of } }: Block): string[] {
  return Array.from({ length: rows }, (_, row) => {
    const kk = digitsOf(of.kkHigh[row] ?? 0, of.kkLow[row] ?? 0);
    const name = Buffer.from(
      of.fullName.bytes.subarray(of.fullName.starts[row], of.fullName.starts[row + 1]),
    );
    const birthDate = new Date(Date.UTC(2000, 0, 1) + (of.birthDay[row] ?? 0) * 86_400_000);
    return [
      digitsOf(of.nikHigh[row] ?? 0, of.nikLow[row] ?? 0),
      kk === '0000000000000000' ? '' : kk,
      name.toString(),
      birthDate.toISOString().slice(0, 10),
      'LP'[of.female[row] ?? 0],
      REGISTRY_STATUSES[of.status[row] ?? -1],
    ].join(',');
  });
}

async function people(): Promise<string[]> {
  return (await blocks()).flatMap(peopleOf).sort();
}

async function rejects(): Promise<string[]> {
  const rows = await at.database.sql<{ told: string }[]>`
    select line || ' ' || column_name || ' ' || code || ': ' || message as told from reject order by line, position`;
  return rows.map(({ told }) => told);
}

async function expectNothingKept(): Promise<void> {
  const [counts] = await at.database.sql`
    select (select count(*)::int from import_file) as files, (select count(*)::int from registry_snapshot) as snapshots,
      (select count(*)::int from registry_block) as blocks, (select count(*)::int from reject) as rejects`;
  expect(counts).toEqual({ files: 0, snapshots: 0, blocks: 0, rejects: 0 });
}

test('everyone is in the snapshot once, in the order of the NIK, with what their first row says', async () => {
  const rows = Array.from({ length: 4_000 }, (_, serial) => rowOf((serial * 1_237) % 3_500));
  const later = rows.map((row, place) => (place < 3_500 ? row : row.replace('Orang', 'Lain')));
  const summary = await importRows(later);
  expect(await people()).toEqual(rows.slice(0, 3_500).sort());
  expect(summary).toMatchObject({ rows_read: 4_000, rows_taken: 3_500, rejects: { NIK_REPEATED: 500 } });
  expect((await rejects()).at(0)).toBe(
    '3502 nik NIK_REPEATED: the NIK of line 2 again: a NIK belongs to one person, and the first row stands',
  );
  const [snapshot] = await at.database
    .sql`select people::int, as_of::text as day, import_id from registry_snapshot`;
  expect(snapshot).toMatchObject({ people: 3_500, day: '2021-04-01', import_id: summary.import_id });
});

test('a bucket of many has blocks of a size, and the first row of a NIK stands however far away', async () => {
  const inOneBucket = (place: number, name: string) => {
    const nik = String(BUCKETS * (place + 1)).padStart(16, '0');
    return `${nik},,${name},1990-02-28,P,ACTIVE`;
  };
  const places = Array.from({ length: 33_000 }, (_, place) => (place * 7_001) % 33_000);
  const rows = places.map((place) => inOneBucket(place, 'Pertama'));
  const summary = await importRows([
    ...rows,
    ...rows.slice(0, 5_000).map((row) => row.replace('Pertama', 'Kedua')),
  ]);
  expect((await blocks()).map(({ bucket, people }) => [bucket, people])).toEqual([
    [0, 16_384],
    [0, 16_384],
    [0, 232],
  ]);
  expect(await people()).toEqual(rows.toSorted());
  expect(summary.rejects).toEqual({ NIK_REPEATED: 5_000 });
  expect((await rejects())[4_999]).toMatch(/^38001 nik NIK_REPEATED: the NIK of line 5001 again/);
});

test('names of any length are kept, and make smaller blocks', async () => {
  const names = Array.from({ length: 12 }, (_, serial) =>
    `${String.fromCharCode(65 + serial)}é`.repeat(140_000),
  );
  const rows = names.map((name, serial) => {
    const nik = String(BUCKETS * (serial + 1)).padStart(16, '0');
    return `${nik},,${name},1990-02-28,P,ACTIVE`;
  });
  await importRows(rows);
  expect((await blocks()).map(({ position, people }) => [position, people])).toEqual([
    [0, 10],
    [1, 2],
  ]);
  expect((await people()).join() === rows.join()).toBe(true);
});

test.each(['\n', '\r\n', '\r'])(
  'rows that are written unusually are read to the letter, lines end %j',
  async (lineEnd) => {
    const summary = await importRows(
      [
        '3171-0117-0845-0001,,Siti,1990-10-20,P,ACTIVE',
        `3171011708450002,0000000000000000,"Wati, ""S.Pd""",2000-02-29,L,INACTIVE`,
        '9671011708450003,9999999999999999,Ñandú,0001-01-01,L,DUPLICATE',
        ' 3171011708450004 ,3171010101010002, Ujang ,9999-12-31, P , DECEASED ',
        `3171011708450005,3171010101010002,\u00a0Spasi\u00a0,1999-12-31,L,ACTIVE`,
        '"3171011708450006","3171010101010002","","1999-12-31","L","ACTIVE"',
      ],
      { lineEnd },
    );
    expect(await people()).toEqual([
      '3171011708450001,,Siti,1990-10-20,P,ACTIVE',
      '3171011708450002,,Wati, "S.Pd",2000-02-29,L,INACTIVE',
      '3171011708450004,3171010101010002,Ujang,9999-12-31,P,DECEASED',
      '3171011708450005,3171010101010002,Spasi,1999-12-31,L,ACTIVE',
      '3171011708450006,3171010101010002,,1999-12-31,L,ACTIVE',
      '9671011708450003,,Ñandú,0001-01-01,L,DUPLICATE',
    ]);
    expect(summary).toMatchObject({ rows_read: 6, rows_taken: 6, rows_normalised: 2 });
  },
);

test('a row has a line for each of its faults, and the others come in', async () => {
  const summary = await importRows([
    rowOf(1),
    '317101170845000,12,Siti,1990-02-30,X,active',
    '3.17E+15,,Siti,1990-02-28,P,ACTIVE',
    'too,few',
    rowOf(2),
  ]);
  expect((await rejects()).map((told) => told.split(':', 1)[0])).toEqual([
    '3 nik NIK_FORMAT',
    '3 kk KK_FORMAT',
    '3 birth_date DATE_FORMAT',
    '3 sex VALUE_NOT_ALLOWED',
    '3 status VALUE_NOT_ALLOWED',
    '4 nik NIK_EXCEL',
    '5  COLUMN_COUNT',
  ]);
  expect(await people()).toEqual([rowOf(1), rowOf(2)].sort());
  expect(summary).toMatchObject({ rows_read: 5, rows_taken: 2, rows_rejected: 3 });
});

test('faults by the thousand go between the rows that are good', async () => {
  const rows = Array.from({ length: 40_000 }, (_, serial) =>
    serial % 2 === 0 ? rowOf(serial) : 'x,,x,x,x,x',
  );
  const summary = await importRows(rows);
  expect(summary).toMatchObject({
    rows_taken: 20_000,
    rows_rejected: 20_000,
    rejects: { DATE_FORMAT: 20_000 },
  });
  expect(await people()).toEqual(rows.filter((_, serial) => serial % 2 === 0).sort());
});

describe('the same file again', () => {
  test('changes nothing, with the figures of the first time', async () => {
    const rows = [rowOf(1), rowOf(1), rowOf(2), 'too,few'];
    const first = await importRows(rows);
    const again = await importRows(rows);
    expect(again).toMatchObject({
      ...first,
      unchanged: true,
      warnings: [expect.stringContaining('in force')],
    });
    expect(await at.database.sql`select from registry_snapshot`).toHaveLength(1);
  });

  test('as of another day is a snapshot of its own', async () => {
    await importRows([rowOf(1)]);
    await importRows([rowOf(1)], { asOf: '2021-05-01' });
    expect(await at.database.sql`select from registry_block`).toHaveLength(2);
  });
});

describe('nothing is kept', () => {
  const rows = Array.from({ length: 30_000 }, (_, serial) => rowOf(serial % 29_000));

  test('of a file of which no row can be used', async () => {
    await expect(importRows(['x,,x,x,x,x'])).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
    await expectNothingKept();
  });

  test('of an import that is stopped while it reads', async () => {
    const stop = new AbortController();
    const importing = importRows(rows, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(importing).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expectNothingKept();
  });

  test('of an import that is stopped while it writes the snapshot', async () => {
    const held = await holdTable(at.database, 'registry_block');
    const stop = new AbortController();
    const importing = importRows(rows, { signal: stop.signal });
    await held.reached();
    stop.abort();
    await expect(importing).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await held.release();
    await expectNothingKept();
  });
});
