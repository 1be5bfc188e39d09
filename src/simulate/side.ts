/** The results of a range and the pool that they are of, read line by line: the columns that are compared and counted. */
import { OUTCOMES } from '../proof/seats.ts';
import { TO_OUTCOME } from '../wave/result-line.ts';

const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const ZERO = 0x30;
/** No two outcomes begin with the same letter. */
const BY_INITIAL = new Map(OUTCOMES.map((name, place) => [name.charCodeAt(0), place]));

/** What stands in a line of the results behind the NIK. Tier, rank and region are -1 where there is none. */
export class Side {
  readonly lines: Buffer;
  readonly pool: Buffer;
  /** The line as bytes `start` to `end` of `lines`, without its line feed; the same of the pool, both 0 where it is not in it. */
  start = 0;
  end = -1;
  poolStart = 0;
  poolEnd = 0;
  /** Place in `OUTCOMES`. */
  outcome = 0;
  tier = -1;
  rank = -1;
  /** Province code, of the pool alone. */
  region = -1;
  #numberEnd = 0;
  #reasons = 0;
  #reasonsEnd = 0;
  #nextInPool = 0;

  /** @param lines Of results.csv, @param pool of pool.csv: each ended by a line feed, in the order of the registration numbers. */
  constructor(lines: Buffer, pool: Buffer) {
    this.lines = lines;
    this.pool = pool;
  }

  /** Goes to the next line; false where there is none. */
  next(): boolean {
    this.start = this.end + 1;
    if (this.start >= this.lines.length) return false;
    this.#numberEnd = this.lines.indexOf(COMMA, this.start);
    const outcome = this.#numberEnd + TO_OUTCOME;
    this.outcome = BY_INITIAL.get(this.lines[outcome] as number) ?? -1;
    this.#reasons = this.lines.indexOf(COMMA, outcome) + 1;
    this.#reasonsEnd = this.lines.indexOf(COMMA, this.#reasons);
    const tierEnd = this.lines.indexOf(COMMA, this.#reasonsEnd + 1);
    this.end = this.lines.indexOf(LINE_FEED, tierEnd);
    this.tier = numberIn(this.lines, this.#reasonsEnd + 1, tierEnd);
    this.rank = numberIn(this.lines, tierEnd + 1, this.end);
    this.#followPool();
    return true;
  }

  /** Whether the pool has a line for whoever the results give a tier. */
  get agrees(): boolean {
    return this.tier < 0 || this.region >= 0;
  }

  get registrationNo(): string {
    return this.lines.toString('latin1', this.start, this.#numberEnd);
  }

  /** Codes joined by `|`. */
  get reasons(): string {
    return this.lines.toString('latin1', this.#reasons, this.#reasonsEnd);
  }

  /** Whether both stand at the line of the same application. */
  isOfSame(other: Side): boolean {
    const length = this.#numberEnd - this.start;
    return (
      length === other.#numberEnd - other.start &&
      isSame(this.lines, this.start, other.lines, other.start, length)
    );
  }

  /** Whether both say the same, to the byte. */
  saysTheSame(other: Side): boolean {
    const length = this.end - this.start;
    return (
      length === other.end - other.start && isSame(this.lines, this.start, other.lines, other.start, length)
    );
  }

  /** The same of the lines of the pool. */
  poolSaysTheSame(other: Side): boolean {
    const length = this.poolEnd - this.poolStart;
    return (
      length === other.poolEnd - other.poolStart &&
      isSame(this.pool, this.poolStart, other.pool, other.poolStart, length)
    );
  }

  /** Those who have a tier are the pool, in the same order. */
  #followPool(): void {
    this.poolStart = this.poolEnd = 0;
    this.region = -1;
    if (this.tier < 0) return;
    const length = this.#numberEnd - this.start + 1;
    const at = this.#nextInPool;
    if (!isSame(this.lines, this.start, this.pool, at, length)) return;
    this.poolStart = at;
    this.poolEnd = this.pool.indexOf(LINE_FEED, at);
    this.#nextInPool = this.poolEnd + 1;
    this.region = numberIn(this.pool, this.poolEnd - 2, this.poolEnd);
  }
}

/** Decimal digits; -1 for none. */
function numberIn(bytes: Buffer, from: number, to: number): number {
  if (from === to) return -1;
  let number = 0;
  for (let at = from; at < to; at++) number = 10 * number + (bytes[at] as number) - ZERO;
  return number;
}

/** Byte by byte: for so few a call takes longer. */
function isSame(left: Buffer, leftAt: number, right: Buffer, rightAt: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (left[leftAt + at] !== right[rightAt + at]) return false;
  return true;
}
