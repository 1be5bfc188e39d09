/** Walks through the people of the registry and whoever asks for them, side by side: both are in the order of bucket and NIK. */
import type pg from 'pg';
import { decodeBlock } from '../columns/block.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { bucketsOf } from '../wave/parts.ts';
import { PERSON, type People } from '../wave/people.ts';
import type { Wave } from '../wave/record.ts';
import type { Part } from '../wave/stage.ts';

export interface Asking {
  readonly buckets: Uint32Array;
  readonly nikHigh: Uint32Array;
  readonly nikLow: Uint32Array;
  /** The rows in the order of bucket and NIK. */
  readonly order: Uint32Array;
  /** Called for each row whose person is found; who is not found is not told of. */
  found(row: number, people: People, person: number): void;
}

/** Holds the people of the part's buckets against all who ask, block by block. */
export async function askRegistry(
  client: pg.ClientBase,
  wave: Wave,
  part: Part,
  asking: readonly Asking[],
): Promise<void> {
  const [from, to] = bucketsOf(part);
  const cursors = asking.map((asked) => new Cursor(asked));
  const query = `select bucket, columns from registry_block
    where snapshot_id = ${Number(wave.snapshotId)} and bucket >= ${from} and bucket < ${to}
    order by bucket, position`;
  for await (const [bucket, columns] of binaryRows(client, query)) {
    const people = decodeBlock(PERSON, columns ?? Buffer.alloc(0));
    for (const cursor of cursors) cursor.pass(bucket?.readInt16BE(0) ?? 0, people);
  }
}

class Cursor {
  readonly #asked: Asking;
  #at = 0;

  constructor(asked: Asking) {
    this.#asked = asked;
  }

  /** Goes on to the first row that comes after all of these people. */
  pass(bucket: number, people: People): void {
    const { buckets, nikHigh, nikLow, order } = this.#asked;
    const { nikHigh: high, nikLow: low } = people.of;
    let person = 0;
    while (this.#at < order.length && person < people.rows) {
      const row = order[this.#at] as number;
      const ahead =
        (buckets[row] as number) - bucket ||
        (nikHigh[row] as number) - (high[person] as number) ||
        (nikLow[row] as number) - (low[person] as number);
      if (ahead > 0) {
        person++;
        continue;
      }
      if (ahead === 0) this.#asked.found(row, people, person);
      this.#at++;
    }
  }
}
