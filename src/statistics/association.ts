/** Whether who is taken has to do with a category, beyond what chance allows. */
import { chiSquareTail } from './chi-square.ts';
import { type Group, groupsOf, type Order, placesOf } from './groups.ts';
import { exactTail } from './hypergeometric.ts';
import { quadraticForm } from './quadratic-form.ts';
import { type ExpectedStratum, expectedOf, type Stratum, sumOf, tells } from './strata.ts';

export interface TestedGroup {
  /** Places of its categories. */
  readonly categories: Group;
  readonly members: number;
  readonly taken: number;
  readonly expected: number;
}

export interface Association {
  readonly test: 'exact' | 'chi_square';
  /** Of a chi-square. */
  readonly statistic: number | null;
  readonly degreesOfFreedom: number | null;
  /** How often chance alone, by the odds as they are stated, gives something as far from what is expected. */
  readonly p: number;
  /** Strata that could tell anything. */
  readonly strata: number;
  readonly groups: readonly TestedGroup[];
}

/** Why there is no answer: no stratum could tell anything, or they are too small together. */
export type Unanswered = 'nothing_to_tell' | 'too_few';

/**
 * Given how many are taken of each stratum, whether the numbers taken of the categories are as chance has them: in one
 * stratum with two categories exactly, else by the generalised statistic of Cochran, Mantel and Haenszel for general
 * association: the differences of taken and expected, summed up over the strata, in terms of their covariance (Landis,
 * Heyman and Koch, "Average partial association in three-way contingency tables", 1978; Agresti, Categorical Data
 * Analysis, 8.4.3).
 */
export function association(
  strata: readonly Stratum[],
  categories: number,
  order: Order,
): Association | Unanswered {
  const telling = strata.filter(tells).map(expectedOf);
  const [first] = telling;
  if (first === undefined) return 'nothing_to_tell';
  const present = first.cells.filter(({ members }) => members > 0).map(({ category }) => [category]);
  // An exact answer can be believed however few they are.
  const isPair = telling.length === 1 && present.length === 2;
  const groups = isPair ? present : groupsOf(categories, telling, order);
  if (groups.length < 2) return 'too_few';
  const tested = testedGroups(groups, categories, telling);
  const pair = telling.length === 1 ? pairOf(groups, first) : undefined;
  const answer = pair === undefined ? chiSquare(groups, categories, telling, tested) : exact(pair);
  return { ...answer, strata: telling.length, groups: tested };
}

function testedGroups(
  groups: readonly Group[],
  categories: number,
  strata: readonly ExpectedStratum[],
): TestedGroup[] {
  const places = placesOf(groups, categories);
  const tested = groups.map((group) => ({ categories: group, members: 0, taken: 0, expected: 0 }));
  for (const cell of strata.flatMap(({ cells }) => cells)) {
    const group = tested[places[cell.category] as number];
    if (group === undefined) continue;
    group.members += cell.members;
    group.taken += cell.taken;
    group.expected += cell.expected;
  }
  return tested;
}

interface Side {
  readonly members: number;
  readonly taken: number;
  readonly logOdds: number;
}

/** Both groups of one stratum, where there are two, and within each the odds are alike. */
function pairOf(groups: readonly Group[], { cells }: ExpectedStratum): readonly [Side, Side] | undefined {
  const sides = groups.map((group) => {
    const theirs = cells.filter(({ category, members }) => members > 0 && group.includes(category));
    const [logOdds = 0] = theirs.map((cell) => cell.logOdds);
    if (theirs.some((cell) => cell.logOdds !== logOdds)) return undefined;
    return {
      members: sumOf(theirs, (cell) => cell.members),
      taken: sumOf(theirs, (cell) => cell.taken),
      logOdds,
    };
  });
  const [one, two] = sides;
  return sides.length === 2 && one !== undefined && two !== undefined ? [one, two] : undefined;
}

type Answer = Pick<Association, 'test' | 'statistic' | 'degreesOfFreedom' | 'p'>;

function exact([one, two]: readonly [Side, Side]): Answer {
  const p = exactTail({
    members: one.members,
    others: two.members,
    taken: one.taken + two.taken,
    takenOfMembers: one.taken,
    oddsRatio: Math.exp(one.logOdds - two.logOdds),
  });
  return { test: 'exact', statistic: null, degreesOfFreedom: null, p };
}

function chiSquare(
  groups: readonly Group[],
  categories: number,
  strata: readonly ExpectedStratum[],
  tested: readonly TestedGroup[],
): Answer {
  const differences = Float64Array.from(tested, ({ taken, expected }) => taken - expected);
  const covariance = covarianceOf(placesOf(groups, categories), groups.length, strata);
  const { statistic, rank } = quadraticForm(differences, covariance);
  return { test: 'chi_square', statistic, degreesOfFreedom: rank, p: chiSquareTail(statistic, rank) };
}

/**
 * Of the numbers taken, given their sum in each stratum: with v the variance of each if it were decided by itself, and V
 * their sum, v (δ - v / V), times N / (N - 1); where all odds are alike that is the covariance of the hypergeometric
 * distribution.
 */
function covarianceOf(places: Int32Array, size: number, strata: readonly ExpectedStratum[]): Float64Array {
  const covariance = new Float64Array(size * size);
  for (const { cells, members } of strata) {
    const own = new Map<number, number>();
    for (const { category, variance } of cells) {
      const place = places[category] as number;
      own.set(place, (own.get(place) ?? 0) + variance);
    }
    const all = sumOf(own.values(), (variance) => variance);
    const exactly = members / (members - 1);
    for (const [row, left] of own) {
      for (const [column, right] of own) {
        const at = row * size + column;
        const shared = (left * right) / all;
        covariance[at] = (covariance[at] as number) + exactly * ((row === column ? left : 0) - shared);
      }
    }
  }
  return covariance;
}
