/**
 * What the parts of a stage have written, each sealed with where it begins and ends: one begins where the one before it ended, so that
 * none can be taken away, and none put in.
 */
import { BUCKETS } from '../columns/identity.ts';
import type { Keys } from '../keys/keys.ts';
import { Tampered } from '../keys/sealing.ts';
import type { Sealed } from './sealed-columns.ts';
import type { PartBounds } from './stage.ts';

export interface Bounded extends PartBounds {
  /** Rows that were handed to each part, if any were. */
  readonly rows?: Readonly<Record<number, number>>;
}

/** @param place The table, the keys of the row, and what is in clear of it. */
export function sealBounded(keys: Keys, place: string, { lower, upper, rows }: Bounded): Buffer {
  return keys.sealed(place, Buffer.from(JSON.stringify({ lower, upper, rows })));
}

/** @throws as `Keys.opened` does. */
export async function openBounded(keys: Keys, place: string, sealed: Sealed): Promise<Bounded> {
  return JSON.parse((await keys.opened(place, sealed)).toString()) as Bounded;
}

/** Parts in their order, by bucket or by registration number; or their blocks, where these have bounds of their own. */
export class Chain {
  readonly #notWhole: (at: string | null | undefined) => Tampered;
  readonly #range: PartBounds | undefined;
  /** Where the next one begins: undefined before the first, null behind the last. */
  #next: string | null | undefined;

  /**
   * @param notWhole Says so of all of them, given where one should begin or end and none does.
   * @param range Of registration numbers: the first may begin before it, and the last end behind it. If not given, there are to be
   * all of them, or all buckets.
   */
  constructor(notWhole: (at: string | null | undefined) => Tampered, range?: PartBounds) {
    this.#notWhole = notWhole;
    this.#range = range;
  }

  /** @throws Tampered where it does not begin where the one before ended. */
  add({ lower, upper }: PartBounds): void {
    const follows =
      this.#next === undefined ? this.#isFirst(lower) : this.#next !== null && lower === this.#next;
    if (!follows) throw this.#notWhole(lower);
    this.#next = upper;
  }

  /** @throws Tampered where more should have come. */
  end(): void {
    if (this.#next === undefined || !this.#isLast(this.#next)) throw this.#notWhole(this.#next);
  }

  #isFirst(lower: string | null): boolean {
    if (lower === null) return true;
    if (this.#range === undefined) return lower === '0';
    return this.#range.lower !== null && lower <= this.#range.lower;
  }

  #isLast(upper: string | null): boolean {
    if (upper === null) return true;
    if (this.#range === undefined) return upper === String(BUCKETS);
    return this.#range.upper !== null && upper >= this.#range.upper;
  }
}

/** @param what In the singular, for example `the pool of wave 3`. */
export function partMissing(what: string): Tampered {
  return new Tampered(`${what} is not whole: a part of it is missing or one too many`);
}
