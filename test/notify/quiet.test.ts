/** Nobody is written to at night, wherever they live. */
import { describe, expect, test } from 'vitest';
import { PROVINCES } from '../../src/identity/provinces.ts';
import { quietUntil } from '../../src/notify/quiet.ts';

const NIGHT = { from: 21 * 60, to: 7 * 60 };
const at = (time: string) => Date.parse(time);
const ended = (milliseconds: number | undefined) =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();

describe('between nine in the evening and seven in the morning', () => {
  test.each([
    ['31', 'Jakarta', '2021-04-30T20:59:59+07:00', undefined],
    ['31', 'Jakarta', '2021-04-30T21:00:00+07:00', '2021-05-01T07:00:00+07:00'],
    ['31', 'Jakarta', '2021-05-01T00:30:00+07:00', '2021-05-01T07:00:00+07:00'],
    ['31', 'Jakarta', '2021-05-01T06:59:59.999+07:00', '2021-05-01T07:00:00+07:00'],
    ['31', 'Jakarta', '2021-05-01T07:00:00+07:00', undefined],
    ['61', 'Pontianak', '2021-04-30T20:30:00+07:00', undefined],
    ['62', 'Palangka Raya', '2021-04-30T21:30:00+07:00', '2021-05-01T07:00:00+07:00'],
    ['51', 'Bali, an hour ahead', '2021-04-30T20:30:00+07:00', '2021-05-01T07:00:00+08:00'],
    ['63', 'Banjarmasin, an hour ahead', '2021-05-01T06:00:00+07:00', undefined],
    ['73', 'Makassar, an hour ahead', '2021-05-01T05:59:00+07:00', '2021-05-01T07:00:00+08:00'],
    ['91', 'Papua, two hours ahead', '2021-04-30T19:00:00+07:00', '2021-05-01T07:00:00+09:00'],
    ['91', 'Papua, two hours ahead', '2021-05-01T05:00:00+07:00', undefined],
    ['', 'nobody knows where: as in Jakarta', '2021-04-30T21:00:00+07:00', '2021-05-01T07:00:00+07:00'],
  ])('%s, %s, at %s: until %s', (province, _, now, until) => {
    expect(ended(quietUntil(at(now), province, NIGHT))).toBe(
      until === undefined ? undefined : new Date(until).toISOString(),
    );
  });
});

test('hours that do not go over midnight end on the same day', () => {
  const noon = { from: 12 * 60, to: 13 * 60 + 30 };
  expect(ended(quietUntil(at('2021-04-30T12:10:00+07:00'), '32', noon))).toBe('2021-04-30T06:30:00.000Z');
  expect(quietUntil(at('2021-04-30T13:30:00+07:00'), '32', noon)).toBeUndefined();
  expect(quietUntil(at('2021-04-30T11:59:00+07:00'), '32', noon)).toBeUndefined();
});

test.each(Object.keys(PROVINCES))('province %s is never quiet for longer than the hours are', (province) => {
  for (let hour = 0; hour < 24; hour++) {
    const now = at('2021-04-30T00:00:00Z') + hour * 3_600_000;
    const until = quietUntil(now, province, NIGHT);
    if (until === undefined) continue;
    expect(until).toBeGreaterThan(now);
    expect(until - now).toBeLessThanOrEqual(10 * 3_600_000);
    expect(quietUntil(until, province, NIGHT)).toBeUndefined();
  }
});
