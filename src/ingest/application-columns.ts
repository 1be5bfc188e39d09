/** Applications, gathered row by row and dealt into blocks by NIK: what the decision needs in columns, and their lines. */
import { deal } from '../columns/deal.ts';
import { BUCKETS, bucketOf } from '../columns/identity.ts';
import { type Columns, pickRows, rowsBetween, type Words } from '../columns/layout.ts';
import type { ByteRecord } from '../csv/csv.ts';
import { APPLICATION, type Applications } from '../wave/people.ts';
import { ApplicationLines } from './application-lines.ts';
import { type DecisionValues, MOST_WORDS } from './application-values.ts';
import type { ApplicantColumn, Places } from './columns.ts';

/** Rows after which it is full: about 250 in each bucket. Some more still find room without a larger array. */
const ENOUGH_ROWS = 64_000;
/** Bytes of lines after which it is full all the same. */
const ENOUGH_BYTES = 1 << 25;
const FIRST_ROWS = 1 << 12;
const NAME = 32;

/** Rows of one bucket, as they are kept. */
export interface Block {
  readonly bucket: number;
  readonly applications: Applications;
  /** @see LINE_FIELDS */
  readonly lines: Uint8Array;
}

type Numbers = Omit<Applications['of'], 'registrationNo' | 'fullName'>;

export class ApplicationColumns {
  readonly #lines: ApplicationLines;
  #room = FIRST_ROWS;
  #of = numbersFor(FIRST_ROWS);
  #words = new Uint32Array(FIRST_ROWS * MOST_WORDS);
  #widest = 1;
  #starts = new Uint32Array(FIRST_ROWS + 1);
  #names = new Uint8Array(FIRST_ROWS * NAME);
  #rows = 0;

  /** @param at Where the columns stand in the records that are added. */
  constructor(at: Places<ApplicantColumn>) {
    this.#lines = new ApplicationLines(at);
  }

  /** It is to be emptied before many more come: it holds what it is given, however much. */
  get isFull(): boolean {
    return this.#rows >= ENOUGH_ROWS || this.#lines.size >= ENOUGH_BYTES;
  }

  /** @param isPlain The record, of which the values are, has no byte that is escaped in a line. */
  add(values: DecisionValues, record: ByteRecord, isPlain: boolean): void {
    if (this.#rows === this.#room) this.#grow();
    const row = this.#rows;
    const of = this.#of;
    of.nikHigh[row] = values.nikHigh;
    of.nikLow[row] = values.nikLow;
    of.kkHigh[row] = values.kkHigh;
    of.kkLow[row] = values.kkLow;
    of.joinedHour[row] = values.joined.hour;
    of.joinedMicrosecond[row] = values.joined.microsecond;
    of.birthDay[row] = values.birthDay;
    of.regency[row] = values.regency;
    of.flags[row] = values.flags;
    of.employmentStatus[row] = values.employmentStatus;
    of.occupation[row] = values.occupation;
    of.line[row] = values.line;
    this.#number(values, row);
    this.#name(values, row);
    this.#lines.add(record, isPlain, bucketOf(values.nikHigh, values.nikLow));
    this.#rows += 1;
  }

  /** Gives all rows, bucket after bucket, in the order in which they came; then it is empty. None is added meanwhile. */
  *take(): Generator<Block> {
    const columns = this.#columns();
    this.#rows = 0;
    this.#widest = 1;
    const { nikHigh, nikLow } = columns.of;
    const bucketOfRow = (row: number) => bucketOf(nikHigh[row] as number, nikLow[row] as number);
    const hands = deal(columns.rows, BUCKETS, bucketOfRow);
    // All at once and then cut: picking the rows of each bucket by themselves was measured slower.
    const order = joined(hands, columns.rows);
    const dealt = pickRows(APPLICATION, columns, order);
    let from = 0;
    for (const [bucket, { length: rows }] of hands.entries()) {
      if (rows === 0) continue;
      const to = from + rows;
      yield {
        bucket,
        applications: rowsBetween(APPLICATION, dealt, from, to),
        lines: this.#lines.take(bucket),
      };
      from = to;
    }
  }

  #number({ words, wordCount }: DecisionValues, row: number): void {
    const to = row * MOST_WORDS;
    for (let word = 0; word < MOST_WORDS; word++) {
      this.#words[to + word] = word < wordCount ? (words[word] as number) : 0;
    }
    if (wordCount > this.#widest) this.#widest = wordCount;
  }

  #name({ bytes, nameStart, nameEnd }: DecisionValues, row: number): void {
    const from = this.#starts[row] as number;
    const end = from + nameEnd - nameStart;
    if (end > this.#names.length) this.#names = larger(this.#names, Math.max(end, 2 * this.#names.length));
    const names = this.#names;
    for (let to = from, at = nameStart; at < nameEnd; at++) names[to++] = bytes[at] as number;
    this.#starts[row + 1] = end;
  }

  #columns(): Applications {
    const rows = this.#rows;
    const starts = this.#starts.subarray(0, rows + 1);
    const numbers = Object.entries(this.#of).map(([name, column]) => [name, column.subarray(0, rows)]);
    const of = {
      ...(Object.fromEntries(numbers) as Numbers),
      registrationNo: this.#narrowWords(),
      fullName: { starts, bytes: this.#names.subarray(0, starts[rows]) },
    };
    return { rows, of } satisfies Columns<typeof APPLICATION>;
  }

  /** In as many words as the longest of these numbers fills. */
  #narrowWords(): Words {
    const width = this.#widest;
    const data = new Uint32Array(this.#rows * width);
    for (let row = 0; row < this.#rows; row++) {
      for (let word = 0; word < width; word++) {
        data[row * width + word] = this.#words[row * MOST_WORDS + word] as number;
      }
    }
    return { width, data };
  }

  #grow(): void {
    this.#room *= 2;
    const of = numbersFor(this.#room);
    for (const name of Object.keys(of) as (keyof Numbers)[]) of[name].set(this.#of[name]);
    this.#of = of;
    this.#words = larger(this.#words, this.#room * MOST_WORDS);
    this.#starts = larger(this.#starts, this.#room + 1);
  }
}

function joined(hands: readonly Uint32Array[], rows: number): Uint32Array {
  const order = new Uint32Array(rows);
  let at = 0;
  for (const hand of hands) {
    order.set(hand, at);
    at += hand.length;
  }
  return order;
}

function numbersFor(rows: number): Numbers {
  return {
    nikHigh: new Uint32Array(rows),
    nikLow: new Uint32Array(rows),
    kkHigh: new Uint32Array(rows),
    kkLow: new Uint32Array(rows),
    joinedHour: new Uint32Array(rows),
    joinedMicrosecond: new Uint32Array(rows),
    birthDay: new Int32Array(rows),
    regency: new Uint16Array(rows),
    flags: new Uint16Array(rows),
    employmentStatus: new Uint8Array(rows),
    occupation: new Uint8Array(rows),
    line: new Uint32Array(rows),
  };
}

function larger<Numbers extends Uint8Array | Uint32Array>(numbers: Numbers, length: number): Numbers {
  const made = new (numbers.constructor as new (length: number) => Numbers)(length);
  made.set(numbers);
  return made;
}
