import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactTail } from '../../src/statistics/hypergeometric.ts';

test("a lady tells three of four cups: Fisher's own example", () => {
  expect(exactTail({ members: 4, others: 4, taken: 4, takenOfMembers: 3, oddsRatio: 1 })).toBeCloseTo(
    34 / 70,
    12,
  );
});

test('twins of convicts: the two-sided value that R gives', () => {
  const twins = { members: 12, others: 18, taken: 17, takenOfMembers: 2, oddsRatio: 1 };
  expect(exactTail(twins)).toBeCloseTo(0.0005367241, 10);
});

/** All tables with these sums, their weights in whole numbers. */
function enumerated(members: number, others: number, taken: number, found: number, odds: number): number {
  const choose = (n: number, k: number): bigint =>
    k < 0 || k > n ? 0n : k === 0 ? 1n : (choose(n - 1, k - 1) * BigInt(n)) / BigInt(k);
  const weight = (x: number) => choose(members, x) * choose(others, taken - x) * BigInt(odds) ** BigInt(x);
  const weights = Array.from({ length: taken + 1 }, (_, x) => weight(x));
  const sum = (some: bigint[]) => Number(some.reduce((all, each) => all + each, 0n));
  return sum(weights.filter((each) => each <= weight(found))) / sum(weights);
}

test('of all tables with the same sums those are counted that are not more likely, also where odds differ', () => {
  const table = fc
    .record({
      members: fc.integer({ min: 1, max: 25 }),
      others: fc.integer({ min: 1, max: 25 }),
      odds: fc.integer({ min: 1, max: 4 }),
    })
    .chain(({ members, others, odds }) =>
      fc
        .integer({ min: 1, max: members + others - 1 })
        .chain((taken) =>
          fc
            .integer({ min: Math.max(0, taken - others), max: Math.min(members, taken) })
            .map((found) => ({ members, others, odds, taken, found })),
        ),
    );
  fc.assert(
    fc.property(table, ({ members, others, odds, taken, found }) => {
      const p = exactTail({ members, others, taken, takenOfMembers: found, oddsRatio: odds });
      expect(p).toBeCloseTo(enumerated(members, others, taken, found, odds), 9);
    }),
  );
});

test('millions are no trouble', () => {
  const half = { members: 3_000_000, others: 3_000_000, taken: 1_000_000, oddsRatio: 1 };
  expect(exactTail({ ...half, takenOfMembers: 500_000 })).toBe(1);
  // Two standard deviations, which are 456.4 each.
  expect(exactTail({ ...half, takenOfMembers: 500_913 })).toBeCloseTo(0.0456, 3);
  expect(exactTail({ ...half, takenOfMembers: 700_000 })).toBe(0);
});
