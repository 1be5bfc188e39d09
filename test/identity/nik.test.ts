import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskIdentitiesIn, maskIdentity } from '../../src/identity/mask.ts';
import { nikWarnings, parseNik } from '../../src/identity/nik.ts';

describe('the digits of a NIK', () => {
  test.each([
    ['3171011708450001', '317101', 17, 8, 45, 'L', '0001'],
    ['3171015708450001', '317101', 17, 8, 45, 'P', '0001'],
    ['3273056010900009', '327305', 20, 10, 90, 'P', '0009'],
  ])('%s are district, birth date, sex and serial number', (nik, district, day, month, year, sex, serial) => {
    expect(parseNik(nik)).toEqual({
      provinceCode: district.slice(0, 2),
      regencyCode: district.slice(0, 4),
      districtCode: district,
      birthDay: day,
      birthMonth: month,
      birthYearOfCentury: year,
      sex,
      serial,
    });
  });

  test.each(['', '317101170845000', '31710117084500011', '317101170845000O', '３171011708450001'])(
    '%j are none',
    (text) => {
      expect(parseNik(text)).toBeUndefined();
    },
  );
});

describe('the warnings of a NIK', () => {
  test.each([
    ['3171011708450001', '1945-08-17', 'L'],
    ['3171015708450001', '1945-08-17', 'P'],
    ['3273056010900009', '1990-10-20', 'P'],
    ['9171012902000001', '2000-02-29', 'L'],
  ] as const)('are none when %s was born on %s and is %s', (nik, birthDate, sex) => {
    expect(nikWarnings(nik, birthDate, sex)).toEqual([]);
  });

  test('tell another birth date, and another sex', () => {
    expect(nikWarnings('3171011708450001', '1945-08-18', 'L')).toEqual(['NIK_BIRTH_DATE_DIFFERS']);
    expect(nikWarnings('3171011708450001', '1945-08-17', 'P')).toEqual(['NIK_SEX_DIFFERS']);
    expect(nikWarnings('3171011708450001', '1946-09-17', 'P')).toEqual([
      'NIK_BIRTH_DATE_DIFFERS',
      'NIK_SEX_DIFFERS',
    ]);
  });

  test('tell digits that no NIK has', () => {
    expect(nikWarnings('3171013508450001', '1945-08-17', 'L')).toEqual(['NIK_DATE_IMPOSSIBLE']);
    expect(nikWarnings('3171013002450001', '1945-03-02', 'L')).toEqual(['NIK_DATE_IMPOSSIBLE']);
    expect(nikWarnings('3171017208450001', '1945-08-17', 'P')).toEqual(['NIK_DATE_IMPOSSIBLE']);
    expect(nikWarnings('3171010013450000', '1945-08-17', 'L')).toEqual([
      'NIK_DATE_IMPOSSIBLE',
      'NIK_SERIAL_ZERO',
    ]);
  });
});

describe('a masked identity number', () => {
  test('shows its first six and last four digits', () => {
    expect(maskIdentity('3171011708450001')).toBe('317101******0001');
  });

  test('shows nothing when it is too short to hide the rest', () => {
    expect(maskIdentity('31710117084500')).toBe('******');
    expect(maskIdentity('')).toBe('******');
  });

  test('is found anywhere in a text, in longer runs of digits as well', () => {
    expect(maskIdentitiesIn('nik=3171011708450001, kk=3171010000000002.')).toBe(
      'nik=317101******0001, kk=317101******0002.',
    );
    expect(maskIdentitiesIn('x31710117084500019y')).toBe('x317101******0019y');
    expect(maskIdentitiesIn('628123456789 on 2021-04-23')).toBe('628123456789 on 2021-04-23');
  });

  test('never leaves sixteen digits in a row', () => {
    const digits = fc.string({
      unit: fc.constantFrom('0', '1', '9', '0', '1', '9', 'a', ' '),
      maxLength: 80,
    });
    fc.assert(fc.property(digits, (text) => !/[0-9]{16}/.test(maskIdentitiesIn(text))));
  });
});
