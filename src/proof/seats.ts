/** Who of the candidates gets a seat. */

/** How many places a wave gives. */
export interface Seats {
  readonly quota: number;
  /** Places on the waiting list behind the quota. */
  readonly reserve: number;
  /** Province code → the seats that its candidates get first; of the quota. */
  readonly regions: ReadonlyMap<string, number>;
}

/** What may become of an application, in the order in which outcomes are counted. */
export const OUTCOMES = [
  'ACCEPTED',
  'RESERVE',
  'NOT_DRAWN',
  'HOUSEHOLD_CAP',
  'INELIGIBLE',
  'UNVERIFIED',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Places in `OUTCOMES`. */
export const OUTCOME = Object.fromEntries(OUTCOMES.map((name, place) => [name, place])) as Record<
  Outcome,
  number
>;

/**
 * What becomes of the candidates: in each province that has seats of its own its first ones are accepted; the seats that
 * are left of the quota go to the others in draw order, and the `reserve` after them are the reserve.
 * @param regions Province code of each candidate as a number, in draw order.
 * @returns Of each its place in `OUTCOMES`.
 */
export function allotSeats(regions: Uint8Array, { quota, reserve, regions: named }: Seats): Uint8Array {
  const outcomes = new Uint8Array(regions.length).fill(OUTCOME.NOT_DRAWN);
  const own = new Float64Array(256);
  for (const [code, seats] of named) own[Number(code)] = seats;
  let open = quota;
  if (named.size > 0) {
    for (let place = 0; place < regions.length; place++) {
      const region = regions[place] as number;
      if ((own[region] as number) <= 0) continue;
      own[region] = (own[region] as number) - 1;
      outcomes[place] = OUTCOME.ACCEPTED;
      open--;
    }
  }
  let waiting = reserve;
  for (let place = 0; place < regions.length && open + waiting > 0; place++) {
    if (outcomes[place] === OUTCOME.ACCEPTED) continue;
    if (open > 0) {
      outcomes[place] = OUTCOME.ACCEPTED;
      open--;
    } else {
      outcomes[place] = OUTCOME.RESERVE;
      waiting--;
    }
  }
  return outcomes;
}

/** Seats by province as a policy has them: as numbers, or as weights by which the whole quota is shared out. */
type StatedRegions =
  | { readonly [province: string]: number }
  | { readonly weights: { readonly [province: string]: number } };

/**
 * The seats of each province. Weights share the quota out by the largest remainder (Hamilton's method), ties by province
 * code; what has no seat is not among them.
 */
export function seatsByRegion(regions: StatedRegions, quota: number): ReadonlyMap<string, number> {
  const seats = isWeighted(regions) ? sharedOut(regions.weights, quota) : Object.entries(regions);
  return new Map(seats.filter(([, count]) => count > 0).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Whether the seats of provinces are given as weights. */
export function isWeighted(
  regions: StatedRegions,
): regions is { readonly weights: { readonly [province: string]: number } } {
  return typeof regions.weights === 'object';
}

/** In whole numbers without end: quota times weight is beyond what a double holds exactly. */
function sharedOut(
  weights: { readonly [province: string]: number },
  quota: number,
): readonly [string, number][] {
  const codes = Object.keys(weights).sort();
  const weightOf = (code: string) => BigInt(weights[code] as number);
  const total = codes.reduce((sum, code) => sum + weightOf(code), 0n);
  if (total === 0n) return [];
  const shares = codes.map((code) => {
    const share = BigInt(quota) * weightOf(code);
    return { code, seats: Number(share / total), remainder: share % total };
  });
  const left = quota - shares.reduce((sum, { seats }) => sum + seats, 0);
  // Sorting is stable: those of the same remainder stay in the order of their codes.
  const first = [...shares].sort(
    (one, other) => Number(other.remainder > one.remainder) - Number(other.remainder < one.remainder),
  );
  const luckier = new Set(first.slice(0, left).map(({ code }) => code));
  return shares.map(({ code, seats }) => [code, seats + (luckier.has(code) ? 1 : 0)]);
}
