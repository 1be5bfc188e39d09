/** A set of NIKs, each in two halves of eight digits: asked a million times, without an object for any. */

/** Of the slots at the most so many are taken, out of a hundred: beyond it every question takes longer. */
const FULLEST = 50;

export class NikSet {
  readonly #mask: number;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;

  /** @param size NIKs that will be added, at the most. */
  constructor(size: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, (size * 100) / FULLEST)));
    this.#mask = slots - 1;
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
  }

  add(high: number, low: number): void {
    const slot = this.#slotOf(high, low);
    this.#high[slot] = high + 1;
    this.#low[slot] = low;
  }

  has(high: number, low: number): boolean {
    return this.#high[this.#slotOf(high, low)] === high + 1;
  }

  /** Its slot, or the free one where it would be. In `#high` 0 is free, so that what is there is one more. */
  #slotOf(high: number, low: number): number {
    let slot = scattered(high, low) & this.#mask;
    for (;;) {
      const there = this.#high[slot] as number;
      if (there === 0 || (there === high + 1 && this.#low[slot] === low)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}

/** 32 bits that differ even where NIKs are in sequence: a multiplicative hash with the last mixing of MurmurHash3. */
function scattered(high: number, low: number): number {
  let hash = Math.imul(high, 0x9e3779b1) ^ low;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
