import { type Columns, numbersOf, pickRows } from '../columns/layout.ts';
import type { Housed, Seeking } from '../registry/people.ts';
import { dealByHousehold } from '../wave/parts.ts';
import type { PastRecipients } from '../wave/recipients.ts';
import { type Handover, PAST_MEMBER } from '../wave/stage-blocks.ts';

/**
 * The households that past recipients count for: that of the KK which each had then, and that of the KK which the
 * registry gives their NIK now.
 */
export class PastMembers {
  readonly #rows: number[] = [];
  /** 1: where they live now is known. */
  readonly #housed: Uint8Array;
  readonly #recipients: PastRecipients;

  constructor(recipients: PastRecipients) {
    this.#recipients = recipients;
    this.#housed = new Uint8Array(recipients.rows);
    for (let row = 0; row < recipients.rows; row++) {
      this.#add(row, recipients.kkHigh[row] as number, recipients.kkLow[row] as number);
    }
  }

  /** To be sought among those whose household is known: where each of them lives now. Whoever says it first is right. */
  seeking(): Seeking<Housed> {
    const { buckets, nikHigh, nikLow, rows } = this.#recipients;
    const order = numbersOf('u32', rows, (row) => row);
    return {
      buckets,
      nikHigh,
      nikLow,
      order,
      found: (row, housed, person) => this.#lives(row, housed, person),
    };
  }

  /** For the parts of the next stage but one, of which each has the households of some buckets of KK. */
  *byPart(parts: number): Iterable<Handover<'past_member'>> {
    const column = (place: number) =>
      numbersOf('u32', this.#rows.length / 4, (row) => this.#rows[4 * row + place] as number);
    const [kkHigh, kkLow, nikHigh, nikLow] = [column(0), column(1), column(2), column(3)];
    const columns: Columns<typeof PAST_MEMBER> = {
      rows: kkHigh.length,
      of: { kkHigh, kkLow, nikHigh, nikLow },
    };
    for (const [target, rows] of dealByHousehold(columns.of, parts).entries()) {
      yield { target, columns: pickRows(PAST_MEMBER, columns, rows) };
    }
  }

  #lives(row: number, { of }: Housed, person: number): void {
    if (this.#housed[row] === 1) return;
    this.#housed[row] = 1;
    const { kkHigh, kkLow } = this.#recipients;
    const [high, low] = [of.kkHigh[person] as number, of.kkLow[person] as number];
    if (high !== kkHigh[row] || low !== kkLow[row]) this.#add(row, high, low);
  }

  #add(row: number, kkHigh: number, kkLow: number): void {
    // No household that is known.
    if (kkHigh === 0 && kkLow === 0) return;
    const { nikHigh, nikLow } = this.#recipients;
    this.#rows.push(kkHigh, kkLow, nikHigh[row] as number, nikLow[row] as number);
  }
}
