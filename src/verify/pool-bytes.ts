const COMMA = 0x2c;
const ZERO = 0x30;
const LONGEST_NUMBER = 32;
const LONGEST_COUNT = 9;
const HALF_DIGITS = 8;

/** By byte: whether it may stand in a registration number. */
const OF_NUMBER = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-')) OF_NUMBER[byte] = 1;
/** By byte: the value of a hexadecimal digit in lower case, or 16. */
const HEX_VALUE = new Uint8Array(256).fill(16);
for (const [value, byte] of Buffer.from('0123456789abcdef').entries()) HEX_VALUE[byte] = value;

/** A line of pool.csv, read where it stands: it takes what `parsePoolLine` takes, and makes no texts. */
export class PoolBytes {
  /** Where the registration number ends. */
  numberEnd = 0;
  tier = 0;
  tickets = 0;
  /** The household's digits as two words. */
  high = 0;
  low = 0;
  slots = 0;
  region = 0;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #end = 0;

  /** Whether this is a line of a pool. Its values stand only where it is. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    while (this.#at < end && OF_NUMBER[bytes[this.#at] as number] === 1) this.#at++;
    this.numberEnd = this.#at;
    const length = this.#at - start;
    if (length === 0 || length > LONGEST_NUMBER || !this.#comma()) return false;
    this.tier = this.#count();
    if (this.tier < 0 || !this.#comma()) return false;
    this.tickets = this.#count();
    if (this.tickets < 1 || !this.#comma()) return false;
    this.high = this.#word();
    this.low = this.#word();
    if (this.high < 0 || this.low < 0 || !this.#comma()) return false;
    this.slots = this.#count();
    if (this.slots < 0 || !this.#comma() || this.#at + 2 !== end) return false;
    const tens = (bytes[this.#at] as number) - ZERO;
    const ones = (bytes[this.#at + 1] as number) - ZERO;
    this.region = tens * 10 + ones;
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
  }

  #comma(): boolean {
    return this.#at < this.#end && this.#bytes[this.#at++] === COMMA;
  }

  /** A whole number of up to nine digits, without a zero in front; -1 for anything else. */
  #count(): number {
    const start = this.#at;
    let value = 0;
    for (; this.#at < this.#end; this.#at++) {
      const digit = (this.#bytes[this.#at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const length = this.#at - start;
    if (length === 0 || length > LONGEST_COUNT) return -1;
    return this.#bytes[start] === ZERO && length > 1 ? -1 : value;
  }

  /** Eight hexadecimal digits; -1 for anything else. */
  #word(): number {
    const end = this.#at + HALF_DIGITS;
    if (end > this.#end) return -1;
    let value = 0;
    for (; this.#at < end; this.#at++) {
      const digit = HEX_VALUE[this.#bytes[this.#at] as number] as number;
      if (digit > 15) return -1;
      value = ((value << 4) | digit) >>> 0;
    }
    return value;
  }
}
