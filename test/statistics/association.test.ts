import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Association, association } from '../../src/statistics/association.ts';
import { expectedOf, type Stratum } from '../../src/statistics/strata.ts';

/** Members and taken of the categories, in their order. */
function stratum(...cells: readonly (readonly [members: number, taken: number, odds?: number])[]): Stratum {
  return cells.map(([members, taken, odds = 1], category) => ({
    category,
    members,
    taken,
    logOdds: Math.log(odds),
  }));
}

function answered(found: ReturnType<typeof association>): Association {
  if (typeof found === 'string') throw new Error(found);
  return found;
}

describe('the statistic', () => {
  test('of one stratum is that of Pearson times (N - 1) / N', () => {
    const found = answered(association([stratum([100, 40], [100, 60], [100, 50])], 3, 'ordered'));
    expect(found).toMatchObject({ test: 'chi_square', degreesOfFreedom: 2, strata: 1 });
    expect(found.statistic).toBeCloseTo((8 * 299) / 300, 10);
    expect(found.groups[0]).toEqual({ categories: [0], members: 100, taken: 40, expected: 50 });
  });

  test('of two categories is that of Mantel and Haenszel: admissions at Berkeley, 1973', () => {
    const departments = [
      stratum([825, 512], [108, 89]),
      stratum([560, 353], [25, 17]),
      stratum([325, 120], [593, 202]),
      stratum([417, 138], [375, 131]),
      stratum([191, 53], [393, 94]),
      stratum([373, 22], [341, 24]),
    ];
    const found = answered(association(departments, 2, 'named'));
    expect(found).toMatchObject({ test: 'chi_square', degreesOfFreedom: 1, strata: 6 });
    expect(found.statistic).toBeCloseTo(1.524607, 6);
  });

  test('is the same whatever order categories and strata come in', () => {
    // So many that none is put together with another.
    const cell = fc.tuple(fc.integer({ min: 40, max: 90 }), fc.integer({ min: 15, max: 25 }));
    const strata = fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(strata, (made) => {
        const there = answered(
          association(
            made.map((cells) => stratum(...cells)),
            4,
            'ordered',
          ),
        );
        const back = made.toReversed().map((cells) => stratum(...cells.toReversed()));
        const { statistic, degreesOfFreedom } = answered(association(back, 4, 'ordered'));
        expect(degreesOfFreedom).toBe(there.degreesOfFreedom);
        expect(statistic).toBeCloseTo(there.statistic ?? Number.NaN, 6);
      }),
    );
  });

  test('has a degree of freedom less for each set of categories that never meet', () => {
    const cells = stratum([60, 30], [60, 31], [60, 30], [60, 28]);
    const apart = [cells.slice(0, 2), cells.slice(2)];
    expect(answered(association(apart, 4, 'ordered')).degreesOfFreedom).toBe(2);
    expect(answered(association([cells], 4, 'ordered')).degreesOfFreedom).toBe(3);
  });
});

describe('strata', () => {
  const telling = stratum([50, 20], [50, 25], [50, 22]);

  test.each([
    ['all are taken', stratum([40, 40], [60, 60], [10, 10])],
    ['none is taken', stratum([40, 0], [60, 0], [10, 0])],
    ['there is one category alone', stratum([0, 0], [60, 20], [0, 0])],
  ])('in which %s say nothing and change nothing', (_, silent) => {
    expect(association([telling, silent], 3, 'ordered')).toEqual(association([telling], 3, 'ordered'));
    expect(association([silent], 3, 'ordered')).toBe('nothing_to_tell');
  });

  test('of two categories are answered exactly if there is one, however few they are', () => {
    const found = answered(association([stratum([4, 3], [4, 1])], 2, 'named'));
    expect(found).toMatchObject({ test: 'exact', statistic: null, degreesOfFreedom: null });
    expect(found.p).toBeCloseTo(34 / 70, 12);
    expect(answered(association([stratum([4, 3, 2], [4, 1])], 2, 'named')).p).toBeGreaterThan(34 / 70);
  });
});

describe('categories of which too little is expected', () => {
  const groupsOf = (found: ReturnType<typeof association>) =>
    answered(found).groups.map(({ categories }) => categories);

  test('go together with a neighbour where they have an order', () => {
    const days = stratum([100, 50], [4, 2], [8, 4], [90, 45]);
    expect(groupsOf(association([days], 4, 'ordered'))).toEqual([[0], [1, 2], [3]]);
  });

  test('go together with each other where they have none', () => {
    const provinces = stratum([6, 2], [100, 50], [100, 50], [7, 4]);
    expect(groupsOf(association([provinces], 4, 'named'))).toEqual([[0, 3], [1], [2]]);
  });

  test('are those as well of which too few are not taken', () => {
    expect(groupsOf(association([stratum([100, 90], [20, 18], [100, 90])], 3, 'ordered'))).toHaveLength(2);
  });

  test('are those as well that have nearly nobody beside them', () => {
    const alone = (first: number, second: number, beside: number, taken: number) => [
      { category: first, members: 1_000, taken: taken, logOdds: 0 },
      { category: second, members: beside, taken: 1, logOdds: 0 },
    ];
    // By their size alone they would be believed: with one beside a thousand, and with two hundred of whom two are taken.
    expect(association([alone(0, 1, 1, 10), alone(1, 0, 1, 10)], 2, 'named')).toBe('too_few');
    expect(association([alone(0, 1, 200, 10), alone(1, 0, 200, 10)], 2, 'named')).toBe('too_few');
    expect(association([alone(0, 1, 200, 990), alone(1, 0, 200, 990)], 2, 'named')).not.toBe('too_few');
  });

  test('leave too few where all of them are such', () => {
    expect(association([stratum([3, 1], [3, 2], [2, 1])], 3, 'ordered')).toBe('too_few');
  });

  test('are put together beforehand where there are thousands', () => {
    const days = stratum(...Array.from({ length: 5_000 }, (_, day) => [20, 9 + (day % 3)] as const));
    const found = answered(association([days], 5_000, 'ordered'));
    expect(found.groups).toHaveLength(100);
    expect(found.groups.flatMap(({ categories }) => categories)).toEqual(days.map((_, day) => day));
  });
});

describe('where odds differ', () => {
  test('as many are expected as are taken, and of better odds more', () => {
    const cells = fc.array(
      fc.record({
        members: fc.integer({ min: 1, max: 500 }),
        odds: fc.double({ min: 1e-4, max: 1e4, noNaN: true }),
      }),
      { minLength: 2, maxLength: 6 },
    );
    fc.assert(
      fc.property(cells, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (made, share) => {
        const taken = made.map(({ members }) => Math.round(members * share));
        const found = expectedOf(
          stratum(...made.map(({ members, odds }, at) => [members, taken[at] ?? 0, odds] as const)),
        );
        const sum = found.cells.reduce((all, each) => all + each.expected, 0);
        expect(sum).toBeCloseTo(found.taken, 6);
        const byOdds = found.cells.toSorted((one, other) => one.logOdds - other.logOdds);
        const shares = byOdds.map(({ expected, members }) => Number((expected / members).toFixed(9)));
        expect(shares).toEqual(shares.toSorted((one, other) => one - other));
      }),
    );
  });

  test('the mean is that of the noncentral hypergeometric distribution, but for parts of a person', () => {
    // Of 40 with twice the odds of 60 others, 30 are taken: by enumeration 15.57 of the 40 are.
    const [first] = expectedOf(stratum([40, 0, 2], [60, 30])).cells;
    expect(first?.expected).toBeCloseTo(15.57, 1);
  });
});
