/** What a part counts gets a number that is its own in the whole wave: 32 bits, the part in the first eight. */
const PLACE_BITS = 24;
const PLACE_MASK = 2 ** PLACE_BITS - 1;

/** @param place Among those of the part, from 0. */
export function numberIn(part: number, place: number): number {
  return part * 2 ** PLACE_BITS + place;
}

export function partOfNumber(number: number): number {
  return number >>> PLACE_BITS;
}

export function placeOfNumber(number: number): number {
  return number & PLACE_MASK;
}
