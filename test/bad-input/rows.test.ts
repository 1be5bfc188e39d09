/** Rows whose values are not what they should be: one file of all of them, each rejected with its line or taken as it is. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { APPLICANT_COLUMNS } from '../../src/ingest/columns.ts';
import { readApplicantRow } from '../../src/ingest/row.ts';
import { type Applicant, applicant } from '../ingest/applicant-files.ts';
import { installation } from '../support/installation.ts';
import { bring, fileOfRows, row } from './bringing.ts';

type Changes = Partial<Applicant>;

const REJECTED: readonly [name: string, changes: Changes, fault: string, says: string][] = [
  ['a NIK in scientific notation', { nik: '3.17101170845E+15' }, 'nik NIK_EXCEL', 'digits are lost'],
  ['a NIK in scientific notation with a comma', { nik: '3,17E+15' }, 'nik NIK_EXCEL', 'digits are lost'],
  ['a NIK with the letter O', { nik: '317101170845000O' }, 'nik NIK_FORMAT', 'is it a 0?'],
  ['a NIK with the letter l', { nik: '31710l1708450001' }, 'nik NIK_FORMAT', 'is it a 1?'],
  ['a NIK of 15 digits', { nik: '317101170845000' }, 'nik NIK_FORMAT', 'has 15 digits'],
  ['a NIK of 17 digits', { nik: '31710117084500011' }, 'nik NIK_FORMAT', 'has 17 digits'],
  [
    'a NIK in Arabic-Indic digits',
    { nik: '٣١٧١٠١١٧٠٨٤٥٠٠٠١' },
    'nik NIK_FORMAT',
    'a digit of another script',
  ],
  ['a NIK in full-width digits', { nik: '３171011708450001' }, 'nik NIK_FORMAT', 'a digit of another script'],
  ['a NIK with a space of no width', { nik: '317101\u200b1708450001' }, 'nik NIK_FORMAT', 'not printable'],
  ['a NIK as a formula', { nik: '="3171011708450001"' }, 'nik NIK_FORMAT', 'number 1 is "="'],
  ['a NIK with a sign', { nik: '+3171011708450001' }, 'nik NIK_FORMAT', 'number 1 is "+"'],
  ['no NIK', { nik: ' ' }, 'nik NIK_FORMAT', 'blank'],
  ['no KK', { kk: '' }, 'kk KK_FORMAT', 'blank'],
  ['the KK 0', { kk: '0' }, 'kk KK_FORMAT', 'has 1 digit'],
  ['a KK of zeros', { kk: '0'.repeat(16) }, 'kk KK_FORMAT', 'one digit throughout'],
  ['a KK of nines', { kk: '9'.repeat(16) }, 'kk KK_FORMAT', 'one digit throughout'],
  ['a KK in scientific notation', { kk: '3.17E+15' }, 'kk KK_FORMAT', 'scientific notation'],
  ['30 February', { birth_date: '1990-02-30' }, 'birth_date DATE_FORMAT', 'there is no such day'],
  ['29 February of 1900', { birth_date: '1900-02-29' }, 'birth_date DATE_FORMAT', 'there is no such day'],
  [
    '29 February of a common year',
    { birth_date: '1999-02-29' },
    'birth_date DATE_FORMAT',
    'there is no such day',
  ],
  ['the year 0000', { birth_date: '0000-01-01' }, 'birth_date DATE_FORMAT', 'there is no such day'],
  ['month 13', { birth_date: '1990-13-01' }, 'birth_date DATE_FORMAT', 'there is no such day'],
  ['day 0', { birth_date: '1990-01-00' }, 'birth_date DATE_FORMAT', 'there is no such day'],
  ['a date with the day first', { birth_date: '20-10-1990' }, 'birth_date DATE_FORMAT', '##-##-####'],
  ['a date with a time', { birth_date: '1990-10-20T00:00:00Z' }, 'birth_date DATE_FORMAT', '####-##-##a'],
  ['a date as the days of a spreadsheet', { birth_date: '33166' }, 'birth_date DATE_FORMAT', '#####'],
  ['a year of five digits', { birth_date: '12021-01-01' }, 'birth_date DATE_FORMAT', '#####-##-##'],
  ['no date', { birth_date: '' }, 'birth_date DATE_FORMAT', 'blank'],
  ['a time without its offset', { joined_at: '2021-04-23T09:20:00' }, 'joined_at TIME_FORMAT', '09:20:00'],
  ['a time with a space', { joined_at: '2021-04-23 09:20:00Z' }, 'joined_at TIME_FORMAT', '09:20:00Z'],
  ['24 hours', { joined_at: '2021-04-23T24:00:00Z' }, 'joined_at TIME_FORMAT', '24:00'],
  ['a leap second', { joined_at: '2016-12-31T23:59:60Z' }, 'joined_at TIME_FORMAT', '23:59:60'],
  ['an offset of 16 hours', { joined_at: '2021-04-23T09:20:00+16:00' }, 'joined_at TIME_FORMAT', '+16:00'],
  ['a time of the year 0000', { joined_at: '0000-01-01T00:00:00Z' }, 'joined_at TIME_FORMAT', 'no such day'],
  ['a time at infinity', { joined_at: 'infinity' }, 'joined_at TIME_FORMAT', '"aaaaaaaa"'],
  [
    '30 February as a time',
    { test_taken_at: '2021-02-30T09:20:00Z' },
    'test_taken_at TIME_FORMAT',
    'no such day',
  ],
  ['no name', { full_name: ' \u00a0 ' }, 'full_name NAME_BLANK', 'blank'],
  [
    'a name of no width',
    { full_name: '\u200b\u2060\ufeff' },
    'full_name NAME_BLANK',
    'nothing that can be seen',
  ],
  [
    'a name of soft hyphens',
    { full_name: '\u00ad \u00ad' },
    'full_name NAME_BLANK',
    'nothing that can be seen',
  ],
  [
    'a name of Hangul fillers',
    { full_name: '\u3164\u115f\uffa0' },
    'full_name NAME_BLANK',
    'nothing that can be seen',
  ],
  [
    'a name of a byte that deletes',
    { full_name: '\u007f' },
    'full_name NAME_BLANK',
    'nothing that can be seen',
  ],
  [
    'a line break in an e-mail address',
    { email: 'a@b\r\nBcc: c@d' },
    'email VALUE_NOT_ALLOWED',
    'line break',
  ],
  ['a tab in a phone number', { phone: '0812\t1' }, 'phone VALUE_NOT_ALLOWED', 'control character'],
  ['a sex in small letters', { sex: 'p' }, 'sex VALUE_NOT_ALLOWED', 'to be written P'],
  ['a truth in Indonesian', { in_school: 'ya' }, 'in_school VALUE_NOT_ALLOWED', 'not one of true, false'],
  ['an occupation as a formula', { occupation: '=PRIVATE' }, 'occupation VALUE_NOT_ALLOWED', 'PRIVATE'],
  ['a regency of three digits', { regency_code: '317' }, 'regency_code REGION_FORMAT', '###'],
  ['a regency with a dot', { regency_code: '31.71' }, 'regency_code REGION_FORMAT', '##.##'],
];

const TAKEN: readonly [name: string, changes: Changes, as: object][] = [
  ['a NIK with spaces', { nik: ' 3171 0117 0845 0001 ' }, { nik: '3171011708450001' }],
  [
    'a NIK with spaces that do not break',
    { nik: '317101\u00a0170845\u202f0001' },
    { nik: '3171011708450001' },
  ],
  ['a NIK with dots and dashes', { nik: '31.71.01-170845-0001' }, { nik: '3171011708450001' }],
  ['a NIK behind an apostrophe', { nik: "'3171011708450001" }, { nik: '3171011708450001' }],
  ['a NIK beyond 2^53', { nik: '9471011708450001' }, { nik: '9471011708450001' }],
  ['a NIK that is no person’s', { nik: '3171017208450000' }, { nik: '3171017208450000' }],
  ['29 February of 2000', { birth_date: '2000-02-29' }, { birthDate: '2000-02-29' }],
  ['somebody who is to be born', { birth_date: '2999-01-01' }, { birthDate: '2999-01-01' }],
  ['somebody born in the year 1', { birth_date: '0001-01-01' }, { birthDate: '0001-01-01' }],
  ['a regency that there is not', { regency_code: '9999' }, { regencyCode: '9999' }],
  ['a name of one letter', { full_name: 'O' }, { fullName: 'O' }],
  ['a name between spaces of no width', { full_name: '\u200bSiti\u200b' }, { fullName: '\u200bSiti\u200b' }],
  ['a name with a backslash', { full_name: 'Siti\\N \\.' }, { fullName: 'Siti\\N \\.' }],
  ['a name with quotes', { full_name: '"Siti", S.Pd' }, { fullName: '"Siti", S.Pd' }],
  ['a name over two lines', { full_name: 'Siti\nAminah' }, { fullName: 'Siti\nAminah' }],
  ['a name beyond 16 bits', { full_name: '𝄞 Siti' }, { fullName: '𝄞 Siti' }],
  [
    'a name that would be SQL',
    { full_name: "'); drop table wave; --" },
    { fullName: "'); drop table wave; --" },
  ],
  ...['=1+1', '+1', '-1', '@SUM(A1)', '＝1', '=cmd|calc!A0', 'Siti\n=1+1'].map(
    (full_name): [string, Changes, object] => [
      `the formula ${full_name}`,
      { full_name },
      { fullName: full_name },
    ],
  ),
  ['an e-mail address as a formula', { email: '=HYPERLINK(1)' }, { email: '=HYPERLINK(1)' }],
  ['a phone number with a sign', { phone: '+62812' }, { phone: '+62812' }],
  ['blanks around everything', { full_name: '  Siti ', sex: ' P ' }, { fullName: 'Siti', sex: 'P' }],
];

/** Line of the first row. */
const FIRST = 2;
const PLACES = Object.fromEntries(APPLICANT_COLUMNS.columns.map((column, at) => [column, at])) as Record<
  keyof Applicant,
  number
