import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOfText } from '../../src/columns/calendar.ts';
import { ageOn } from '../../src/filter/age.ts';
import { traitsOf } from '../../src/filter/traits.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { type Applications, FLAGS } from '../../src/wave/people.ts';

const HOURS_BEFORE_2000 = 730_485 * 24;

const date = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));

/** As a clerk counts: the years, less one where the birthday is still to come; 29 February counts from 1 March. */
function age(born: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4));
  return Math.max(0, years - (today.slice(5) < born.slice(5) ? 1 : 0));
}

test('an age is in full years, as a clerk counts them', () => {
  fc.assert(
    fc.property(date, date, (born, today) => {
      expect(ageOn(today)(dayOfText(born))).toBe(age(born, today));
    }),
  );
});

test.each([
  ['2004-02-29', '2022-02-28', 17],
  ['2004-02-29', '2022-03-01', 18],
  ['2004-02-29', '2024-02-28', 19],
  ['2004-02-29', '2024-02-29', 20],
  ['2004-02-28', '2024-02-29', 20],
  // A leap year more than so many years have on average.
  ['1903-03-01', '2000-02-29', 96],
  ['0001-01-01', '2021-04-30', 255],
  ['2022-01-01', '2021-04-30', 0],
])('born on %s, the age on %s is %d', (born, today, years) => {
  expect(ageOn(today)(dayOfText(born))).toBe(years);
});

function application(joined: string, flags = 0): Applications {
  const hour = Date.parse(joined) / 3_600_000 - Date.UTC(2000, 0, 1) / 3_600_000 + HOURS_BEFORE_2000;
  const of = { joinedHour: Uint32Array.of(hour), birthDay: Int32Array.of(0), flags: Uint16Array.of(flags) };
  return { rows: 1, of } as unknown as Applications;
}

const POLICY = { as_of: '2021-04-30' } as Policy;

test.each([
  ['2021-04-23T00:00:00+07:00', '2021-04-23'],
  ['2021-04-23T23:59:59+07:00', '2021-04-23'],
  ['2021-04-22T17:00:00Z', '2021-04-23'],
  ['2021-04-23T01:00:00+09:00', '2021-04-22'],
  ['1999-12-31T16:00:00Z', '1999-12-31'],
])('who joined at %s did so on %s, as western Indonesia counts the days', (joined, day) => {
  expect(traitsOf(POLICY, application(joined)).joinedDay[0]).toBe(dayOfText(day));
});

test('women are told by their flag', () => {
  const sex = (flags: number) => traitsOf(POLICY, application('2021-04-23T00:00:00Z', flags)).female[0];
  expect([sex(FLAGS.female | FLAGS.disability), sex(FLAGS.disability), sex(0)]).toEqual([1, 0, 0]);
});
