/**
 * Numbers of 32 bits that are their own in the whole wave, the first eight bits for a part of it: an application by its
 * bucket and its place among those of the bucket, as `readApplications` gives them; a household by the part that counts it.
 */
const PLACE_BITS = 24;
const PLACE_MASK = 2 ** PLACE_BITS - 1;

/** @param place Among those of the bucket or part, from 0. */
export function numberIn(part: number, place: number): number {
  return part * 2 ** PLACE_BITS + place;
}

/** The bucket or part. */
export function partOfNumber(number: number): number {
  return number >>> PLACE_BITS;
}

export function placeOfNumber(number: number): number {
  return number & PLACE_MASK;
}
