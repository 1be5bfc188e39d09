/** Some people of the registry on their way into columns. */
import { type Gathered, PIECE_ROWS } from './pieces.ts';
import type { PERSON_READ, PeopleRead, PersonNumbers } from './registry-people.ts';

/** Bytes of names that a piece of them has room for in the beginning. */
const NAMES = 24 * PIECE_ROWS;

/** Bytes of names that are enough. */
const MANY_NAMES = 1 << 16;

export class PeopleGathered implements Gathered<typeof PERSON_READ> {
  readonly #nikHigh = new Uint32Array(PIECE_ROWS);
  readonly #nikLow = new Uint32Array(PIECE_ROWS);
  readonly #kkHigh = new Uint32Array(PIECE_ROWS);
  readonly #kkLow = new Uint32Array(PIECE_ROWS);
  readonly #birthDay = new Int32Array(PIECE_ROWS);
  readonly #female = new Uint8Array(PIECE_ROWS);
  readonly #status = new Uint8Array(PIECE_ROWS);
  readonly #line = new Uint32Array(PIECE_ROWS);
  readonly #starts = new Uint32Array(PIECE_ROWS + 1);
  #names = Buffer.allocUnsafe(NAMES);
  #named = 0;
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  get isLarge(): boolean {
    return this.#named >= MANY_NAMES;
  }

  add(person: PersonNumbers, fullName: string, line: number): void {
    // A UTF-16 unit is three bytes of UTF-8 at the most.
    this.#room(3 * fullName.length);
    this.#named += this.#names.write(fullName, this.#named, 'utf8');
    this.#addNumbers(person, line);
  }

  /** The same with the name as bytes of UTF-8, from `start` on, below `end`. */
  addBytes(person: PersonNumbers, bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#room(end - start);
    const names = this.#names;
    let at = this.#named;
    for (let byte = start; byte < end; byte++) names[at++] = bytes[byte] as number;
    this.#named = at;
    this.#addNumbers(person, line);
  }

  take(): PeopleRead {
    const rows = this.#rows;
    const of = {
      nikHigh: this.#nikHigh.subarray(0, rows),
      nikLow: this.#nikLow.subarray(0, rows),
      kkHigh: this.#kkHigh.subarray(0, rows),
      kkLow: this.#kkLow.subarray(0, rows),
      birthDay: this.#birthDay.subarray(0, rows),
      female: this.#female.subarray(0, rows),
      status: this.#status.subarray(0, rows),
      fullName: { starts: this.#starts.subarray(0, rows + 1), bytes: this.#names.subarray(0, this.#named) },
      line: this.#line.subarray(0, rows),
    };
    this.#rows = this.#named = 0;
    // Room for names that were unusually long is not kept.
    if (this.#names.length > 2 * MANY_NAMES) this.#names = Buffer.allocUnsafe(NAMES);
    return { rows, of };
  }

  #addNumbers(person: PersonNumbers, line: number): void {
    const row = this.#rows;
    this.#nikHigh[row] = person.nikHigh;
    this.#nikLow[row] = person.nikLow;
    this.#kkHigh[row] = person.kkHigh;
    this.#kkLow[row] = person.kkLow;
    this.#birthDay[row] = person.birthDay;
    this.#female[row] = person.female;
    this.#status[row] = person.status;
    this.#line[row] = line;
    this.#rows = row + 1;
    this.#starts[row + 1] = this.#named;
  }

  #room(bytes: number): void {
    const room = this.#named + bytes;
    if (room <= this.#names.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#names.length, room));
    this.#names.copy(larger, 0, 0, this.#named);
    this.#names = larger;
  }
}
