import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskIdentitiesIn, maskIdentity } from '../../src/identity/mask.ts';
import { birthDateOf, isNik, nikWarnings, originOf, parseNik } from '../../src/identity/nik.ts';

/** Sixteen digits; those of the date mostly of one that there is. */
const digits = fc
  .tuple(fc.nat(999_999), fc.nat(79), fc.nat(14), fc.nat(99), fc.nat(9999))
  .map(([place, day, month, year, serial]) =>
    [place, day, month, year, serial].map((part, at) =>
      String(part).padStart(at === 0 ? 6 : at === 4 ? 4 : 2, '0'),
    ),
  )
  .map((parts) => parts.join(''));

function isPerson(nik: string): boolean {
  return isNik(Number(nik.slice(0, 8)), Number(nik.slice(8)));
}

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

describe('sixteen digits', () => {
  test.each([
    ['3171011708450001', true],
    ['3171015708450001', true],
    ['3273056010900009', true],
    ['9601012902000001', true],
    ['9171017112990001', true],
    ['3171011713450001', false],
    ['3171011700450001', false],
    ['3171017208450001', false],
    ['3171010008450001', false],
    ['3171014008450001', false],
    ['3171013202450001', false],
    ['3171013002960001', false],
    ['3171016902950001', false],
    ['2071011708450001', false],
    ['0171011708450001', false],
    ['9771011708450001', false],
  ])('%s can be a NIK: %s', (nik, can) => {
    expect(isPerson(nik)).toBe(can);
  });

  test('can be one if and only if they name a province and a day that there was', () => {
    fc.assert(
      fc.property(digits, (nik) => {
        const parts = parseNik(nik);
        const years = [1900, 2000].map((century) => century + (parts?.birthYearOfCentury ?? 0));
        const isDay = years.some((year) => {
          const date = new Date(Date.UTC(year, (parts?.birthMonth ?? 0) - 1, parts?.birthDay));
          return date.getUTCMonth() + 1 === parts?.birthMonth && date.getUTCDate() === parts.birthDay;
        });
        expect(isPerson(nik)).toBe(
          isDay && /^(1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-6])/.test(nik),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('that can be none are warned of, and no others; and only of none there is no birth date', () => {
    fc.assert(
      fc.property(digits, (nik) => {
        const warned = nikWarnings(nik, '1990-01-01', 'L');
        const impossible = warned.includes('NIK_DATE_IMPOSSIBLE');
        expect(isPerson(nik)).toBe(!impossible && !warned.includes('NIK_PROVINCE_UNKNOWN'));
        const parts = parseNik(nik);
        expect(parts && birthDateOf(parts, { on: '2021-04-30' }) === undefined).toBe(impossible);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the birth date in a NIK', () => {
  const dateIn = (nik: string, given?: string, on = '2021-04-30') => {
    const parts = parseNik(nik);
    return parts && birthDateOf(parts, given === undefined ? { on } : { on, given });
  };

  test.each([
    ['3171011708450001', '1945-08-17'],
    ['3171015708450001', '1945-08-17'],
    ['3273056010900009', '1990-10-20'],
  ])('of %s is %s', (nik, date) => {
    expect(dateIn(nik)).toBe(date);
    expect(dateIn(nik, date)).toBe(date);
  });

  test('is of the century that was given, where its year ends alike', () => {
    expect(dateIn('3171010505100001', '1910-05-05')).toBe('1910-05-05');
    expect(dateIn('3171010505100001', '1910-06-06')).toBe('1910-05-05');
    expect(dateIn('3171010505100001', '1911-05-05')).toBe('2010-05-05');
    expect(dateIn('3171012902000001', '1900-03-01')).toBe('2000-02-29');
  });

  test('is else the latest that is not after the day: nobody is born later', () => {
    expect(dateIn('3171013004210001')).toBe('2021-04-30');
    expect(dateIn('3171010105210001')).toBe('1921-05-01');
    expect(dateIn('3171010105210001', undefined, '2021-05-01')).toBe('2021-05-01');
    expect(dateIn('3171012902240001')).toBe('1924-02-29');
  });

  test('is none where the digits are none', () => {
    expect(dateIn('3171013102900001')).toBeUndefined();
    expect(dateIn('3171012902210001', '2021-02-28')).toBeUndefined();
  });
});

describe('where a NIK was first registered', () => {
  const names = new Map([
    ['3171', 'Kota Administrasi Jakarta Pusat'],
    ['317101', 'Gambir'],
  ]);
  const originIn = (nik: string) => {
    const parts = parseNik(nik);
    return parts && Object.values(originOf(parts, names)).map(({ code, name }) => [code, name]);
  };

  test('is told by name, and by the code alone where it is none of today', () => {
    expect(originIn('3171011708450001')).toEqual([
      ['31', 'DKI Jakarta'],
      ['3171', 'Kota Administrasi Jakarta Pusat'],
      ['317101', 'Gambir'],
    ]);
    expect(originIn('3171991708450001')?.at(-1)).toEqual(['317199', null]);
    expect(originIn('9901011708450001')?.at(0)).toEqual(['99', null]);
  });
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
    expect(nikWarnings('9771011708450001', '1945-08-17', 'L')).toEqual(['NIK_PROVINCE_UNKNOWN']);
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
    const text = fc.string({
      unit: fc.constantFrom('0', '1', '9', '0', '1', '9', 'a', ' '),
      maxLength: 80,
    });
    fc.assert(fc.property(text, (given) => !/[0-9]{16}/.test(maskIdentitiesIn(given))));
  });
});
