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

/** Parts in their order, by bucket or by registration number. */
export class Chain {
  readonly #what: string;
  /** Where the next one begins: undefined before the first, null behind the last. */
  #next: string | null | undefined;

  /** @param what In the singular, for example `the pool of wave 3`. */
  constructor(what: string) {
    this.#what = what;
  }

  /** @throws Tampered where it does not begin where the one before ended. */
  add({ lower, upper }: PartBounds): void {
    const isFirst = lower === null || lower === '0';
    if (this.#next === undefined ? !isFirst : this.#next === null || lower !== this.#next)
      throw this.notWhole();
    this.#next = upper;
  }

  /** @throws Tampered where more should have come. */
  end(): void {
    if (this.#next !== null && this.#next !== String(BUCKETS)) throw this.notWhole();
  }

  notWhole(): Tampered {
    return new Tampered(`${this.#what} is not whole: a part of it is missing or one too many`);
  }
}
