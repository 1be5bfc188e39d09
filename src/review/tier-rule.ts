/** The order of priority, held against what became of the candidates: there is no chance in it. */
import type { TierViolation } from '../wave/review.ts';

/** Candidates of a tier in a province. */
export interface TierCell {
  readonly tier: number;
  /** Province code, two digits. */
  readonly region: string;
  readonly candidates: number;
  readonly accepted: number;
}

/**
 * Where someone of a later tier is accepted while one of an earlier tier has no seat. Within a province that is never so.
 * Between provinces it is so only by seats of a province's own: the common seats went to earlier tiers first, whatever
 * the province.
 * @param hasSeats Whether a province has seats of its own.
 */
export function tierViolations(
  cells: readonly TierCell[],
  hasSeats: (region: string) => boolean,
): TierViolation[] {
  const ordered = [...cells].sort(
    (one, other) => Number(one.region) - Number(other.region) || one.tier - other.tier,
  );
  const leftIn = (region: string) => firstLeft(ordered.filter((cell) => cell.region === region));
  const left = firstLeft(ordered);
  return ordered.flatMap(({ region, tier, accepted }) => {
    const earlier = hasSeats(region) ? leftIn(region) : left;
    return accepted > 0 && tier > earlier ? [{ region, tier, accepted, earlier_tier: earlier }] : [];
  });
}

/** The earliest tier of which a candidate has no seat. */
function firstLeft(cells: readonly TierCell[]): number {
  return Math.min(
    ...cells.filter(({ candidates, accepted }) => accepted < candidates).map(({ tier }) => tier),
  );
}
