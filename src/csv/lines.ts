/** Cuts a stream of bytes at its line ends, so that text is only ever decoded in whole physical lines. */

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);

/**
 * Gathers chunks of bytes and gives back whole physical lines: what ends with LF, CR LF or CR.
 *
 * A line above `maxLineBytes` keeps its first `maxLineBytes + 1` bytes (so that everyone after can still see that
 * it was too long) and its line end; the rest is dropped, and never more than that and one chunk is held.
 */
export class LineCutter {
  readonly #maxLineBytes: number;
  #rest: Buffer = NOTHING;
  /** The line in `#rest` was cut: what follows, up to its end, is dropped. */
  #dropping = false;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes the next chunk and gives the whole lines that are there now: possibly none. */
  push(chunk: Buffer): Buffer {
    const wanted = this.#dropping ? this.#fromLineEnd(chunk) : chunk;
    // Else what is held of a line of a gigabyte would be copied with each chunk of it.
    if (wanted.length === 0) return NOTHING;
    const bytes = this.#rest.length === 0 ? wanted : Buffer.concat([this.#rest, wanted]);
    const cut = endOfWholeLines(bytes);
    this.#keep(bytes.subarray(cut));
    return bytes.subarray(0, cut);
  }

  /** The last line, when the file does not end with a line end. */
  finish(): Buffer {
    const last = this.#rest;
    this.#rest = NOTHING;
    return last;
  }

  #fromLineEnd(chunk: Buffer): Buffer {
    const ends = [chunk.indexOf(LF), chunk.indexOf(CR)].filter((at) => at !== -1);
    if (ends.length === 0) return NOTHING;
    this.#dropping = false;
    return chunk.subarray(Math.min(...ends));
  }

  #keep(rest: Buffer): void {
    if (rest.length <= this.#maxLineBytes + 1 || this.#dropping) {
      this.#rest = rest;
      return;
    }
    const kept = rest.subarray(0, this.#maxLineBytes + 1);
    const endsWithReturn = rest[rest.length - 1] === CR;
    this.#dropping = !endsWithReturn;
    this.#rest = endsWithReturn ? Buffer.concat([kept, Buffer.of(CR)]) : Buffer.from(kept);
  }
}

/** A CR as the very last byte is not yet a line end: the next chunk may begin with its LF. */
function endOfWholeLines(bytes: Buffer): number {
  const lineFeed = bytes.lastIndexOf(LF);
  const carriageReturn = bytes.subarray(lineFeed + 1, -1).lastIndexOf(CR);
  return carriageReturn === -1 ? lineFeed + 1 : lineFeed + 1 + carriageReturn + 1;
}
