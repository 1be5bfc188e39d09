/** Sorts row numbers by columns of numbers: the one sort of the pipeline, linear in the rows. */
import type { Words } from './layout.ts';

type Key = Uint32Array | Uint16Array;

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;
const SHIFTS = [0, DIGIT_BITS, 2 * DIGIT_BITS] as const;

/**
 * The numbers of the rows, ordered by the first key, then the second and so on; equal rows keep their order. A radix
 * sort from the last digit to the first; digits that are the same in all rows cost one look.
 */
export function orderBy(rows: number, keys: readonly Key[]): Uint32Array {
  let order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[row] = row;
  let spare = new Uint32Array(rows);
  const counts = new Uint32Array(DIGITS);
  for (const key of [...keys].reverse()) {
    for (const shift of SHIFTS) {
      if (!countDigits(key, rows, shift, counts)) continue;
      spread(order, spare, key, shift, counts);
      [order, spare] = [spare, order];
    }
  }
  return order;
}

/**
 * The rows in the order of the keys, of several that are the same in all of them the first alone.
 * @param onRepeated Told of each of the others, with the row that stands.
 */
export function distinctBy(
  rows: number,
  keys: readonly Key[],
  onRepeated: (row: number, standing: number) => void = () => {},
): Uint32Array {
  const order = orderBy(rows, keys);
  let kept = 0;
  for (const row of order) {
    const last = order[kept - 1];
    if (last !== undefined && areSame(keys, last, row)) onRepeated(row, last);
    else order[kept++] = row;
  }
  return order.subarray(0, kept);
}

function areSame(keys: readonly Key[], left: number, right: number): boolean {
  // From the last on, in which rows that stand together differ as a rule.
  for (let key = keys.length - 1; key >= 0; key--) {
    if ((keys[key] as Key)[left] !== (keys[key] as Key)[right]) return false;
  }
  return true;
}

/** Orders by `compare` those that stand together in an order and are the same by what they were ordered by. */
export function orderWithin(
  order: Uint32Array,
  isSame: (left: number, right: number) => boolean,
  compare: (left: number, right: number) => number,
): void {
  for (let from = 0, to = 1; from < order.length; from = to, to++) {
    while (to < order.length && isSame(order[from] as number, order[to] as number)) to++;
    if (to - from > 1) order.subarray(from, to).sort(compare);
  }
}

/** Whether the digit differs at all; then `counts` holds where the rows of each digit begin. */
function countDigits(key: Key, rows: number, shift: number, counts: Uint32Array): boolean {
  counts.fill(0);
  for (let row = 0; row < rows; row++) {
    const digit = ((key[row] as number) >>> shift) & DIGIT_MASK;
    counts[digit] = (counts[digit] as number) + 1;
  }
  let start = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = counts[digit] as number;
    if (count === rows) return false;
    counts[digit] = start;
    start += count;
  }
  return true;
}

function spread(from: Uint32Array, to: Uint32Array, key: Key, shift: number, starts: Uint32Array): void {
  for (let place = 0; place < from.length; place++) {
    const row = from[place] as number;
    const digit = ((key[row] as number) >>> shift) & DIGIT_MASK;
    const at = starts[digit] as number;
    starts[digit] = at + 1;
    to[at] = row;
  }
}

/** The words of a column, one key each, to order rows by their bytes. */
export function wordKeys(words: Words, rows: number): Uint32Array[] {
  return Array.from({ length: words.width }, (_, word) => wordKey(words, word, rows));
}

/** One of the words of every row, from 0. */
export function wordKey({ width, data }: Words, word: number, rows: number): Uint32Array {
  const key = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) key[row] = data[row * width + word] as number;
  return key;
}
