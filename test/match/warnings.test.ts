import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateOfDay } from '../../src/columns/calendar.ts';
import { NIK_WARNINGS, nikWarnings } from '../../src/identity/nik.ts';
import { NOT_ASKED, warningBits } from '../../src/match/warnings.ts';
import { type Applications, FLAGS } from '../../src/wave/people.ts';

const CODES = Object.keys(NIK_WARNINGS);

/** An application of someone born so many days after 2000-01-01; only what is looked at is there. */
function applicationOf(nik: string, birthDay: number, isFemale: boolean): Applications {
  const of = {
    nikHigh: Uint32Array.of(Number(nik.slice(0, 8))),
    nikLow: Uint32Array.of(Number(nik.slice(8))),
    birthDay: Int32Array.of(birthDay),
    flags: Uint16Array.of(isFemale ? FLAGS.female : FLAGS.disability),
  };
  return { rows: 1, of } as unknown as Applications;
}

function digits(number: number, length: number): string {
  return String(number).padStart(length, '0');
}

/** A place of registration, the digits of a birth date, mostly those of the holder, and a serial number. */
const people = fc
  .record({
    birthDay: fc.integer({ min: -36_500, max: 9_000 }),
    isFemale: fc.boolean(),
    place: fc.oneof(
      fc.constant('317101'),
      fc.nat(999_999).map((code) => digits(code, 6)),
    ),
    date: fc.option(fc.nat(999_999), { freq: 2 }),
    serial: fc.oneof(fc.constant(0), fc.nat(9_999)),
  })
  .map(({ birthDay, isFemale, place, date, serial }) => {
    const { year, month, day } = dateOfDay(birthDay);
    const born = digits(day + (isFemale ? 40 : 0), 2) + digits(month, 2) + digits(year % 100, 2);
    const nik = `${place}${date === null ? born : digits(date, 6)}${digits(serial, 4)}`;
    const given = [digits(year, 4), digits(month, 2), digits(day, 2)].join('-');
    return { nik, birthDay, isFemale, given };
  });

test('an application has the warnings of its NIK, a bit each, and no others', () => {
  fc.assert(
    fc.property(people, ({ nik, birthDay, isFemale, given }) => {
      const bits = warningBits(applicationOf(nik, birthDay, isFemale), 0);
      const codes = CODES.filter((_, place) => (bits & (1 << place)) !== 0);
      const expected = nikWarnings(nik, given, isFemale ? 'P' : 'L');
      expect(codes.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 2_000 },
  );
});

test('each has a bit of its own, which decisions that are kept have room for and rely on', () => {
  expect(CODES).toEqual([
    ...['NIK_BIRTH_DATE_DIFFERS', 'NIK_SEX_DIFFERS', 'NIK_DATE_IMPOSSIBLE', 'NIK_SERIAL_ZERO'],
    ...['NIK_NOT_ASKED', 'NIK_PROVINCE_UNKNOWN'],
  ]);
  expect(CODES.length).toBeLessThanOrEqual(8);
  expect(NOT_ASKED).toBe(1 << CODES.indexOf('NIK_NOT_ASKED'));
});
