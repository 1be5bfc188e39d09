/** One attribute of the candidates, asked about: who was accepted, and whether it has to do with the attribute. */
import { type Association, association, type Unanswered } from '../statistics/association.ts';
import type { Order } from '../statistics/groups.ts';
import { expectedOf, type Stratum } from '../statistics/strata.ts';
import type { Attribute, AttributeReview, CategoryReview } from '../wave/review.ts';
import type { Counts } from './tally.ts';

/** Candidates that are alike but for the attribute, by the name of what else they have in common. */
export interface QuestionCell extends Counts {
  readonly stratum: string;
  readonly value: number;
  /** But for an amount that is the same in the stratum; 0 where all have the same chance. */
  readonly logOdds: number;
}

export interface Question {
  readonly attribute: Attribute;
  readonly order: Order;
  readonly nameOf: (value: number) => string;
  readonly cells: readonly QuestionCell[];
}

/** The answer, as long as it is not known how many tests share what a fair wave may raise alarms. */
export type Answer = Omit<AttributeReview, 'conclusion'> & { readonly conclusion: Unanswered | 'tested' };

export function answerOf({ attribute, order, nameOf, cells }: Question): Answer {
  const values = [...new Set(cells.map(({ value }) => value))].sort((one, other) => one - other);
  const categoryOf = new Map(values.map((value, category) => [value, category]));
  const all = strataOf(cells, categoryOf, 'candidates', 'accepted');
  const uncontested = strataOf(cells, categoryOf, 'uncontested', 'uncontestedAccepted');
  const names = values.map(nameOf);
  const found = testOf(association(uncontested, values.length, order), names);
  return { attribute, ...found, categories: categoriesOf(all, names) };
}

function strataOf(
  cells: readonly QuestionCell[],
  categoryOf: ReadonlyMap<number, number>,
  size: keyof Counts,
  accepted: keyof Counts,
): readonly Stratum[] {
  const strata = new Map<string, Map<number, Stratum[number]>>();
  for (const cell of cells) {
    const stratum = strata.get(cell.stratum) ?? new Map<number, Stratum[number]>();
    strata.set(cell.stratum, stratum);
    const category = categoryOf.get(cell.value) as number;
    const before = stratum.get(category);
    const members = (before?.members ?? 0) + cell[size];
    const taken = (before?.taken ?? 0) + cell[accepted];
    stratum.set(category, { category, members, taken, logOdds: cell.logOdds });
  }
  return [...strata.values()].map((stratum) => [...stratum.values()]);
}

/** All candidates, as if the members of a household had nothing to do with each other. */
function categoriesOf(strata: readonly Stratum[], names: readonly string[]): CategoryReview[] {
  const sums = names.map((category) => ({ category, candidates: 0, accepted: 0, expected: 0 }));
  for (const stratum of strata) {
    for (const { category, members, taken, expected } of expectedOf(stratum).cells) {
      const sum = sums[category] as (typeof sums)[number];
      sum.candidates += members;
      sum.accepted += taken;
      sum.expected += expected;
    }
  }
  return sums.map((sum) => ({ ...sum, expected: shown(sum.expected) }));
}

function testOf(
  found: Association | Unanswered,
  names: readonly string[],
): Omit<Answer, 'attribute' | 'categories'> {
  if (typeof found === 'string') {
    const nothing = { test: null, statistic: null, degrees_of_freedom: null, p: null, strata: null };
    return { conclusion: found, ...nothing, tested: [] };
  }
  const { test, statistic, degreesOfFreedom, p, strata, groups } = found;
  const tested = groups.map(({ categories, members, taken, expected }) => ({
    categories: categories.map((category) => names[category] as string),
    candidates: members,
    accepted: taken,
    expected: shown(expected),
  }));
  return {
    conclusion: 'tested',
    test,
    statistic: statistic === null ? null : shown(statistic),
    degrees_of_freedom: degreesOfFreedom,
    p: shown(p),
    strata,
    tested,
  };
}

const DIGITS = 9;

/** Without the digits in which machines differ. */
function shown(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
