import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf, dayOfText } from '../../src/columns/calendar.ts';

const DAY = 86_400_000;
const EPOCH = Date.UTC(2000, 0, 1);

function dateOf(day: number): Date {
  return new Date(EPOCH + day * DAY);
}

test.each([
  ['2000-01-01', 0],
  ['1999-12-31', -1],
  ['2000-02-29', 59],
  ['2000-03-01', 60],
  ['1900-03-01', -36_465],
  ['0001-01-01', -730_119],
  ['9999-12-31', 2_921_939],
])('%s is day %i', (date, day) => {
  expect(dayOfText(date)).toBe(day);
});

test('days are those of the calendar, in the years 0001 to 9999', () => {
  fc.assert(
    fc.property(fc.integer({ min: -730_119, max: 2_921_939 }), (day) => {
      const date = dateOf(day);
      expect(dayOfText(date.toISOString().slice(0, 10))).toBe(day);
      expect(dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(day);
    }),
    { numRuns: 2_000 },
  );
});
