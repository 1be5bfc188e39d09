/** Tickets for earlier waves: whoever was not drawn in them has better odds now. */
import type pg from 'pg';
import type { Words } from '../columns/layout.ts';
import { writeWords } from '../columns/words.ts';
import type { Policy } from '../policy/policy.ts';
import type { Wave } from '../wave/record.ts';
import { readResults } from '../wave/result-blocks.ts';
import { TO_OUTCOME } from '../wave/result-line.ts';
import type { Part } from '../wave/stage.ts';

const LONGEST_NUMBER = 32;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
/** No other outcome begins so. */
const NOT_DRAWN_INITIAL = 'N'.charCodeAt(0);

/**
 * The tickets of accounts: 1, and `per_unsuccessful_wave` more for each of the waves before in which the account was
 * NOT_DRAWN, up to `max`.
 * @param numbers Registration numbers in their order, all of the part's range.
 */
export async function ticketsOf(
  client: pg.ClientBase,
  wave: Wave,
  part: Part,
  numbers: Words,
  rows: number,
): Promise<Uint32Array> {
  const { per_unsuccessful_wave: more, max } = wave.policy.tickets;
  const unsuccessful = new Uint32Array(rows);
  if (more > 0 && max > 1) {
    for (const earlier of wave.earlierWaves) await countWave(client, earlier, part, numbers, unsuccessful);
  }
  return unsuccessful.map((waves) => ticketsAfter(waves, wave.policy.tickets));
}

function ticketsAfter(waves: number, { per_unsuccessful_wave: more, max }: Policy['tickets']): number {
  return Math.min(max, 1 + more * waves);
}

/** Adds one to each that was not drawn in the wave. Both sides are in the order of the registration numbers. */
async function countWave(
  client: pg.ClientBase,
  waveId: number,
  part: Part,
  numbers: Words,
  unsuccessful: Uint32Array,
): Promise<void> {
  const cursor = new Cursor(numbers, unsuccessful);
  for await (const { lines } of readResults(client, waveId, part)) cursor.pass(lines);
}

/** Goes through the accounts side by side with the lines of an earlier wave's results. */
class Cursor {
  readonly #numbers: Words;
  readonly #unsuccessful: Uint32Array;
  readonly #number = Buffer.alloc(LONGEST_NUMBER + 4);
  #length = 0;
  #row = -1;

  constructor(numbers: Words, unsuccessful: Uint32Array) {
    this.#numbers = numbers;
    this.#unsuccessful = unsuccessful;
    this.#next();
  }

  pass(lines: Buffer): void {
    for (let start = 0; start < lines.length && this.#row < this.#unsuccessful.length; ) {
      const comma = lines.indexOf(COMMA, start);
      if (lines[comma + TO_OUTCOME] === NOT_DRAWN_INITIAL) this.#count(lines, start, comma);
      start = lines.indexOf(LINE_FEED, comma) + 1;
    }
  }

  #count(lines: Buffer, start: number, end: number): void {
    for (;;) {
      const ahead = this.#number.compare(lines, start, end, 0, this.#length);
      if (ahead > 0) return;
      if (ahead === 0) this.#unsuccessful[this.#row] = (this.#unsuccessful[this.#row] as number) + 1;
      if (!this.#next() || ahead === 0) return;
    }
  }

  #next(): boolean {
    this.#row++;
    if (this.#row >= this.#unsuccessful.length) return false;
    this.#length = writeWords(this.#numbers, this.#row, this.#number, 0);
    return true;
  }
}
