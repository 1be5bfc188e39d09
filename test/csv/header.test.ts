import { describe, expect, test } from 'vitest';
import { COLUMN_ALIASES, columnNamed } from '../../src/csv/columns.ts';
import { openCsv } from '../../src/csv/csv.ts';
import { matchHeader } from '../../src/csv/header.ts';
import { GelombangError } from '../../src/errors.ts';
import { APPLICANT_COLUMNS, REJOIN_COLUMNS } from '../../src/ingest/columns.ts';
import { PEOPLE, useFolder } from './support.ts';

const folder = useFolder();
const APPLICANT_SETS = [APPLICANT_COLUMNS, REJOIN_COLUMNS];

function faultsOf(header: readonly string[], sets: Parameters<typeof matchHeader>[2] = [PEOPLE]): string[] {
  try {
    matchHeader('people.csv', header, sets);
    return [];
  } catch (error) {
    if (!(error instanceof GelombangError) || error.code !== 'INPUT_REFUSED') throw error;
    return error.faults.map(({ what, hint }) => (hint === undefined ? what : `${what}; ${hint}`));
  }
}

describe('the names of columns', () => {
  test.each([
    ['NIK', 'nik'],
    [' No. KK ', 'kk'],
    ['NAMA LENGKAP', 'full_name'],
    ['tanggal-lahir', 'birth_date'],
    ['Jenis Kelamin', 'sex'],
    ['no_hp', 'phone'],
    ['kode_kabupaten', 'regency_code'],
    ['No_Pendaftaran', 'registration_no'],
    ['surel', 'email'],
    ['pendidikan', 'education'],
    ['masih_sekolah', 'in_school'],
    ['status_pekerjaan', 'employment_status'],
    ['pekerjaan', 'occupation'],
    ['disabilitas', 'disability'],
    ['waktu_gabung', 'joined_at'],
    ['gelombang', 'wave'],
  ])('may be written %j, which is %s', (header, column) => {
    expect(columnNamed(header)).toBe(column);
  });

  test('each stand for one column only', () => {
    const names = Object.entries(COLUMN_ALIASES).flatMap(([column, aliases]) => [column, ...aliases]);
    expect(names).toHaveLength(new Set(names).size);
  });

  test('cover every column of applicants.csv', () => {
    expect(Object.keys(COLUMN_ALIASES)).toEqual(expect.arrayContaining([...APPLICANT_COLUMNS.columns]));
  });
});

describe('a header', () => {
  test('may have its columns in any order, and others, which are told', () => {
    expect(matchHeader('people.csv', ['catatan', 'nama', 'sex', 'kk', 'NIK', ''], [PEOPLE])).toEqual({
      set: 'people',
      columns: { nik: 4, kk: 3, full_name: 1 },
      ignoredColumns: ['catatan', 'sex', ''],
    });
  });

  test('is refused with every missing column, each with the nearest one found', () => {
    expect(faultsOf(['nik', 'fulname'])).toEqual([
      'the column kk is missing',
      'the column full_name is missing; the nearest found is "fulname"',
    ]);
  });

  test('is refused with a repeated column, under whichever names', () => {
    expect(faultsOf(['nik', 'kk', 'nama', 'No KK'])).toEqual([
      'the column kk stands there more than once: "kk" (column 2) and "No KK" (column 4); keep one',
    ]);
  });

  test('may repeat a column that is not wanted', () => {
    expect(faultsOf(['nik', 'kk', 'nama', 'x', 'x', '', ''])).toEqual([]);
  });
});

test('a header may be quoted, over several lines and longer than what is read at a time', async () => {
  const path = await folder.file(
    'quoted.csv',
    'nik,"kk","notes\n(free text; optional)",full_name\n1,2,x,Ani\n',
  );
  const file = await openCsv(path, [PEOPLE], { chunkBytes: 4 });
  expect(file.columns).toEqual({ nik: 0, kk: 1, full_name: 3 });
  const { value } = await file.batches().next();
  expect(value).toMatchObject([{ line: 3, fields: ['1', '2', 'x', 'Ani'] }]);
});

describe('a file of one of several kinds', () => {
  test('is what its columns say', async () => {
    const all = await folder.file('all.csv', `${APPLICANT_COLUMNS.columns.join(',')}\n`);
    const two = await folder.file('two.csv', 'no_pendaftaran,waktu_gabung,catatan\n');
    expect((await openCsv(all, APPLICANT_SETS)).set).toBe('applicants');
    expect(await openCsv(two, APPLICANT_SETS)).toMatchObject({
      set: 're-joins',
      ignoredColumns: ['catatan'],
    });
  });

  test('is no re-join because a column of the full file is missing', () => {
    const withoutNik = APPLICANT_COLUMNS.columns.filter((column) => column !== 'nik');
    expect(faultsOf(withoutNik, APPLICANT_SETS)).toEqual(['the column nik is missing']);
  });

  test('is measured against the kind that it resembles most', () => {
    expect(faultsOf(['registration_no'], APPLICANT_SETS)).toEqual(['the column joined_at is missing']);
  });
});
