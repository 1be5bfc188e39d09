/**
 * The pool as columns: row i is its line i. Rows must be sorted by registration_no (byte order), which is how
 * that column takes part in the draw order without being held.
 */
export interface PoolColumns {
  readonly size: number;
  readonly tier: Uint32Array;
  /** 32 bytes a row, one after the other. */
  readonly draw: Uint8Array;
  /** A number from 0 for each household, the same for its members and for nobody else. */
  readonly household: Uint32Array;
  /** Places left in the row's household. */
  readonly slots: Uint32Array;
}

export const DRAW_BYTES = 32;

/** Of a key, which is a whole number held exactly: the tier, the first bits of the draw and the row, in this order. */
const KEY_BITS = 53;
const MOST_DRAW_BITS = 32;

/**
 * The rows in draw order: tier ascending, draw ascending, registration_no ascending. Sorted as numbers that hold what fits of
 * all three, and where these agree in all but the row, by the whole draw: millions of comparisons of 32 bytes took ten times
 * as long. Throws RangeError where tiers and rows alone do not fit: no policy has a million tiers.
 */
export function drawOrder({ size, tier, draw }: Pick<PoolColumns, 'size' | 'tier' | 'draw'>): Uint32Array {
  let lastTier = 0;
  for (let row = 0; row < size; row++) lastTier = Math.max(lastTier, at(tier, row));
  const spare = KEY_BITS - bitsFor(size) - bitsFor(lastTier + 1);
  if (spare < 0) throw new RangeError(`${size} rows of up to ${lastTier} tiers are too many to be sorted`);
  const rows = 2 ** bitsFor(size);
  const drawBits = Math.min(MOST_DRAW_BITS, spare);
  const keys = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    const first = Math.floor(firstBits(draw, row) / 2 ** (MOST_DRAW_BITS - drawBits));
    keys[row] = (at(tier, row) * 2 ** drawBits + first) * rows + row;
  }
  keys.sort();
  const order = new Uint32Array(size);
  for (let place = 0; place < size; place++) order[place] = (keys[place] as number) % rows;
  sortTies(order, (place) => Math.floor((keys[place] as number) / rows), draw);
  return order;
}

/** Puts right, wherever rows follow each other with the same key, the order among them. */
function sortTies(order: Uint32Array, keyAt: (place: number) => number, draw: Uint8Array): void {
  for (let start = 0, end = 1; start < order.length; start = end++) {
    while (end < order.length && keyAt(end) === keyAt(start)) end++;
    if (end - start < 2) continue;
    order.subarray(start, end).sort((left, right) => comparedDraws(draw, left, right) || left - right);
  }
}

/** How many bits the numbers below `count` have at the most. */
function bitsFor(count: number): number {
  return Math.ceil(Math.log2(Math.max(1, count)));
}

/** The first 32 bits of a row's draw. */
function firstBits(draw: Uint8Array, row: number): number {
  const start = row * DRAW_BYTES;
  return (
    at(draw, start) * 2 ** 24 +
    at(draw, start + 1) * 2 ** 16 +
    at(draw, start + 2) * 2 ** 8 +
    at(draw, start + 3)
  );
}

/**
 * The rank of each row among the candidates, from 1; 0 for a row that is none, because as many of its household as have
 * places left come before it in `order`.
 */
export function candidateRanks(
  pool: Pick<PoolColumns, 'size' | 'household' | 'slots'>,
  order: Uint32Array,
): Uint32Array {
  const ranks = new Uint32Array(pool.size);
  const taken = new Uint32Array(pool.size); // households are numbered from 0, and are no more than rows
  let candidates = 0;
  for (const row of order) {
    const household = at(pool.household, row);
    if (at(taken, household) >= at(pool.slots, row)) continue;
    taken[household] = at(taken, household) + 1;
    candidates++;
    ranks[row] = candidates;
  }
  return ranks;
}

function comparedDraws(draw: Uint8Array, left: number, right: number): number {
  const leftStart = left * DRAW_BYTES;
  const rightStart = right * DRAW_BYTES;
  for (let byte = 0; byte < DRAW_BYTES; byte++) {
    const difference = at(draw, leftStart + byte) - at(draw, rightStart + byte);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Within bounds by construction: rows and households are below `size`. */
function at(column: Uint8Array | Uint32Array, index: number): number {
  return column[index] as number;
}
