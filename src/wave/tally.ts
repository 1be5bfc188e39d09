/**
 * How many rows are in each bucket of what was brought in at a time, sealed with it. The blocks say themselves what they hold; that
 * one is missing, or all of a bucket, is only known from here.
 */
import type pg from 'pg';
import { BUCKETS } from '../columns/identity.ts';
import { keysOf, type Queryable } from '../db/database.ts';
import type { Keys } from '../keys/keys.ts';
import { Tampered } from '../keys/sealing.ts';
import { type Sealed, SealedColumns } from './sealed-columns.ts';

/** Bound to the table, and all that is to be believed of the row. */
const SEALED_TALLY = new SealedColumns({ rows: 'u32' }, (place: string) => place);

/** Rows by bucket. */
export type Tally = Uint32Array;

export function noneYet(): Tally {
  return new Uint32Array(BUCKETS);
}

export function sealTally(keys: Keys, place: string, rows: Tally): Buffer {
  return SEALED_TALLY.seal(keys, place, { rows: rows.length, of: { rows } });
}

/** @throws Tampered where there is none, or another. */
export async function openTally(keys: Keys, place: string, tally: Sealed): Promise<Tally> {
  return (await SEALED_TALLY.open(keys, place, tally)).of.rows;
}

/** What is read, held against what was brought in. */
export class Held {
  readonly #what: string;
  readonly #brought = noneYet();
  readonly read = noneYet();

  /** @param what In the plural, for example `the applications of wave 3`. */
  constructor(what: string, ...brought: readonly Tally[]) {
    this.#what = what;
    for (const tally of brought) this.brought(tally);
  }

  brought(tally: Tally): void {
    tally.forEach((rows, bucket) => {
      this.#brought[bucket] = (this.#brought[bucket] ?? 0) + rows;
    });
  }

  add(bucket: number, rows: number): void {
    this.read[bucket] = (this.read[bucket] ?? 0) + rows;
  }

  /** With the buckets from the first on, below the second, read to their end. @throws Tampered where they are not whole. */
  end([from, to]: readonly [from: number, to: number]): void {
    for (let bucket = from; bucket < to; bucket++) {
      if (this.read[bucket] !== this.#brought[bucket]) throw this.notWhole();
    }
  }

  notWhole(): Tampered {
    return new Tampered(
      `${this.#what} are not whole: a block of them, or the record of how many there are, is missing or one too many`,
    );
  }
}

/** With what rows of the database are asked for: of one connection or another. */
export interface Asking {
  readonly keys: Keys;
  ask(query: string): PromiseLike<readonly unknown[]>;
}

export function askingBy(client: pg.ClientBase): Asking {
  return { keys: keysOf(client), ask: async (query) => (await client.query(query)).rows };
}

export function askingOf(sql: Queryable): Asking {
  return { keys: sql.keys, ask: (query) => sql.unsafe(query) };
}