>;

let rejects: ReadonlyMap<number, { fault: string; message: string }>;
let lines: ReadonlyMap<string, number>;
let taken: number;

beforeAll(async () => {
  const to = await installation();
  const path = join(to.folder, 'rows.csv');
  // In the file a value may take several lines.
  let line = FIRST;
  const at = new Map<string, number>();
  const rows = [...REJECTED, ...TAKEN].map(([name, changes], place) => {
    const text = row({ registration_no: `PK${place}`, ...changes });
    at.set(name, line);
    line += text.split(/\r\n|\n|\r/).length;
    return text;
  });
  await writeFile(path, fileOfRows(...rows));
  const brought = await bring(to, path);
  rejects = new Map(
    brought.rejects.map((reject, place) => {
      const [number = '', ...fault] = reject.split(' ');
      return [Number(number), { fault: fault.join(' '), message: brought.messages[place] ?? '' }];
    }),
  );
  lines = at;
  taken = brought.taken;
});

describe('a row is rejected that has', () => {
  test.each(REJECTED)('%s', (name, _, fault, says) => {
    const reject = rejects.get(lines.get(name) ?? 0);
    expect(reject?.fault).toBe(fault);
    expect(reject?.message).toContain(says);
    expect(reject?.message).not.toMatch(/[0-9]{16}/);
  });
});

