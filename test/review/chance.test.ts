/** What the review says of draws that are fair, and of such that are not: pools drawn many times with SHA-256. */
import { beforeAll, describe, expect, test } from 'vitest';
import { ATTRIBUTES, type Attribute } from '../../src/wave/review.ts';
import { type Member, madeUp, type Policy, type Reviewed, reviewsOf, seedOf } from './drawn.ts';

const DRAWS = 1_000;
/** Of p below 0.05, half of it and 0.01: what so many fair draws give but once in some thousand times. */
const BOUNDS = [
  [0.5, 0.445, 0.555],
  [0.05, 0.03, 0.072],
  [0.01, 0.001, 0.022],
] as const;

/** Two tiers, six provinces, one to three tickets, and households in which not all can be accepted. */
function mixed(row: number): Member {
  const household = madeUp(`household ${row}`, 480);
  return {
    registrationNo: `REG-${String(row).padStart(6, '0')}`,
    tier: Math.min(1, madeUp(`tier ${row}`, 4)),
    region: [31, 32, 33, 34, 35, 94][madeUp(`region ${row}`, 6)] as number,
    tickets: 1 + madeUp(`tickets ${row}`, 3),
    household: String(household),
    slots: 1 + (household % 2),
    joinedDay: 7_780 + Math.floor(Math.sqrt(madeUp(`day ${row}`, 100))),
    age: 18 + madeUp(`age ${row}`, 47),
    female: madeUp(`sex ${row}`, 2) === 1,
  };
}

/** One tier, one province, one ticket, and a household for each. */
function plain(row: number): Member {
  return { ...mixed(row), tier: 0, region: 31, tickets: 1, household: String(row), slots: 2 };
}

function members(count: number, memberOf: (row: number) => Member): Member[] {
  return Array.from({ length: count }, (_, row) => memberOf(row));
}

function drawn(of: readonly Member[], policy: Policy): Reviewed[] {
  const review = reviewsOf(of, policy);
  return Array.from({ length: DRAWS }, (_, number) => review(seedOf(number)));
}

function reviewOf({ report }: Reviewed, attribute: Attribute) {
  const found = report.attributes.find((each) => each.attribute === attribute);
  if (found === undefined) throw new Error(`no review of ${attribute}`);
  return found;
}

const POLICY = { quota: 270, regions: { 31: 30, 32: 0 } };

describe('of fair draws', () => {
  const reviewed = { mixed: [] as Reviewed[], plain: [] as Reviewed[] };

  beforeAll(() => {
    reviewed.mixed = drawn(members(600, mixed), POLICY);
    reviewed.plain = drawn(members(600, plain), { quota: 270, regions: {} });
  }, 180_000);

  const cases = [
    ['joined_day', 'chi_square', 'mixed'],
    ['region', 'chi_square', 'mixed'],
    ['sex', 'chi_square', 'mixed'],
    ['age', 'chi_square', 'mixed'],
    ['tickets', 'chi_square', 'mixed'],
    ['joined_day', 'chi_square', 'plain'],
    ['sex', 'exact', 'plain'],
  ] as const;

  test.each(cases)('p of %s (%s, %s) is below 0.05 in one of twenty', (attribute, kind, pool) => {
    const reviews = reviewed[pool].map((each) => reviewOf(each, attribute));
    expect(new Set(reviews.map(({ test }) => test))).toEqual(new Set([kind]));
    for (const [below, least, most] of BOUNDS) {
      const share = reviews.filter(({ p }) => (p ?? 1) < below).length / DRAWS;
      // Of an exact test p is a step function: never too small, but often larger.
      if (kind === 'chi_square') expect(share, `below ${below}`).toBeGreaterThan(least);
      expect(share, `below ${below}`).toBeLessThan(most);
    }
  });

  test('hardly any raises an alarm', () => {
    const alarms = [...reviewed.mixed, ...reviewed.plain].filter(({ alarm }) => alarm).length;
    expect(alarms).toBeLessThanOrEqual(10);
  });

  test('the tiers follow the order of priority, also where provinces have seats of their own', () => {
    for (const each of reviewed.mixed) expect(reviewOf(each, 'tier').conclusion).toBe('decided_by_policy');
  });

  test('all that is expected adds up to the accepted, and what is counted to the candidates', () => {
    for (const { report } of reviewed.mixed.slice(0, 50)) {
      for (const { attribute, categories, tested } of report.attributes) {
        const sum = (of: 'candidates' | 'accepted') => categories.reduce((all, each) => all + each[of], 0);
        expect([sum('candidates'), sum('accepted')]).toEqual([report.candidates, report.accepted]);
        if (attribute === 'tier') continue;
        const expected = categories.reduce((all, each) => all + (each.expected ?? each.accepted), 0);
        expect(expected).toBeCloseTo(report.accepted, 3);
        const difference = tested.reduce((all, each) => all + each.expected - each.accepted, 0);
        expect(difference).toBeCloseTo(0, 3);
      }
    }
  });
});

describe('of draws that are not fair', () => {
  const early = (member: Member) => member.joinedDay < 7_785;
  const cases: readonly (readonly [string, Attribute, (member: Member) => number])[] = [
    ['early joiners are drawn with twice their tickets', 'joined_day', (one) => (early(one) ? 2 : 1)],
    ['women are drawn with twice their tickets', 'sex', (one) => (one.female ? 2 : 1)],
    ['the young are drawn with twice their tickets', 'age', (one) => (one.age < 30 ? 2 : 1)],
    ['a province is drawn with twice its tickets', 'region', (one) => (one.region === 94 ? 2 : 1)],
    ['further tickets are left out', 'tickets', (one) => 1 / one.tickets],
  ];

  test.each(cases)('where %s, an alarm is raised', (_, attribute, factor) => {
    const rigged = members(4_000, mixed).map((one) => ({
      ...one,
      household: one.registrationNo,
      drawn: one.tickets * factor(one),
    }));
    const { report, alarm } = reviewsOf(rigged, { quota: 1_600, regions: { 31: 100 } })(seedOf(1));
    expect(alarm).toBe(true);
    const alarms = report.attributes.filter(({ conclusion }) => conclusion === 'alarm');
    expect(alarms.map((each) => each.attribute)).toEqual([attribute]);
    expect(alarms[0]?.p).toBeLessThan(report.threshold ?? 0);
  });
});

test('every attribute has its place in the report', () => {
  const { report } = reviewsOf(members(50, mixed), POLICY)(seedOf(1));
  expect(report.attributes.map(({ attribute }) => attribute)).toEqual([...ATTRIBUTES]);
});
