import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { APPLICANT_COLUMNS, type ApplicantColumn, REJOIN_COLUMNS } from '../../src/ingest/columns.ts';
import { REJECT_CODES, type Reject, rejectRecord } from '../../src/ingest/reject.ts';
import { type ApplicantRow, readApplicantRow, readRejoinRow } from '../../src/ingest/row.ts';
import { codeShown, formOf, registrationNoShown, timeShown } from '../../src/ingest/shown.ts';

const GOOD: Readonly<Record<ApplicantColumn, string>> = {
  registration_no: 'PK-000017',
  nik: '3171011708450001',
  kk: '3171010101010002',
  full_name: 'Siti Aminah, S.Pd',
  birth_date: '1990-10-20',
  sex: 'P',
  email: 'siti@mail.example',
  phone: '',
  regency_code: '3171',
  education: 'SMA',
  in_school: 'false',
  employment_status: 'LAID_OFF',
  occupation: 'PRIVATE',
  disability: 'true',
  email_verified_at: '2021-04-09T10:00:00+07:00',
  phone_verified_at: '',
  selfie_verified_at: '',
  test_taken_at: '2021-04-25T01:15:00Z',
  joined_at: '2021-04-23T09:20:00+07:00',
};

function placesOf<Column extends string>(columns: readonly Column[]): Record<Column, number> {
  return Object.fromEntries(columns.map((column, index) => [column, index])) as Record<Column, number>;
}

const PLACES = placesOf(APPLICANT_COLUMNS.columns);

function reading(changes: Partial<Record<ApplicantColumn, string>>) {
  const fields = APPLICANT_COLUMNS.columns.map((column) => changes[column] ?? GOOD[column]);
  return readApplicantRow(fields, PLACES, 7);
}

function rowOf(changes: Partial<Record<ApplicantColumn, string>>): ApplicantRow {
  const read = reading(changes);
  if ('row' in read) return read.row;
  throw new Error(`rejected: ${read.rejects.map(({ message }) => message).join('; ')}`);
}

function rejectsOf(changes: Partial<Record<ApplicantColumn, string>>): readonly Reject[] {
  const read = reading(changes);
  return 'rejects' in read ? read.rejects : [];
}

function codesOf(changes: Partial<Record<ApplicantColumn, string>>): string[] {
  return rejectsOf(changes).map(({ column, code }) => `${column} ${code}`);
}

describe('a row without a fault', () => {
  test('gives its values as they are; a layer that is not done is null', () => {
    expect(reading({})).toEqual({
      normalised: 0,
      row: {
        registrationNo: 'PK-000017',
        nik: '3171011708450001',
        kk: '3171010101010002',
        fullName: 'Siti Aminah, S.Pd',
        birthDate: '1990-10-20',
        sex: 'P',
        email: 'siti@mail.example',
        phone: '',
        regencyCode: '3171',
        education: 'SMA',
        inSchool: false,
        employmentStatus: 'LAID_OFF',
        occupation: 'PRIVATE',
        disability: true,
        emailVerifiedAt: '2021-04-09T10:00:00+07:00',
        phoneVerifiedAt: null,
        selfieVerifiedAt: null,
        testTakenAt: '2021-04-25T01:15:00Z',
        joinedAt: '2021-04-23T09:20:00+07:00',
      },
    });
  });

  test('may have white space around its values', () => {
    expect(
      rowOf({ sex: ' P ', in_school: 'true\t', birth_date: ' 1990-10-20', full_name: '\u00a0Ani ' }),
    ).toMatchObject({
      sex: 'P',
      inSchool: true,
      birthDate: '1990-10-20',
      fullName: 'Ani',
    });
  });

  test('may have a birth date that is still to come: that is for the age rule', () => {
    expect(rowOf({ birth_date: '2999-01-01' }).birthDate).toBe('2999-01-01');
  });
});

