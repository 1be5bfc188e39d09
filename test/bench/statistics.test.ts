import { describe, expect, test } from 'vitest';
import { median, spreadOf, spreadOfRatios } from '../../bench/statistics.ts';

describe('the median', () => {
  test.each([
    [[7], 7],
    [[3, 1, 2], 2],
    [[10, 9], 9.5],
    [[4, 100, 1, 2], 3],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  test('of nothing is refused', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

test('a spread has the middle, the least and the most', () => {
  expect(spreadOf([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 });
});

test('ratios are taken within a round: one that is slow for both does not count twice', () => {
  const rounds = [
    { project: 5, peer: 10 },
    { project: 60, peer: 100 },
    { project: 7, peer: 10 },
  ];
  const ratios = spreadOfRatios(
    rounds,
    ({ project }) => project,
    ({ peer }) => peer,
  );
  expect(ratios).toEqual({ median: 0.6, min: 0.5, max: 0.7 });
});
