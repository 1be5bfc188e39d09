/** Some past recipients on their way into columns. */
import type { RECIPIENT, Recipients } from '../wave/people.ts';
import { type Gathered, PIECE_ROWS } from './pieces.ts';
import type { KkNumbers, NikNumbers } from './plain-nik.ts';

export interface RecipientNumbers extends NikNumbers, KkNumbers {
  wave: number;
}

export class RecipientsGathered implements Gathered<typeof RECIPIENT> {
  readonly isLarge = false;
  readonly #of: Recipients['of'] = {
    nikHigh: new Uint32Array(PIECE_ROWS),
    nikLow: new Uint32Array(PIECE_ROWS),
    kkHigh: new Uint32Array(PIECE_ROWS),
    kkLow: new Uint32Array(PIECE_ROWS),
    wave: new Uint32Array(PIECE_ROWS),
  };
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add(recipient: Readonly<RecipientNumbers>): void {
    const of = this.#of;
    const row = this.#rows;
    of.nikHigh[row] = recipient.nikHigh;
    of.nikLow[row] = recipient.nikLow;
    of.kkHigh[row] = recipient.kkHigh;
    of.kkLow[row] = recipient.kkLow;
    of.wave[row] = recipient.wave;
    this.#rows = row + 1;
  }

  take(): Recipients {
    const rows = this.#rows;
    this.#rows = 0;
    const { nikHigh, nikLow, kkHigh, kkLow, wave } = this.#of;
    const of = {
      nikHigh: nikHigh.subarray(0, rows),
      nikLow: nikLow.subarray(0, rows),
      kkHigh: kkHigh.subarray(0, rows),
      kkLow: kkLow.subarray(0, rows),
      wave: wave.subarray(0, rows),
    };
    return { rows, of };
  }
}
