/**
 * Rows of COPY's binary format in memory. For a row of many fields: room for the whole of it is asked for once, and its
 * fields are put one after the other, which was measured at half the time of a call of `BinaryRowsIn` for each.
 */

/** Rows that are enough to be sent. */
const ENOUGH = 1 << 18;
/** Of a buffer: for these, and for a row that makes them enough. */
const ROOM = ENOUGH + (ENOUGH >> 1);
const WORD = 4;
/** Bytes beyond its end that putting a field may write. */
const SLACK = WORD;

export class RowBytes {
  #buffer: Buffer = Buffer.alloc(0);
  /** What rows are put into; another one after `room`. */
  view: DataView = viewOf(this.#buffer);
  /** Where the next row begins: whoever puts one moves it. */
  at = 0;

  get isEnough(): boolean {
    return this.at >= ENOUGH;
  }

  get isEmpty(): boolean {
    return this.at === 0;
  }

  /** Makes room for a row of so many bytes. */
  room(bytes: number): void {
    const wanted = this.at + bytes + SLACK;
    if (wanted <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(wanted, ROOM, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.at);
    this.#buffer = larger;
    this.view = viewOf(larger);
  }

  /** A field of bytea. */
  bytes(source: Uint8Array): void {
    this.room(WORD + source.length);
    this.view.setInt32(this.at, source.length);
    this.#buffer.set(source, this.at + WORD);
    this.at += WORD + source.length;
  }

  /** Gives all rows; then it is empty. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.at);
    this.#buffer = Buffer.alloc(0);
    this.at = 0;
    return taken;
  }
}

// Each puts a field and gives the place after it.

/** What a row begins with: how many fields it has. */
export function putCount(to: DataView, at: number, fields: number): number {
  to.setInt16(at, fields);
  return at + 2;
}

/** smallint */
export function putInt2(to: DataView, at: number, value: number): number {
  to.setInt32(at, 2);
  to.setInt16(at + WORD, value);
  return at + WORD + 2;
}

/** integer; date as days from 2000-01-01 on. */
export function putInt4(to: DataView, at: number, value: number): number {
  to.setInt32(at, WORD);
  to.setInt32(at + WORD, value);
  return at + 2 * WORD;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
