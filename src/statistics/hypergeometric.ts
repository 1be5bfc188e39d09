/** The exact test of a table of two by two. */

export interface TwoByTwo {
  /** Of the first category, and of the second. */
  readonly members: number;
  readonly others: number;
  /** Of both together, and of the first category. */
  readonly taken: number;
  readonly takenOfMembers: number;
  /** By how much the odds of the first category to be taken are above those of the second; 1 where all are alike. */
  readonly oddsRatio: number;
}

/** Of tables that are as likely as the one found, numbers of this machine may differ by so much: as in R's fisher.test. */
const AS_LIKELY = 1 + 1e-7;

/**
 * How often chance alone gives a table that is not more likely than the one found, with the sums as they are: the
 * two-sided test of Fisher, on the hypergeometric distribution, or on Fisher's noncentral one where odds differ (Fisher,
 * "The logic of inductive inference", 1935; Fog, "Sampling methods for Wallenius' and Fisher's noncentral hypergeometric
 * distributions", 2008).
 */
export function exactTail(table: TwoByTwo): number {
  const least = Math.max(0, table.taken - table.others);
  const most = Math.min(table.members, table.taken);
  const mode = modeBetween(table, least, most);
  const found = weightFrom(table, mode, table.takenOfMembers);
  let all = 0;
  let notMoreLikely = 0;
  const take = (weight: number) => {
    all += weight;
    if (weight <= found * AS_LIKELY) notMoreLikely += weight;
  };
  // Outwards from the most likely one, until nothing is left that a number can hold.
  for (let x = mode, weight = 1; x <= most && weight > 0; weight *= stepUp(table, x), x++) take(weight);
  for (let x = mode - 1, weight = 1 / stepUp(table, x); x >= least && weight > 0; x--) {
    take(weight);
    weight /= stepUp(table, x - 1);
  }
  return Math.min(1, notMoreLikely / all);
}

/** By how much `x + 1` taken of the members is more likely than `x`. Falls with x. */
function stepUp({ members, others, taken, oddsRatio }: TwoByTwo, x: number): number {
  return (oddsRatio * (members - x) * (taken - x)) / ((x + 1) * (others - taken + x + 1));
}

function modeBetween(table: TwoByTwo, least: number, most: number): number {
  let [low, high] = [least, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (stepUp(table, middle) > 1) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How likely `x` is in terms of the mode. */
function weightFrom(table: TwoByTwo, mode: number, x: number): number {
  let weight = 1;
  for (let at = mode; at < x && weight > 0; at++) weight *= stepUp(table, at);
  for (let at = mode; at > x && weight > 0; at--) weight /= stepUp(table, at - 1);
  return weight;
}