describe('a NIK', () => {
  test.each([
    '3171 0117 0845 0001',
    '3171\u00a00117\u00a00845\u00a00001',
    '31.71.01.170845.0001',
    '317101-170845-0001',
    "'3171011708450001",
    " '3171011708450001 ",
  ])('written %j is normalised, and counted', (nik) => {
    expect(reading({ nik })).toMatchObject({ normalised: 1, row: { nik: '3171011708450001' } });
  });

  test('and a KK that are both normalised count as two', () => {
    expect(reading({ nik: '3171-0117-0845-0001', kk: ' 3171010101010002' })).toMatchObject({ normalised: 2 });
  });

  test('of Papua, beyond what a number can hold, keeps every digit', () => {
    expect(rowOf({ nik: '9671011708459999' }).nik).toBe('9671011708459999');
  });

  test.each(['3.17E+15', '3,17101E+15', '3171e15', "'3.17E+15", '3.17101170845E15'])(
    '%j is NIK_EXCEL',
    (nik) => {
      expect(codesOf({ nik })).toEqual(['nik NIK_EXCEL']);
    },
  );

  test.each([
    ['', 'blank'],
    ['317101170845001', '317101******5001 has 15 digits'],
    ['31710117084500012', '317101******0012 has 17 digits'],
    ['317101170845000O', 'the letter O (is it a 0?)'],
    ['317l011708450001', 'the letter l (is it a 1?)'],
    ['３171011708450001', 'a digit of another script'],
    ['٣١٧١٠١١٧٠٨٤٥٠٠٠١', 'a digit of another script'],
    ["''3171011708450001", '17 characters, of which number 1 is "\'"'],
    ['3171_0117_0845_0001', 'of which number 5 is "_"'],
    ['3171011708450001\u0007', 'not printable'],
  ])('%j is NIK_FORMAT, never guessed at', (nik, found) => {
    const [reject, ...others] = rejectsOf({ nik });
    expect(others).toEqual([]);
    expect(reject).toMatchObject({ line: 7, registrationNo: 'PK-000017', column: 'nik', code: 'NIK_FORMAT' });
    expect(reject?.message).toContain(found);
  });
});

describe('a KK', () => {
  test.each(['', '   ', '0000000000000000', '1111-1111-1111-1111', '3.17E+15', '12345', '317101010101000O'])(
    '%j is KK_FORMAT',
    (kk) => {
      expect(codesOf({ kk })).toEqual(['kk KK_FORMAT']);
    },
  );
});

/** Names that nobody can see: one for each kind of character, and mixtures. */
const UNSEEN = [
  ...[
    '\u200b',
    '\u200c',
    '\u200d',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\u034f',
    '\u061c',
    '\u180e',
    '\u2062',
    '\ufe0f',
  ],
  ...['\u3164', '\u115f', '\u1160', '\uffa0', '\u2800', '\u{e0041}', '\u{1d173}', '\u{e0100}'],
  ...['\u00a0', '\u0085', '\u1680', '\u2003', '\u2028', '\u202f', '\u3000', '\u007f', '\u0001'],
  ...['\u200b \u200b', ' \u3164\u00a0\u3164 ', '\u2060\t\u007f\u00ad'],
] as const;

describe('a name', () => {
  test.each(['\u200bSiti\u200b', '\u3164O', '.', '\u0301', '\u200b\ud55c', '\u{1d11e}'])(
    'of which something can be seen is kept as it is: %j',
    (full_name) => {
      expect(codesOf({ full_name })).toEqual([]);
      expect(rowOf({ full_name }).fullName).toBe(full_name);
    },
  );
});

describe('a value', () => {
  test.each([
    ['registration_no', '', 'REGISTRATION_NO_FORMAT'],
    ['registration_no', 'pk-1', 'REGISTRATION_NO_FORMAT'],
    ['registration_no', 'A'.repeat(33), 'REGISTRATION_NO_FORMAT'],
    ['full_name', ' \u00a0\t', 'NAME_BLANK'],
    ...UNSEEN.map((name) => ['full_name', name, 'NAME_BLANK'] as const),
    ['sex', 'l', 'VALUE_NOT_ALLOWED'],
    ['sex', '', 'VALUE_NOT_ALLOWED'],
    ['email', 'a@b.example\r\nBcc: c@d.example', 'VALUE_NOT_ALLOWED'],
    ['phone', '0812\n0813', 'VALUE_NOT_ALLOWED'],
    ['regency_code', '31.71', 'REGION_FORMAT'],
    ['regency_code', '317', 'REGION_FORMAT'],
    ['in_school', 'TRUE', 'VALUE_NOT_ALLOWED'],
    ['in_school', '', 'VALUE_NOT_ALLOWED'],
    ['employment_status', 'UNEMPLOYED', 'VALUE_NOT_ALLOWED'],
    ['occupation', '', 'VALUE_NOT_ALLOWED'],
    ['disability', '1', 'VALUE_NOT_ALLOWED'],
    ['joined_at', '', 'TIME_FORMAT'],
    ['test_taken_at', 'yesterday', 'TIME_FORMAT'],
  ] as const)('in %s that is %j is %s', (column, value, code) => {
    expect(codesOf({ [column]: value })).toEqual([`${column} ${code}`]);
  });

  test('that differs only by its case is told how it is written', () => {
    expect(rejectsOf({ in_school: 'TRUE' })[0]?.message).toContain('"TRUE", to be written true');
  });
});

