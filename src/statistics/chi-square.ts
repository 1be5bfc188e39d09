/** How often chance alone gives a chi-square at least as large as one that was found. */

/** Relative to the sum: what is smaller changes no digit that is shown. */
const NEGLIGIBLE = 1e-16;
/** In place of a zero that would be divided by. */
const TINY = 1e-300;

/**
 * The upper tail of the chi-square distribution, Q(df / 2, x / 2) of the regularised incomplete gamma function (NIST
 * Digital Library of Mathematical Functions, 8.2.4).
 * @param degreesOfFreedom 1 or more.
 */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  if (x <= 0) return 1;
  const [a, half] = [degreesOfFreedom / 2, x / 2];
  // Each converges fast where the other does not: Press et al., Numerical Recipes, 6.2.
  return half < a + 1 ? 1 - lowerBySeries(a, half) : upperByFraction(a, half);
}

/** P(a, x) = x^a e^-x Σ x^n / Γ(a + n + 1), DLMF 8.11.4. */
function lowerBySeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * NEGLIGIBLE; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * leading(a, x);
}

/** Q(a, x) as the continued fraction of DLMF 8.9.2, by Lentz's method as Thompson and Barnett changed it. */
function upperByFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1, change = 0; Math.abs(change - 1) > NEGLIGIBLE && n < 10_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / awayFromZero(numerator * d + b);
    c = awayFromZero(b + numerator / c);
    change = c * d;
    fraction *= change;
  }
  return fraction * leading(a, x);
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** x^a e^-x / Γ(a). */
function leading(a: number, x: number): number {
  return Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** Coefficients of Stirling's series in 1 / x, 1 / x^3, …, DLMF 5.11.1. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188];
/** From here on the series is right to the last digits. */
const LARGE = 16;

/** ln Γ(x) for x above 0: Stirling's series, smaller values brought up by Γ(x + 1) = x Γ(x). */
function logGamma(x: number): number {
  let large = x;
  let product = 1;
  for (; large < LARGE; large++) product *= large;
  const series = STIRLING.reduceRight((sum, coefficient) => coefficient + sum / (large * large), 0) / large;
  return (large - 0.5) * Math.log(large) - large + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}
