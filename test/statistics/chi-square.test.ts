import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chiSquareTail } from '../../src/statistics/chi-square.ts';

test.each([
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, upper-tail critical values.
  [3.841, 1, 0.05],
  [6.635, 1, 0.01],
  [10.828, 1, 0.001],
  [18.307, 10, 0.05],
  [29.588, 10, 0.001],
  [43.773, 30, 0.05],
  [124.342, 100, 0.05],
  [149.449, 100, 0.001],
  [0.02, 2, Math.exp(-0.01)],
])('chance gives %d or more with %d degrees of freedom in %d of all cases', (x, freedom, share) => {
  expect(chiSquareTail(x, freedom) / share).toBeCloseTo(1, 3);
});

test('with two degrees of freedom it is e^(-x / 2), to the last digits and however rare', () => {
  for (const x of [1e-6, 0.1, 1, 3.9, 4.1, 20, 200, 1_000]) {
    expect(chiSquareTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 11);
  }
});

test('two more degrees of freedom add (x / 2)^a e^(-x / 2) / a! of a half as many, whichever sum is used', () => {
  const factorial = (a: number) =>
    Array.from({ length: a }, (_, at) => at + 1).reduce((one, next) => one * next, 1);
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 120, noNaN: true }), fc.integer({ min: 1, max: 40 }), (x, a) => {
      const step = ((x / 2) ** a * Math.exp(-x / 2)) / factorial(a);
      expect(chiSquareTail(x, 2 * a + 2) - chiSquareTail(x, 2 * a)).toBeCloseTo(step, 12);
    }),
  );
});

test('nothing found is no surprise, and what is beyond all numbers is none', () => {
  expect(chiSquareTail(0, 5)).toBe(1);
  expect(chiSquareTail(1e5, 5)).toBe(0);
});
