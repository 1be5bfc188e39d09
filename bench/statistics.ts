/** What is said of a few measured values. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The middle one; of an even number the mean of the two in the middle. @throws RangeError where there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (lower === undefined || upper === undefined) throw new RangeError('no value was measured');
  return (lower + upper) / 2;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * The spread of what a measure is of another in the same round: a machine that is slow in one round is so for both.
 */
export function spreadOfRatios<Round>(
  rounds: readonly Round[],
  measure: (round: Round) => number,
  ofWhat: (round: Round) => number,
): Spread {
  return spreadOf(rounds.map((round) => measure(round) / ofWhat(round)));
}
