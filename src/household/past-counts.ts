import { orderBy } from '../columns/order.ts';
import type { BlockOf } from '../wave/stage-blocks.ts';

/** How many people of each household received a place before. Asked for in the order of the KK. */
export class PastCounts {
  readonly #members: BlockOf<'past_member'>;
  readonly #order: Uint32Array;
  #at = 0;

  constructor(members: BlockOf<'past_member'>) {
    const { kkHigh, kkLow, nikHigh, nikLow } = members.of;
    this.#members = members;
    this.#order = orderBy(members.rows, [kkHigh, kkLow, nikHigh, nikLow]);
  }

  /** Distinct people of the household; each KK asked for comes after the one before. */
  of(high: number, low: number): number {
    const { kkHigh, kkLow, nikHigh, nikLow } = this.#members.of;
    let people = 0;
    let before = -1;
    for (; this.#at < this.#order.length; this.#at++) {
      const row = this.#order[this.#at] as number;
      const ahead = (kkHigh[row] as number) - high || (kkLow[row] as number) - low;
      if (ahead > 0) break;
      if (ahead < 0) continue;
      const isSame = before >= 0 && nikHigh[row] === nikHigh[before] && nikLow[row] === nikLow[before];
      if (!isSame) people++;
      before = row;
    }
    return people;
  }
}
