/** The lines of applications, written bucket by bucket from the bytes of their records. @see LINE_FIELDS */
import { copyBytes, SLACK, viewOf } from '../columns/bytes.ts';
import { BUCKETS } from '../columns/identity.ts';
import type { ByteRecord } from '../csv/csv.ts';
import { ESCAPES, LINE_FEED, LINE_FIELDS, TAB } from '../wave/lines.ts';
import type { ApplicantColumn, Places } from './columns.ts';

/** A line has its place in the file before the columns. */
const LAST_COLUMN = LINE_FIELDS.length - 2;
const FIRST_BYTES = 1 << 12;
/** Of the place in the file, and of what stands between the fields and after them. */
const BESIDE_VALUES = 16 + LINE_FIELDS.length;

/** Bytes that do not stand as they are. */
const IS_ESCAPED = new Uint8Array(256);
for (const byte of ESCAPES.keys()) IS_ESCAPED[byte] = 1;
const LONGEST_ESCAPE = 2;

/** The lines of one bucket, in an array that is kept when it is emptied. */
class BucketLines {
  bytes = new Uint8Array(FIRST_BYTES);
  /** The same in words. */
  view = viewOf(this.bytes);
  /** Where the next line begins. */
  at = 0;

  room(size: number): void {
    const wanted = this.at + size;
    if (wanted <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(wanted, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

export class ApplicationLines {
  readonly #buckets = Array.from({ length: BUCKETS }, () => new BucketLines());
  readonly #places: readonly number[];
  /** The columns of a file are those of a line, in its order. */
  readonly #isInOrder: boolean;
  /** The bytes of the latest record, which are of many, and the same in words. */
  #source: Uint8Array = new Uint8Array();
  #from = viewOf(this.#source);
  #size = 0;

  /** @param at Where the columns stand in a record. */
  constructor(at: Places<ApplicantColumn>) {
    const [, ...columns] = LINE_FIELDS;
    this.#places = columns.map((column) => at[column]);
    this.#isInOrder = this.#places.every((place, column) => place === column);
  }

  /** Bytes of all lines that were added. */
  get size(): number {
    return this.#size;
  }

  /** @param isPlain The record has no byte that is escaped in a line. */
  add(record: ByteRecord, isPlain: boolean, bucket: number): void {
    const lines = this.#buckets[bucket] as BucketLines;
    lines.room(BESIDE_VALUES + lengthOf(record) * (isPlain ? 1 : LONGEST_ESCAPE) + SLACK);
    const at = putNumber(lines.bytes, record.line, lines.at);
    const end = isPlain ? this.#putPlain(record, lines, at) : this.#putEscaped(record, lines.bytes, at);
    lines.bytes[end] = LINE_FEED;
    this.#size += end + 1 - lines.at;
    lines.at = end + 1;
  }

  /** The lines of a bucket, good until the next is added to it; then it is empty. */
  take(bucket: number): Uint8Array {
    const lines = this.#buckets[bucket] as BucketLines;
    const taken = lines.bytes.subarray(0, lines.at);
    this.#size -= lines.at;
    lines.at = 0;
    return taken;
  }

  #putPlain(record: ByteRecord, lines: BucketLines, at: number): number {
    if (record.bytes !== this.#source) {
      this.#source = record.bytes;
      this.#from = viewOf(record.bytes);
    }
    const isOne = this.#isInOrder && isOnePiece(record);
    return isOne ? this.#putPiece(record, lines, at) : this.#putFields(record, lines.view, at);
  }

  /** All at once, which was measured at two thirds of the time of field by field. */
  #putPiece({ starts, ends }: ByteRecord, { bytes, view }: BucketLines, at: number): number {
    const first = starts[0] as number;
    bytes[at] = TAB;
    const end = copyBytes(this.#from, first, ends[LAST_COLUMN] as number, view, at + 1);
    const shift = at + 1 - first;
    for (let column = 0; column < LAST_COLUMN; column++) bytes[shift + (ends[column] as number)] = TAB;
    return end;
  }

  #putFields({ starts, ends }: ByteRecord, to: DataView, from: number): number {
    const source = this.#from;
    const places = this.#places;
    let at = from;
    for (let column = 0; column < places.length; column++) {
      const place = places[column] as number;
      to.setUint8(at, TAB);
      at = copyBytes(source, starts[place] as number, ends[place] as number, to, at + 1);
    }
    return at;
  }

  #putEscaped({ bytes, starts, ends }: ByteRecord, to: Uint8Array, from: number): number {
    let at = from;
    for (const place of this.#places) {
      to[at++] = TAB;
      for (let next = starts[place] as number; next < (ends[place] as number); next++) {
        const byte = bytes[next] as number;
        if (IS_ESCAPED[byte] === 0) to[at++] = byte;
        else for (const sign of ESCAPES.get(byte) ?? '') to[at++] = sign.charCodeAt(0);
      }
    }
    return at;
  }
}

/** Whether one byte is between its fields and nothing else. */
function isOnePiece({ starts, ends }: ByteRecord): boolean {
  for (let column = 1; column <= LAST_COLUMN; column++) {
    if (starts[column] !== (ends[column - 1] as number) + 1) return false;
  }
  return true;
}

function lengthOf({ starts, ends }: ByteRecord): number {
  let sum = 0;
  for (let place = 0; place < starts.length; place++) {
    sum += (ends[place] as number) - (starts[place] as number);
  }
  return sum;
}

/** Writes the digits of a whole number; gives the place after them. */
function putNumber(to: Uint8Array, number: number, at: number): number {
  let end = at + 1;
  for (let rest = number; rest >= 10; rest = Math.floor(rest / 10)) end++;
  for (let rest = number, place = end - 1; place >= at; place--, rest = Math.floor(rest / 10)) {
    to[place] = 0x30 + (rest % 10);
  }
  return end;
}
