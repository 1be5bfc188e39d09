/** What tickets are worth: how much better the odds of a candidate with more of them are. */
import type { Cutoff } from '../wave/cutoff.ts';

/** From here on e^x - 1 and e^x are the same to a number of this machine. */
const LARGE = 40;

/**
 * Logarithm of the odds with which a candidate of k tickets is accepted, where each ticket has the chance c: the draw is the
 * smallest of k, so that it is beyond the last accepted one with a probability of (1 - c)^k, and the odds are
 * (1 - c)^-k - 1. Given that last draw, each of the others is accepted by itself with these odds, whatever households
 * there are; given how many of them are, their numbers have Fisher's noncentral hypergeometric distribution.
 * @param chance Undefined where nobody knows; then k stands for the odds, as it does at small chances.
 */
export function logOddsOf(tickets: number, chance: number | undefined): number {
  if (chance === undefined) return Math.log(tickets);
  const exponent = -tickets * Math.log1p(-chance);
  return exponent > LARGE ? exponent : Math.log(Math.expm1(exponent));
}

/** The chance that one ticket had where provinces share one line, and so the chance; of none and of all nothing follows. */
export function chanceOfLine(cutoffs: readonly Cutoff[]): number | undefined {
  const chance = cutoffs[0]?.chance ?? 0;
  return chance > 0 && chance < 1 ? chance : undefined;
}
