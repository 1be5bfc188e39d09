/** Registration numbers where they stand, compared as bytes: a text of each would be made millions of times. */

/** Below 0, 0 or above 0, as the first stretch of bytes comes before the second, is the same or comes behind it. */
export function comparedBytes(
  one: Uint8Array,
  oneStart: number,
  oneEnd: number,
  other: Uint8Array,
  otherStart: number,
  otherEnd: number,
): number {
  const length = Math.min(oneEnd - oneStart, otherEnd - otherStart);
  for (let at = 0; at < length; at++) {
    const difference = (one[oneStart + at] as number) - (other[otherStart + at] as number);
    if (difference !== 0) return difference;
  }
  return oneEnd - oneStart - (otherEnd - otherStart);
}

/** The first place of a byte from `start` on, or `end`. */
export function placeOf(byte: number, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== byte) at++;
  return at;
}

/** Whether registration numbers ascend, each one held against the one before. */
export class Ascending {
  #before = Buffer.alloc(64);
  #length = 0;

  isBehind(bytes: Uint8Array, start: number, end: number): boolean {
    return comparedBytes(bytes, start, end, this.#before, 0, this.#length) > 0;
  }

  keep(bytes: Uint8Array, start: number, end: number): void {
    this.#length = end - start;
    if (this.#length > this.#before.length) this.#before = Buffer.alloc(2 * this.#length);
    for (let at = 0; at < this.#length; at++) this.#before[at] = bytes[start + at] as number;
  }

  /** The one before. */
  text(): string {
    return this.#before.toString('utf8', 0, this.#length);
  }
}
