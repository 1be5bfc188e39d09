/** A pivot that is a smaller share than this of what stood there is what rounding left of zero. */
const LEFT_OF_ZERO = 1e-9;

/**
 * xᵀ V⁻ x for a covariance V of x, and the rank of V, which is how many degrees of freedom it has: by symmetric elimination,
 * the entry first of which the most is left (Golub and Van Loan, Matrix Computations, 4.2.8). What is left out at the end
 * is a sum of what is in.
 * @param covariance Row after row; symmetric. It is used up.
 */
export function quadraticForm(
  x: Float64Array,
  covariance: Float64Array,
): { readonly statistic: number; readonly rank: number } {
  const size = x.length;
  const rest = Float64Array.from(x);
  const variances = Float64Array.from(x, (_, at) => covariance[at * size + at] as number);
  const open = new Set(x.keys());
  let statistic = 0;
  for (let rank = 0; ; rank++) {
    const pivot = largestOf(open, (at) => (covariance[at * size + at] as number) / (variances[at] as number));
    if (pivot === undefined) return { statistic, rank };
    open.delete(pivot);
    const variance = covariance[pivot * size + pivot] as number;
    const value = rest[pivot] as number;
    statistic += (value * value) / variance;
    for (const row of open) {
      const factor = (covariance[row * size + pivot] as number) / variance;
      rest[row] = (rest[row] as number) - factor * value;
      for (const column of open) {
        const at = row * size + column;
        covariance[at] = (covariance[at] as number) - factor * (covariance[pivot * size + column] as number);
      }
    }
  }
}

function largestOf(open: ReadonlySet<number>, shareLeft: (at: number) => number): number | undefined {
  let [largest, found]: [number, number | undefined] = [LEFT_OF_ZERO, undefined];
  for (const at of open) {
    const share = shareLeft(at);
    if (share > largest) [largest, found] = [share, at];
  }
  return found;
}
