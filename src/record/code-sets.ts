import type { Words } from '../columns/layout.ts';

interface CodeSet {
  readonly codes: readonly string[];
  readonly text: Buffer;
  rows: number;
}

/** Sets of codes that are kept as bits: their texts, each made once, and how many rows have which code. */
export class CodeSets {
  readonly #codes: readonly string[];
  readonly #sets = new Map<number | string, CodeSet>();

  /** @param codes Bit 0 of the first word stands for the first. */
  constructor(codes: readonly string[]) {
    this.#codes = codes;
  }

  /** Bytes of the longest text there can be. */
  get longest(): number {
    return this.#codes.join('|').length;
  }

  /** The codes of a row, joined by `|`; counts the row. */
  take({ width, data }: Words, row: number): Buffer {
    const from = row * width;
    const key = width === 1 ? (data[from] as number) : data.subarray(from, from + width).join();
    const set = this.#sets.get(key) ?? this.#add(key, data.slice(from, from + width));
    set.rows++;
    return set.text;
  }

  /** Code → rows that have it; codes that no row has are left out. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { codes, rows } of this.#sets.values()) {
      for (const code of codes) counts[code] = (counts[code] ?? 0) + rows;
    }
    return counts;
  }

  #add(key: number | string, words: Uint32Array): CodeSet {
    const codes = this.#codes.filter((_, at) => ((words[at >> 5] as number) >>> (at & 31)) % 2 === 1);
    const set = { codes, text: Buffer.from(codes.join('|')), rows: 0 };
    this.#sets.set(key, set);
    return set;
  }
}