describe('a date', () => {
  test.each(['2000-02-29', '1996-02-29', '1990-12-31', '0001-01-01', '9999-12-31'])(
    'may be %s',
    (birth_date) => {
      expect(codesOf({ birth_date })).toEqual([]);
    },
  );

  test.each([
    '1900-02-29',
    '1990-02-30',
    '1990-04-31',
    '1990-13-01',
    '1990-00-10',
    '1990-01-00',
    '0000-01-01',
  ])('%s is in no calendar', (birth_date) => {
    expect(codesOf({ birth_date })).toEqual(['birth_date DATE_FORMAT']);
  });

  test.each([
    '',
    '20-10-1990',
    '1990/10/20',
    '1990-1-2',
    '19901020',
    '1990-10-20T00:00:00Z',
    '33166',
    '１990-10-20',
  ])('written %j is DATE_FORMAT', (birth_date) => {
    expect(codesOf({ birth_date })).toEqual(['birth_date DATE_FORMAT']);
  });

  test('is taken exactly when the calendar has it', () => {
    const parts = fc.tuple(
      fc.integer({ min: 0, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    );
    fc.assert(
      fc.property(parts, ([year, month, day]) => {
        const text = [
          String(year).padStart(4, '0'),
          ...[month, day].map((part) => String(part).padStart(2, '0')),
        ].join('-');
        const date = new Date(`${text}T00:00:00Z`);
        const exists = year > 0 && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        expect(codesOf({ birth_date: text })).toEqual(exists ? [] : ['birth_date DATE_FORMAT']);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a time', () => {
  test.each([
    '2021-04-23T09:20:00+07:00',
    '2021-04-23T09:20:00Z',
    '2021-04-23T09:20+07:00',
    '2021-04-23T09:20:00.123456+0700',
    '2021-04-23T23:59:59.999999999-03:30',
    '2024-02-29T00:00:00+07',
  ])('may be %s', (joined_at) => {
    expect(rowOf({ joined_at }).joinedAt).toBe(joined_at);
  });

  test.each([
    '2021-04-23T09:20:00',
    '2021-04-23 09:20:00+07:00',
    '2021-04-23',
    '2021-02-29T09:20:00Z',
    '0000-02-28T09:20:00Z',
    '2021-04-23T24:00:00Z',
    '2021-04-23T09:60:00Z',
    '2021-04-23T09:20:60Z',
    '2021-04-23T09:20:00.Z',
    '2021-04-23T09:20:00+16:00',
    '2021-04-23T09:20:00+07:60',
    '2021-04-23T09:20:00+07:00 WIB',
    '2021-04-23T09:20:00+07:00\nx',
    '1619144400',
  ])('%j is TIME_FORMAT', (joined_at) => {
    expect(codesOf({ joined_at })).toEqual(['joined_at TIME_FORMAT']);
  });
});

describe('the faults of a row', () => {
  test('are all told, in the order of the columns', () => {
    const wrong = Object.fromEntries(APPLICANT_COLUMNS.columns.map((column) => [column, '\u0001?']));
    expect(codesOf(wrong)).toEqual([
      'registration_no REGISTRATION_NO_FORMAT',
      'nik NIK_FORMAT',
      'kk KK_FORMAT',
      'birth_date DATE_FORMAT',
      'sex VALUE_NOT_ALLOWED',
      'email VALUE_NOT_ALLOWED',
      'phone VALUE_NOT_ALLOWED',
      'regency_code REGION_FORMAT',
      'in_school VALUE_NOT_ALLOWED',
      'employment_status VALUE_NOT_ALLOWED',
      'occupation VALUE_NOT_ALLOWED',
      'disability VALUE_NOT_ALLOWED',
      'email_verified_at TIME_FORMAT',
      'phone_verified_at TIME_FORMAT',
      'selfie_verified_at TIME_FORMAT',
      'test_taken_at TIME_FORMAT',
      'joined_at TIME_FORMAT',
    ]);
  });

  test('never show a whole NIK, in whichever column it stands', () => {
    const nik = '3171011708450001';
    const disguises = [
      nik,
      nik.replace(/(.{4})/g, '$1 '),
      `x${nik}9`,
      nik.replaceAll('1', '１'),
      nik.replaceAll('0', ' 0'),
    ];
    for (const disguised of disguises) {
      const wrong = Object.fromEntries(APPLICANT_COLUMNS.columns.map((column) => [column, disguised]));
      for (const { message, registrationNo } of rejectsOf(wrong)) {
        for (const text of [message, registrationNo]) {
          expect(text.normalize('NFKC').replace(/[^0-9]/g, '')).not.toContain(nik);
          expect(text).not.toMatch(/\p{Nd}{11}/u);
        }
      }
    }
  });

  test('are told on one line, and briefly', () => {
    expect(formOf('x\r\n7\u0000\u2028c')).toBe('a # a');
    expect(formOf('x'.repeat(1000))).toBe(`${'a'.repeat(39)}…`);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (value) => {
        for (const { message, registrationNo } of rejectsOf({
          registration_no: value,
          sex: value,
          regency_code: value,
        })) {
          expect(message).not.toMatch(/\p{C}/u);
          expect(Array.from(registrationNo).length).toBeLessThanOrEqual(40);
        }
      }),
    );
  });
});

describe('of a value there is shown', () => {
  const statuses = ['JOB_SEEKER', 'LAID_OFF', 'POLRI', 'TNI', 'ASN', 'true', 'L'];

  test.each([
    ['Citra Lestari', 'aaaaa aaaaaaa'],
    ['"budi@contoh.id"', '"aaaa@aaaaaa.aa"'],
    ['+62 812-3456', '+## ###-####'],
    ['Élodie Ñ e\u0301', 'aaaaaa a aa'],
    ['١٩٩٠/１０', '####/##'],
    ['Ⓑⓤⓓⓘ', 'aaaa'],
  ])('%j by its form, %j', (value, form) => {
    expect(formOf(value)).toBe(form);
  });

  test.each(['job seeker', 'JOB_SEEKR', 'laidoff', 'TRUE', 'P0LRI', 'M', '1'])(
    '%j as it is, in a column of codes',
    (value) => {
      expect(codeShown(value, statuses)).toBe(`"${value}"`);
    },
  );

  test.each(['Putri', 'Trie', 'Tini', 'Asni', 'Li', 'Ani', 'POLRI.', 'Citra Lestari'])(
    'the form of %j, in a column of codes too',
    (value) => {
      expect(codeShown(value, statuses)).toBe(`"${formOf(value)}"`);
    },
  );

  test.each([
    ['1990-10-20', '"####-##-##"'],
    ['1990-10-20T24:00:00Z', '"####-##-##T24:00:00Z"'],
    ['1990-10-20 09:20', '"####-##-## 09:20"'],
    ['1990-10-20 09:20 081234567890', '"####-##-## ##:## ############"'],
    ['1990-02-30T09:20:00Z', 'there is no such day'],
    ['', 'blank'],
  ])('%j as a time by %j', (value, found) => {
    expect(timeShown(value)).toBe(found);
  });

  test.each([
    ['PK-000017', 'PK-000017'],
    ['0000123456789', '0000123456789'],
    ['3171011708450001', '317101******0001'],
    ['3171-0117-0845-0001', '317101******0001'],
    ['pk-1', ''],
    ['Citra', ''],
    ['1990-10-20', ''],
    ['20-10-1990', ''],
    ['081234567890', ''],
    ['62-812-3456-7890', ''],
  ])('%j as a registration number as %j', (value, found) => {
    expect(registrationNoShown(value)).toBe(found);
  });
});

describe('a record that could not be read', () => {
  test('is told with its code and what was found, under its registration number', () => {
    const record = {
      line: 9,
      fields: ['"PK-1"', 'x'],
      fault: 'COLUMN_COUNT',
      detail: '2 fields instead of 19',
    } as const;
    expect(rejectRecord(record, PLACES)).toEqual({
      line: 9,
      registrationNo: 'PK-1',
      column: '',
      code: 'COLUMN_COUNT',
      message: '2 fields instead of 19: the record does not have the fields of the header',
    });
  });

  test('is none when it has no fault', () => {
    expect(rejectRecord({ line: 9, fields: [] }, PLACES)).toBeUndefined();
  });
});

describe('a re-join', () => {
  const places = placesOf(REJOIN_COLUMNS.columns);

  test('has a registration number and a time', () => {
    expect(readRejoinRow(['PK-1', '2021-04-23T09:20:00Z'], places, 2)).toEqual({
      normalised: 0,
      row: { registrationNo: 'PK-1', joinedAt: '2021-04-23T09:20:00Z' },
    });
  });

  test('tells the faults of both', () => {
    const read = readRejoinRow(['', ''], places, 2);
    expect('rejects' in read && read.rejects.map(({ code }) => code)).toEqual([
      'REGISTRATION_NO_FORMAT',
      'TIME_FORMAT',
    ]);
  });
});

test('the codes are fourteen, those that are decided over all rows among them', () => {
  expect(REJECT_CODES).toEqual(
    expect.arrayContaining(['REGISTRATION_NO_REPEATED', 'REGISTRATION_NO_UNKNOWN']),
  );
  expect(REJECT_CODES).toHaveLength(14);
});
