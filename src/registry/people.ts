/** Walks through the people of the registry and whoever seeks them, side by side: both are in the order of bucket and NIK. */
import type pg from 'pg';
import type { Columns } from '../columns/layout.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { bucketsOf } from '../wave/parts.ts';
import type { PERSON, People } from '../wave/people.ts';
import { heldPeople, openPeople, PLACE_OF_PEOPLE, peopleIn } from '../wave/person-blocks.ts';
import type { Part } from '../wave/stage.ts';

/** People of whom it is known where they live. */
export type Housed = Columns<Pick<typeof PERSON, 'nikHigh' | 'nikLow' | 'kkHigh' | 'kkLow'>>;

export interface Seeking<Sought extends Housed = People> {
  readonly buckets: Uint32Array;
  readonly nikHigh: Uint32Array;
  readonly nikLow: Uint32Array;
  /** The rows in the order of bucket and NIK. */
  readonly order: Uint32Array;
  /** Called for each row whose person is found; who is not found is not told of. */
  found(row: number, people: Sought, person: number): void;
}

/**
 * Holds the people of a snapshot, those of the part's buckets, against all who seek some, block by block.
 * @throws Tampered where they are not all there; as `Keys.opened` does.
 */
export async function seekPeople(
  client: pg.ClientBase,
  snapshotId: number,
  part: Part,
  seeking: readonly Seeking[],
): Promise<void> {
  const [from, to] = bucketsOf(part);
  const held = await heldPeople(client, snapshotId);
  const cursors = seeking.map((sought) => new Cursor(sought));
  const query = `select ${PLACE_OF_PEOPLE}, niks, columns from registry_block
    where snapshot_id = ${Number(snapshotId)} and bucket >= ${from} and bucket < ${to}
    order by bucket, position`;
  for await (const row of binaryRows(client, query)) {
    const [at, niks, columns] = peopleIn(snapshotId, row);
    const people = await openPeople(keysOf(client), at, { niks, columns });
    held.add(at.bucket, people.rows);
    for (const cursor of cursors) cursor.pass(at.bucket, people);
  }
  held.end([from, to]);
}

/** The same among people of one bucket after the other, each time in the order of the NIK. */
export class Cursor<Sought extends Housed = People> {
  readonly #sought: Seeking<Sought>;
  #at = 0;

  constructor(sought: Seeking<Sought>) {
    this.#sought = sought;
  }

  /** Goes on to the first row that comes after all of these people. */
  pass(bucket: number, people: Sought): void {
    const { buckets, nikHigh, nikLow, order } = this.#sought;
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
      if (ahead === 0) this.#sought.found(row, people, person);
      this.#at++;
    }
  }
}
