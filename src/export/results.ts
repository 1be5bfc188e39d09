/** The lines of results.csv and of accepted.csv: both out of one pass over what was recorded. */
import type pg from 'pg';
import { orderBy } from '../columns/order.ts';
import { GelombangError } from '../errors.ts';
import { readResults } from '../wave/result-blocks.ts';
import { TO_OUTCOME, writeHidden } from '../wave/result-line.ts';

export interface ResultsWanted {
  /** Whether only the first six and last four digits of a NIK are shown. */
  readonly masked: boolean;
  /** How many are accepted, as the funnel says. */
  readonly accepted: number;
  /** Told of the results that were read and taken so far. */
  readonly onRows: (rows: number) => void;
}

/** Bytes of a piece in which lines of the accepted are kept, as bits; and of what is given on at once. */
const PIECE_BITS = 20;
const PIECE = 1 << PIECE_BITS;
const CHUNK = 1 << 18;
/** Of an accepted: its number, NIK and outcome, the digits of tier and rank, commas, and the line end. */
const LONGEST_LINE = 32 + 16 + 8 + 5 + 10 + 6;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const ZERO = 0x30;
/** No other outcome begins so. */
const ACCEPTED_INITIAL = 'A'.charCodeAt(0);

export class ResultFiles {
  readonly #wanted: ResultsWanted;
  /** Lines of the accepted: where each begins, in all pieces together, and its rank. Fifty bytes each, and eight. */
  readonly #starts: Uint32Array;
  readonly #ranks: Uint32Array;
  readonly #pieces: Buffer[] = [];
  #end = 0;
  #accepted = 0;
  #rows = 0;

  constructor(wanted: ResultsWanted) {
    this.#wanted = wanted;
    this.#starts = new Uint32Array(wanted.accepted);
    this.#ranks = new Uint32Array(wanted.accepted);
  }

  /**
   * Every line, in the order of the registration numbers.
   * @throws GelombangError UNEXPECTED where not as many are accepted as the funnel says; as `readResults` does.
   */
  async *results(client: pg.ClientBase, waveId: number): AsyncGenerator<Buffer> {
    for await (const { lines, digits } of readResults(client, waveId)) {
      this.#pass(lines, this.#wanted.masked ? undefined : digits);
      yield lines;
      this.#wanted.onRows(this.#rows);
    }
    if (this.#accepted === this.#wanted.accepted) return;
    const counts = `${this.#accepted} of the results are accepted, the funnel says ${this.#wanted.accepted}`;
    throw new GelombangError('UNEXPECTED', `the figures of wave ${waveId} do not agree: ${counts}`, {
      concerns: { wave: waveId },
      next: 'Results were changed or lost since the publication. Restore the database from a backup of before.',
    });
  }

  /** The lines of the accepted in the order of the draw, once `results` is through. */
  *accepted(): Generator<Buffer> {
    const order = orderBy(this.#accepted, [this.#ranks]);
    let chunk = Buffer.allocUnsafe(CHUNK);
    let at = 0;
    for (let place = 0; place < order.length; place++) {
      if (at + LONGEST_LINE > CHUNK) {
        yield chunk.subarray(0, at);
        chunk = Buffer.allocUnsafe(CHUNK);
        at = 0;
      }
      const start = this.#starts[order[place] as number] as number;
      at = copyLine(this.#pieces[start >>> PIECE_BITS] as Buffer, start & (PIECE - 1), chunk, at);
    }
    if (at > 0) yield chunk.subarray(0, at);
  }

  /** Makes the NIKs whole where they stand, since nobody else has these bytes, and keeps the lines of the accepted. */
  #pass(lines: Buffer, hidden: Uint32Array | undefined): void {
    const { length } = lines;
    for (let start = 0, at = 0, row = 0; at < length; start = at, row++) {
      while (at < length && lines[at] !== COMMA) at++;
      if (hidden !== undefined) writeHidden(hidden[row] as number, lines, at + 1);
      at += TO_OUTCOME;
      const isAccepted = lines[at] === ACCEPTED_INITIAL;
      while (at < length && lines[at] !== LINE_FEED) at++;
      at++;
      if (isAccepted) this.#keep(lines, start, at);
      this.#rows++;
    }
  }

  #keep(lines: Buffer, start: number, end: number): void {
    if (this.#end + end - start > this.#pieces.length * PIECE) {
      this.#end = this.#pieces.length * PIECE;
      this.#pieces.push(Buffer.allocUnsafe(PIECE));
    }
    copyLine(lines, start, this.#pieces.at(-1) as Buffer, this.#end & (PIECE - 1));
    this.#starts[this.#accepted] = this.#end;
    this.#ranks[this.#accepted] = numberBefore(lines, end - 1);
    this.#end += end - start;
    this.#accepted++;
  }
}

/** The number that ends before a place, as decimal digits behind a comma. */
function numberBefore(line: Buffer, end: number): number {
  let number = 0;
  let digit = 1;
  for (let at = end - 1; line[at] !== COMMA; at--) {
    number += ((line[at] as number) - ZERO) * digit;
    digit *= 10;
  }
  return number;
}

/** With its line feed; gives the position after it. Byte by byte: a call that copies so few takes longer. */
function copyLine(from: Buffer, start: number, to: Buffer, at: number): number {
  let end = at;
  for (let byte = start; from[byte] !== LINE_FEED; byte++) to[end++] = from[byte] as number;
  to[end] = LINE_FEED;
  return end + 1;
}
