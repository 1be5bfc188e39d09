/** When the service is called again: its days and hours are those of Jakarta, wherever the program runs. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextTimeOfDay } from '../../src/dukcapil/clock.ts';

/** With the time in Jakarta. */
const next = (time: string, now: string) => nextTimeOfDay(time, new Date(`${now}+07:00`)).toISOString();

test.each([
  // A quota is spent in the afternoon, and there is another one at midnight, which is 17:00 in UTC.
  ['00:00', '2026-11-22T15:30:00', '2026-11-22T17:00:00.000Z'],
  ['00:00', '2026-11-22T23:59:59', '2026-11-22T17:00:00.000Z'],
  ['00:00', '2026-12-31T12:00:00', '2026-12-31T17:00:00.000Z'],
  // Called at night, it opens in the morning.
  ['06:00', '2026-11-22T02:00:00', '2026-11-21T23:00:00.000Z'],
  ['06:00', '2026-11-22T05:59:59.999', '2026-11-21T23:00:00.000Z'],
  ['06:00', '2026-11-22T21:15:00', '2026-11-22T23:00:00.000Z'],
  ['12:30', '2028-02-28T13:00:00', '2028-02-29T05:30:00.000Z'],
])('after %s: at %s until %s', (time, now, until) => {
  expect(next(time, now)).toBe(until);
});

test('a service whose clock is behind ours is tried again soon, and not a day later', () => {
  expect(next('00:00', '2026-11-23T00:00:00')).toBe('2026-11-22T17:10:00.000Z');
  expect(next('00:00', '2026-11-23T00:09:59')).toBe('2026-11-22T17:10:00.000Z');
  expect(next('00:00', '2026-11-23T00:10:00')).toBe('2026-11-23T17:00:00.000Z');
});

describe('always', () => {
  const times = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((n) => `${n}`.padStart(2, '0')).join(':'));
  const dates = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

  test('it is later, by no more than a day', () => {
    fc.assert(
      fc.property(times, dates, (time, now) => {
        const wait = nextTimeOfDay(time, now).getTime() - now.getTime();
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(86_400_000);
      }),
    );
  });
});
