/** Registration numbers, each once, exactly: to find those of one file among those of another. */
import type { Words } from '../columns/layout.ts';
import { MOST_WORDS } from './application-values.ts';
import { fingerprintOf } from './repeats.ts';

export const NOT_THERE = -1;

export class NumberTable {
  /** Entry + 1; 0 for none. Open addressing, half full at the most. */
  readonly #slots: Uint32Array;
  readonly #words: Uint32Array;
  #entries = 0;

  /** @param most Numbers that are added at the most. */
  constructor(most: number) {
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * Math.max(1, most))));
    this.#words = new Uint32Array(most * MOST_WORDS);
  }

  /** Numbers that were added: their entries are those below. */
  get entries(): number {
    return this.#entries;
  }

  /** The entry of a number, which has one from now on. */
  add(numbers: Words, row: number): number {
    const slot = this.#slotOf(numbers, row);
    const known = (this.#slots[slot] as number) - 1;
    if (known !== NOT_THERE) return known;
    const entry = this.#entries++;
    const { width, data } = numbers;
    this.#words.set(data.subarray(row * width, (row + 1) * width), entry * MOST_WORDS);
    this.#slots[slot] = entry + 1;
    return entry;
  }

  /** The entry of a number, or `NOT_THERE`. */
  find(numbers: Words, row: number): number {
    return (this.#slots[this.#slotOf(numbers, row)] as number) - 1;
  }

  /** Where it is, or the free slot where it would be. */
  #slotOf(numbers: Words, row: number): number {
    const { width, data } = numbers;
    const mask = this.#slots.length - 1;
    let slot = fingerprintOf(data, row * width, (row + 1) * width) & mask;
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = this.#slots[slot] as number) {
      if (this.#is(entry - 1, numbers, row)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #is(entry: number, { width, data }: Words, row: number): boolean {
    for (let word = 0; word < MOST_WORDS; word++) {
      const given = word < width ? data[row * width + word] : 0;
      if (this.#words[entry * MOST_WORDS + word] !== given) return false;
    }
    return true;
  }
}
