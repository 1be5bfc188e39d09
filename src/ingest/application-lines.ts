/** The lines of applications, written bucket by bucket from the bytes of their records. @see LINE_FIELDS */
import { copyBytes, SLACK, viewOf } from '../columns/bytes.ts';
import { writeDecimal } from '../columns/decimal.ts';
import { BUCKETS } from '../columns/identity.ts';
import type { ByteRecord } from '../csv/csv.ts';
import { ESCAPES, LINE_FEED, LINE_FIELDS, TAB } from '../wave/lines.ts';
import { APPLICANT_COLUMNS, type ApplicantColumn, type Places } from './columns.ts';

/** A line has its place in the file before the columns. */
const LAST_COLUMN = LINE_FIELDS.length - 2;
const NOT_ONE_PIECE = -1;
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
    this.#places = APPLICANT_COLUMNS.columns.map((column) => at[column]);
    this.#isInOrder = this.#places.every((place, column) => place === column);
  }

  /** Bytes of all lines that were added. */
  get size(): number {
    return this.#size;
  }

  /** @param isPlain The record has no byte that is escaped in a line. */
  add(record: ByteRecord, isPlain: boolean, bucket: number): void {
    const lines = this.#buckets[bucket] as BucketLines;
    const piece = isPlain && this.#isInOrder ? lengthOfPiece(record) : NOT_ONE_PIECE;
    const length = piece === NOT_ONE_PIECE ? LONGEST_ESCAPE * lengthOf(record) : piece;
    lines.room(BESIDE_VALUES + length + SLACK);
    const at = writeDecimal(record.line, lines.bytes, lines.at);
    let end: number;
    if (!isPlain) end = this.#putEscaped(record, lines.bytes, at);
    else {
      this.#look(record.bytes);
      end =
        piece === NOT_ONE_PIECE ? this.#putFields(record, lines.view, at) : this.#putPiece(record, lines, at);
    }
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

  #look(bytes: Uint8Array): void {
    if (bytes === this.#source) return;
    this.#source = bytes;
    this.#from = viewOf(bytes);
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

/** Bytes of a record between whose fields one byte is and nothing else; else `NOT_ONE_PIECE`. */
function lengthOfPiece({ starts, ends }: ByteRecord): number {
  let end = ends[0] as number;
  for (let column = 1; column <= LAST_COLUMN; column++) {
    if (starts[column] !== end + 1) return NOT_ONE_PIECE;
    end = ends[column] as number;
  }
  return end - (starts[0] as number);
}

function lengthOf({ starts, ends }: ByteRecord): number {
  let sum = 0;
  for (let place = 0; place < starts.length; place++) {
    sum += (ends[place] as number) - (starts[place] as number);
  }
  return sum;
}
