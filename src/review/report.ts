/** The report of a draw's quality: what was counted, held against what the policy says and chance allows. */

import type { Regions } from '../policy/policy.ts';
import { seatsByRegion } from '../proof/seats.ts';
import type { Cutoff } from '../wave/cutoff.ts';
import {
  ATTRIBUTES,
  type AttributeReview,
  type CategoryReview,
  type Conclusion,
  type ReviewReport,
} from '../wave/review.ts';
import { type Answer, answerOf } from './question.ts';
import { everyone, questionsOf, regionName } from './questions.ts';
import type { Counted, Counts } from './tally.ts';
import { tierViolations } from './tier-rule.ts';

/** How often a fair wave may raise an alarm. Its tests share it alike, whatever they have to do with each other (Bonferroni). */
const SIGNIFICANCE = 0.001;

type Seats = ReadonlyMap<string, number>;

export function reportOf(
  { regions, quota }: { readonly regions: Regions; readonly quota: number },
  counted: readonly Counted[],
  cutoffs: readonly Cutoff[],
): { readonly report: ReviewReport; readonly alarm: boolean } {
  const seats = seatsByRegion(regions, quota);
  const answers = questionsOf(counted, cutoffs, (region) => seats.has(regionName(region))).map(answerOf);
  const tests = answers.filter(({ p }) => p !== null).length;
  const threshold = tests === 0 ? null : SIGNIFICANCE / tests;
  const all = everyone(counted);
  const reviews = [
    tierReview(all, seats),
    ...answers
      .map((answer) => ({ ...answer, conclusion: conclusionOf(answer, threshold) }))
      .map((review) => (review.attribute === 'region' ? withOwnSeats(review, all, seats) : review)),
  ];
  const attributes = ATTRIBUTES.flatMap((each) => reviews.filter(({ attribute }) => attribute === each));
  const sum = (of: keyof Counts) => all.reduce((sofar, cell) => sofar + cell[of], 0);
  const [candidates, accepted, uncontested] = [sum('candidates'), sum('accepted'), sum('uncontested')];
  const report = {
    candidates,
    accepted,
    uncontested,
    significance: SIGNIFICANCE,
    tests,
    threshold,
    attributes,
  };
  return { report, alarm: attributes.some(({ conclusion }) => conclusion === 'alarm') };
}

function conclusionOf({ conclusion, p }: Answer, threshold: number | null): Conclusion {
  if (conclusion !== 'tested') return conclusion;
  return p !== null && threshold !== null && p < threshold ? 'alarm' : 'as_chance_allows';
}

/** Among the provinces those that have seats of their own, of which the policy decides. */
function withOwnSeats(review: AttributeReview, all: readonly Counted[], seats: Seats): AttributeReview {
  const own = sums(all, ({ place }) => regionName(place.region))
    .filter(({ category }) => seats.has(category))
    .map((sum): CategoryReview => ({ ...sum, expected: null, seats: seats.get(sum.category) as number }));
  const categories = [...review.categories, ...own].sort((one, other) =>
    one.category < other.category ? -1 : 1,
  );
  const isDecided = review.categories.length === 0 && own.length > 0;
  return { ...review, conclusion: isDecided ? 'decided_by_policy' : review.conclusion, categories };
}

function tierReview(all: readonly Counted[], seats: Seats): AttributeReview {
  const cells = sums(all, ({ place }) => `${regionName(place.region)} ${place.tier}`).map((sum) => {
    const [region = '', tier] = sum.category.split(' ');
    return { ...sum, region, tier: Number(tier) };
  });
  const violations = tierViolations(cells, (region) => seats.has(region));
  const categories = sums(all, ({ place }) => String(place.tier)).map((sum) => ({ ...sum, expected: null }));
  return {
    attribute: 'tier',
    conclusion:
      violations.length > 0 ? 'alarm' : categories.length > 1 ? 'decided_by_policy' : 'nothing_to_tell',
    ...{ test: 'rule', statistic: null, degrees_of_freedom: null, p: null, strata: null },
    categories: categories.sort((one, other) => Number(one.category) - Number(other.category)),
    tested: [],
    violations,
  };
}

function sums(all: readonly Counted[], categoryOf: (cell: Counted) => string) {
  const sums = new Map<string, { category: string; candidates: number; accepted: number }>();
  for (const cell of all) {
    const category = categoryOf(cell);
    const sum = sums.get(category) ?? { category, candidates: 0, accepted: 0 };
    sum.candidates += cell.candidates;
    sum.accepted += cell.accepted;
    sums.set(category, sum);
  }
  return [...sums.values()];
}