describe('a row is taken as it is that has', () => {
  test.each(TAKEN)('%s', (name, changes, as) => {
    expect(rejects.get(lines.get(name) ?? 0)).toBeUndefined();
    const reading = readApplicantRow(Object.values(applicant(changes)), PLACES, FIRST);
    expect(reading).toMatchObject({ row: as });
  });

  test('nothing wrong with it, and no other', () => {
    expect({ taken, rejected: rejects.size }).toEqual({ taken: TAKEN.length, rejected: REJECTED.length });
  });
});

test('a KK of forty people is taken: how many of them get a place is for the policy to say', async () => {
  const to = await installation();
  const path = join(to.folder, 'household.csv');
  const rows = Array.from({ length: 40 }, (_, i) =>
    row({ registration_no: `PK${i}`, nik: `31710117084500${String(i + 10)}` }),
  );
  await writeFile(path, fileOfRows(...rows));
  expect(await bring(to, path)).toMatchObject({ taken: 40, rejects: [] });
});

test('a registration number is rejected that is none, or that there is already', async () => {
  const to = await installation();
  const path = join(to.folder, 'numbers.csv');
  const numbers = ['PK1', 'PK1', 'pk1', 'PK 1', '=PK1', 'PK1\n', '-1', '', 'X'.repeat(33), "PK1'"];
  await writeFile(path, fileOfRows(...numbers.map((registration_no) => row({ registration_no }))));
  expect(await bring(to, path)).toMatchObject({
    taken: 2,
    rejects: [
      '3 registration_no REGISTRATION_NO_REPEATED',
      ...[4, 5, 6].map((line) => `${line} registration_no REGISTRATION_NO_FORMAT`),
      // With its line break it is the same number, which a spreadsheet shows no difference of.
      '7 registration_no REGISTRATION_NO_REPEATED',
      ...[10, 11, 12].map((line) => `${line} registration_no REGISTRATION_NO_FORMAT`),
    ],
  });
});
