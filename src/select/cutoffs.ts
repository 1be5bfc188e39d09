/** How far the seats went in each tier and province: what one ticket was worth there. */
import { OUTCOME } from '../proof/seats.ts';
import type { Cutoff } from '../wave/cutoff.ts';

const REGIONS = 256;
const TWO_TO_32 = 2 ** 32;

/** The candidates in the order of their ranks, and the seats of provinces. */
export interface Ranked {
  /** Each tier that there is, with the place of its first candidate: they come tier by tier. */
  readonly tiers: readonly (readonly [tier: number, from: number])[];
  /** The first 32 bits of each draw. */
  readonly draws: Uint32Array;
  /** Province codes. */
  readonly regions: Uint8Array;
  /** Places in `OUTCOMES`. */
  readonly outcomes: Uint8Array;
  /** Province code → seats of its own. */
  readonly own: ReadonlyMap<string, number>;
}

interface Count {
  candidates: number;
  accepted: number;
  /** The draw of the last who got one of the province's own seats; -1 for none. */
  last: number;
}

/** By tier, and in a tier by province. */
export function cutoffsOf(ranked: Ranked): readonly Cutoff[] {
  const left = new Float64Array(REGIONS);
  for (const [code, seats] of ranked.own) left[Number(code)] = seats;
  const cutoffs: Cutoff[] = [];
  for (const [at, [tier, from]] of ranked.tiers.entries()) {
    const to = ranked.tiers[at + 1]?.[1] ?? ranked.regions.length;
    cutoffs.push(...cutoffsOfTier(ranked, { tier, from, to }, left));
  }
  return cutoffs;
}

/**
 * A ticket is good for a seat of the province's own up to the last of them, or without limit while some are left; and for
 * one of the common seats up to the last of these, whatever the province that it went to.
 * @param left Seats of the provinces' own that earlier tiers have left. They are counted down.
 */
function cutoffsOfTier(
  { draws, regions, outcomes }: Ranked,
  { tier, from, to }: { readonly tier: number; readonly from: number; readonly to: number },
  left: Float64Array,
): readonly Cutoff[] {
  const counts = Array.from({ length: REGIONS }, (): Count => ({ candidates: 0, accepted: 0, last: -1 }));
  let common = -1;
  let accepted = 0;
  for (let rank = from; rank < to; rank++) {
    const region = regions[rank] as number;
    const count = counts[region] as Count;
    count.candidates++;
    if (outcomes[rank] !== OUTCOME.ACCEPTED) continue;
    count.accepted++;
    accepted++;
    if ((left[region] as number) > 0) {
      left[region] = (left[region] as number) - 1;
      count.last = draws[rank] as number;
    } else common = draws[rank] as number;
  }
  const isForAll = accepted === to - from;
  return counts.flatMap(({ last, ...count }, region) => {
    if (count.candidates === 0) return [];
    const isOpen = isForAll || (left[region] as number) > 0;
    const chance = isOpen ? 1 : (Math.max(common, last) + 1) / TWO_TO_32;
    return [{ tier, region, ...count, chance }];
  });
}
