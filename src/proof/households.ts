const EMPTY = 0;
/** The table is grown before it is fuller than this, so that a search ends after a few steps. */
const FULLEST = 0.6;
const SMALLEST = 1024;

/**
 * Numbers households from 0 in the order in which they are first met. A household is 16 hex digits, held as two
 * 32-bit words: about 20 bytes each, where a Map of texts takes over a hundred.
 */
export class Households {
  private high = new Uint32Array(SMALLEST);
  private low = new Uint32Array(SMALLEST);
  /** Open addressing: the household's number plus one, or EMPTY. */
  private table = new Uint32Array(2 * SMALLEST);
  private count = 0;

  /** The number of a household, given as 16 hex digits. */
  numberOf(household: string): number {
    return this.numberOfWords(
      Number.parseInt(household.slice(0, 8), 16),
      Number.parseInt(household.slice(8), 16),
    );
  }

  /** The same, the digits given as two words of eight each. */
  numberOfWords(high: number, low: number): number {
    const slot = this.slotOf(high, low);
    const known = this.table[slot] as number;
    if (known !== EMPTY) return known - 1;
    this.high[this.count] = high;
    this.low[this.count] = low;
    this.count++;
    this.table[slot] = this.count;
    if (this.count >= this.high.length || this.count > this.table.length * FULLEST) this.grow();
    return this.count - 1;
  }

  /** Where a household stands in the table, or where it would. */
  private slotOf(high: number, low: number): number {
    const mask = this.table.length - 1;
    let slot = (high ^ low) & mask; // the digits come from a keyed hash: they are spread already
    for (;;) {
      const number = this.table[slot] as number;
      if (number === EMPTY) return slot;
      if (this.high[number - 1] === high && this.low[number - 1] === low) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    this.high = doubled(this.high);
    this.low = doubled(this.low);
    this.table = new Uint32Array(2 * this.table.length);
    for (let number = 0; number < this.count; number++) {
      const slot = this.slotOf(this.high[number] as number, this.low[number] as number);
      this.table[slot] = number + 1;
    }
  }
}

function doubled(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(2 * column.length);
  grown.set(column);
  return grown;
}
