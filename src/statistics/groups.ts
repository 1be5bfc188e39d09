import { type ExpectedStratum, sumOf } from './strata.ts';

/** Places of categories that are looked at together. */
export type Group = readonly number[];

/** Whether a category goes together with what stands beside it, or with the one that weighs least. */
export type Order = 'ordered' | 'named';

/** What has to be expected of a group, both taken and not taken, that a chi-square can be believed (Cochran, 1954). */
const LEAST_EXPECTED = 5;
/** Groups at the most: their covariances are held, of each with each. */
const MOST_GROUPS = 100;

/**
 * Puts categories together until each group weighs enough, or one is left. The weight of a group is what is expected of it,
 * or of the others in the same stratum where that is less: a category that is nearly alone in its strata has nothing to
 * be compared with, however large it is.
 */
export function groupsOf(categories: number, strata: readonly ExpectedStratum[], order: Order): Group[] {
  const groups = nearlyEqual(membersOf(categories, strata));
  while (groups.length > 1) {
    const weights = weightsOf(groups, categories, strata);
    const lightest = placeOfLeast(weights, () => true);
    if ((weights[lightest] as number) >= LEAST_EXPECTED) break;
    const isNear = (place: number) =>
      place !== lightest && (order === 'named' || Math.abs(place - lightest) === 1);
    const [first = 0, second = 0] = [lightest, placeOfLeast(weights, isNear)].sort((one, two) => one - two);
    const [joined = []] = groups.splice(second, 1);
    groups[first] = [...(groups[first] ?? []), ...joined];
  }
  return groups;
}

function membersOf(categories: number, strata: readonly ExpectedStratum[]): Float64Array {
  const members = new Float64Array(categories);
  for (const { cells } of strata) {
    for (const cell of cells) members[cell.category] = (members[cell.category] as number) + cell.members;
  }
  return members;
}

/** A group for each category that has members; neighbours together where these are too many to be held. */
function nearlyEqual(members: Float64Array): Group[] {
  const present = [...members.keys()].filter((category) => (members[category] as number) > 0);
  if (present.length <= MOST_GROUPS) return present.map((category) => [category]);
  const share = sumOf(members, (count) => count) / MOST_GROUPS;
  const groups = new Map<number, number[]>();
  let before = 0;
  for (const category of present) {
    const place = Math.floor(before / share);
    groups.set(place, [...(groups.get(place) ?? []), category]);
    before += members[category] as number;
  }
  return [...groups.values()];
}

/** Category → place of its group; -1 where it is in none. */
export function placesOf(groups: readonly Group[], categories: number): Int32Array {
  const places = new Int32Array(categories).fill(-1);
  for (const [place, group] of groups.entries()) for (const category of group) places[category] = place;
  return places;
}

function weightsOf(
  groups: readonly Group[],
  categories: number,
  strata: readonly ExpectedStratum[],
): Float64Array {
  const places = placesOf(groups, categories);
  const [taken, left] = [new Float64Array(groups.length), new Float64Array(groups.length)];
  for (const stratum of strata) {
    const expected = new Float64Array(groups.length);
    const members = new Float64Array(groups.length);
    for (const cell of stratum.cells) {
      const place = places[cell.category] as number;
      expected[place] = (expected[place] as number) + cell.expected;
      members[place] = (members[place] as number) + cell.members;
    }
    const notTaken = stratum.members - stratum.taken;
    for (let place = 0; place < groups.length; place++) {
      const [theirs, size] = [expected[place] as number, members[place] as number];
      taken[place] = (taken[place] as number) + Math.min(theirs, stratum.taken - theirs);
      left[place] = (left[place] as number) + Math.min(size - theirs, notTaken - size + theirs);
    }
  }
  return taken.map((weight, place) => Math.min(weight, left[place] as number));
}

function placeOfLeast(weights: Float64Array, isMeant: (place: number) => boolean): number {
  let least = -1;
  for (let place = 0; place < weights.length; place++) {
    if (isMeant(place) && (least < 0 || (weights[place] as number) < (weights[least] as number)))
      least = place;
  }
  return least;
}
