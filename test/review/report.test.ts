/** What the review says where there is little to say, and of the order of priority. */
import { describe, expect, test } from 'vitest';
import { tierViolations } from '../../src/review/tier-rule.ts';
import type { Attribute } from '../../src/wave/review.ts';
import { type Member, type Policy, type Reviewed, reviewsOf, seedOf } from './drawn.ts';

function member(row: number, more: Partial<Member> = {}): Member {
  return {
    registrationNo: `REG-${String(row).padStart(6, '0')}`,
    ...{ tier: 0, region: 31, tickets: 1, household: String(row), slots: 2 },
    ...{ joinedDay: 7_784 + (row % 3), age: 20 + (row % 7), female: row % 2 === 0 },
    ...more,
  };
}

function reviewed(members: readonly Member[], policy: Partial<Policy> = {}): Reviewed {
  return reviewsOf(members, { quota: 10, regions: {}, ...policy })(seedOf(1));
}

function of({ report }: Reviewed, attribute: Attribute) {
  return report.attributes.find((each) => each.attribute === attribute);
}

const some = Array.from({ length: 200 }, (_, row) => member(row));

describe('a wave', () => {
  test.each([
    ['without eligible applications', [], 10],
    ['of which all are accepted', some, 200],
    ['of which none is accepted', some, 0],
  ])('%s has nothing to tell, and raises no alarm', (_, members, quota) => {
    const found = reviewed(members, { quota });
    expect(found.alarm).toBe(false);
    expect(found.report).toMatchObject({ candidates: members.length, tests: 0, threshold: null });
    expect(new Set(found.report.attributes.map(({ conclusion }) => conclusion))).toEqual(
      new Set(['nothing_to_tell']),
    );
  });

  test('of a few has too few to tell, and shows them all the same', () => {
    const found = reviewed(some.slice(0, 6), { quota: 3 });
    expect(of(found, 'joined_day')).toMatchObject({ conclusion: 'too_few', p: null, test: null, tested: [] });
    expect(of(found, 'joined_day')?.categories).toEqual([
      { category: '2021-04-24', candidates: 2, accepted: expect.any(Number), expected: 1 },
      { category: '2021-04-25', candidates: 2, accepted: expect.any(Number), expected: 1 },
      { category: '2021-04-26', candidates: 2, accepted: expect.any(Number), expected: 1 },
    ]);
    expect(found.alarm).toBe(false);
  });

  test('shares the alarm of one in a thousand among the tests that are made', () => {
    const { report } = reviewed(some, { quota: 100 });
    expect(report).toMatchObject({ significance: 0.001, tests: 3, threshold: 0.001 / 3 });
  });

  test('counts members of a household that has too few places, and leaves them out of the tests', () => {
    const shared = some.map((one, row) =>
      row < 40 ? { ...one, household: String(row % 10), slots: 1 } : one,
    );
    const found = reviewed(shared, { quota: 80 });
    expect(found.report).toMatchObject({ candidates: 170, accepted: 80, uncontested: 160 });
    const tested = of(found, 'sex')?.tested.reduce((all, { candidates }) => all + candidates, 0);
    expect(tested).toBe(160);
  });

  test('does not count those whose household has no place left', () => {
    const full = some.map((one, row) => (row < 40 ? { ...one, slots: 0 } : one));
    expect(reviewed(full, { quota: 80 }).report).toMatchObject({ candidates: 160, uncontested: 160 });
  });

  test('names ages by five years', () => {
    const ages = [18, 19, 20, 24, 25, 64].map((age, row) => member(row, { age }));
    const names = of(reviewed(ages), 'age')?.categories.map(({ category }) => category);
    expect(names).toEqual(['15-19', '20-24', '25-29', '60-64']);
  });
});

describe('provinces', () => {
  const spread = some.map((one, row) => ({ ...one, region: [31, 32, 94][row % 3] as number }));

  test('that have seats of their own are shown with them and not tested', () => {
    const region = of(reviewed(spread, { quota: 100, regions: { 31: 40 } }), 'region');
    expect(
      region?.categories.map(({ category, expected, seats }) => [category, expected === null, seats]),
    ).toEqual([
      ['31', true, 40],
      ['32', false, undefined],
      ['94', false, undefined],
    ]);
    expect(region?.tested.flatMap(({ categories }) => categories)).toEqual(['32', '94']);
    expect(region).toMatchObject({ test: 'exact', conclusion: 'as_chance_allows' });
  });

  test('that all have seats of their own are decided by the policy', () => {
    const regions = { weights: { 31: 1, 32: 1, 94: 1 } };
    const region = of(reviewed(spread, { quota: 99, regions }), 'region');
    expect(region).toMatchObject({ conclusion: 'decided_by_policy', p: null });
    expect(region?.categories.map(({ accepted, seats }) => [accepted, seats])).toEqual([
      [33, 33],
      [33, 33],
      [33, 33],
    ]);
  });
});

describe('the order of priority', () => {
  const cell = (region: string, tier: number, candidates: number, accepted: number) => ({
    ...{ region, tier, candidates, accepted },
  });
  const own = (region: string) => region === '31';

  test('is kept where each tier is full before the next begins', () => {
    const cells = [cell('32', 0, 10, 10), cell('94', 0, 5, 5), cell('32', 1, 10, 3), cell('94', 1, 5, 1)];
    expect(tierViolations(cells, own)).toEqual([]);
  });

  test('is kept where a later tier has seats by those of its own province', () => {
    const cells = [cell('31', 0, 2, 2), cell('31', 1, 9, 4), cell('32', 0, 10, 8)];
    expect(tierViolations(cells, own)).toEqual([]);
  });

  test('is broken within a province', () => {
    const cells = [cell('31', 0, 10, 9), cell('31', 1, 9, 1), cell('31', 2, 9, 0)];
    expect(tierViolations(cells, own)).toEqual([{ region: '31', tier: 1, accepted: 1, earlier_tier: 0 }]);
  });

  test('is broken by a common seat for a later tier, while an earlier one waits in whatever province', () => {
    const cells = [cell('32', 2, 5, 1), cell('94', 0, 5, 5), cell('31', 1, 9, 8)];
    expect(tierViolations(cells, own)).toEqual([{ region: '32', tier: 2, accepted: 1, earlier_tier: 1 }]);
  });
});
