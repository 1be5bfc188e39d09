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

/** The rows in draw order: tier ascending, draw ascending, registration_no ascending. */
export function drawOrder(pool: Pick<PoolColumns, 'size' | 'tier' | 'draw'>): Uint32Array {
  const { tier, draw } = pool;
  const rows = Uint32Array.from({ length: pool.size }, (_, row) => row);
  return rows.sort(
    (left, right) => at(tier, left) - at(tier, right) || comparedDraws(draw, left, right) || left - right,
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
