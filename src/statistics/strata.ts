/** Those of one category within a stratum: how many there are, and how many of them were taken. */
export interface Cell {
  /** Place among the categories, from 0. */
  readonly category: number;
  readonly members: number;
  readonly taken: number;
  /** Natural logarithm of the odds of each to be taken, but for an amount that is the same in all the stratum. */
  readonly logOdds: number;
}

/** Where nothing but chance, and the odds that are stated, decides who is taken. Each category once. */
export type Stratum = readonly Cell[];

/** What chance has to be expected of a cell. */
export interface ExpectedCell extends Cell {
  readonly expected: number;
  /** If it were decided for each by itself. */
  readonly variance: number;
}

export interface ExpectedStratum {
  readonly cells: readonly ExpectedCell[];
  readonly members: number;
  readonly taken: number;
}

/**
 * What to expect in a stratum, given how many are taken of it. Odds that are all alike: of each category its share
 * (hypergeometric). Else the mean of Fisher's noncentral hypergeometric distribution, by the approximation of Cornfield
 * (McCullagh and Nelder, Generalized Linear Models, 7.3): each is taken with a probability of its own odds times a factor
 * that makes the sum right.
 */
export function expectedOf(stratum: Stratum): ExpectedStratum {
  const members = sumOf(stratum, (cell) => cell.members);
  const taken = sumOf(stratum, (cell) => cell.taken);
  const chanceOf = chances(stratum, taken, members);
  const cells = stratum.map((cell) => {
    const chance = chanceOf(cell);
    const { category, members, taken, logOdds } = cell;
    const expected = members * chance;
    return { category, members, taken, logOdds, expected, variance: expected * (1 - chance) };
  });
  return { cells, members, taken };
}

/** Whether the stratum can say anything: with none or all taken, or one category alone, it is as it had to be. */
export function tells(stratum: Stratum): boolean {
  const taken = sumOf(stratum, (cell) => cell.taken);
  const present = stratum.filter(({ members }) => members > 0).length;
  return present > 1 && taken > 0 && taken < sumOf(stratum, (cell) => cell.members);
}

export function sumOf<T>(values: Iterable<T>, amountOf: (value: T) => number): number {
  let sum = 0;
  for (const value of values) sum += amountOf(value);
  return sum;
}

/** Beyond the smallest and the largest odds, so that no sum is out of reach; and halvings, to the last digit. */
const REACH = 40;
const HALVINGS = 60;

function chances(stratum: Stratum, taken: number, members: number): (cell: Cell) => number {
  const logOdds = stratum.map((cell) => cell.logOdds);
  const [least, most] = [Math.min(...logOdds), Math.max(...logOdds)];
  if (least === most || taken === 0 || taken === members) return () => (members === 0 ? 0 : taken / members);
  let [low, high] = [-most - REACH, REACH - least];
  const chanceAt = (factor: number) => (cell: Cell) => 1 / (1 + Math.exp(-cell.logOdds - factor));
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    const chance = chanceAt(middle);
    if (sumOf(stratum, (cell) => cell.members * chance(cell)) < taken) low = middle;
    else high = middle;
  }
  return chanceAt((low + high) / 2);
}
