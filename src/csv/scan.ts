/** The byte pass: the fields of a plain record, found in the bytes of its line and left where they lie. */
import { MarkFinder } from './marks.ts';
import type { Delimiter } from './preamble.ts';

/**
 * A record as places in bytes: field `i` is `bytes` from `starts[i]` on, below `ends[i]`, without its quotes. Whoever takes
 * it may move the places.
 */
export interface ByteRecord {
  readonly bytes: Buffer;
  /** The physical line of the file; a plain record has one line. */
  readonly line: number;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const TAB = 0x09;

const DELIMITER = 1;
const LINE_END = 2;
/** A quote or a control character within a field: for the strict reader to judge. */
const STRANGE = 3;

const ASCII = 128;

/** What the strict reader has to look at. */
export const NOT_PLAIN = -1;

/**
 * Finds the fields of one record after the other. Plain is a record of the header's width, on one line, whose fields
 * have no quotes, or stand in quotes and have none inside, and which has no control character. The record is this
 * object itself, and the next one takes its place.
 */
export class FieldScanner implements ByteRecord {
  bytes: Buffer = Buffer.alloc(0);
  line = 0;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** What each mark is: they are all ASCII. */
  readonly #classes = new Uint8Array(ASCII).fill(STRANGE);
  readonly #delimiter: number;
  /** The delimiter where it is a letter like others within quotes; a tab is a control character. */
  readonly #quotedDelimiter: number;
  #finder: MarkFinder | undefined;
  readonly #maxRecordBytes: number;
  /** Where the marks of the bytes are, and which of them comes next. */
  #marks: Uint32Array = new Uint32Array();
  #next = 0;

  constructor(delimiter: Delimiter, width: number, maxRecordBytes: number) {
    this.starts = new Uint32Array(width);
    this.ends = new Uint32Array(width);
    this.#maxRecordBytes = maxRecordBytes;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#quotedDelimiter = this.#delimiter === TAB ? NOT_PLAIN : this.#delimiter;
    this.#classes[LF] = this.#classes[CR] = LINE_END;
    this.#classes[this.#delimiter] = DELIMITER;
  }

  /**
   * Says in which bytes records are looked for from now on. They end with a line end, which is a mark: so the loops need
   * no other bound.
   */
  look(bytes: Buffer): void {
    // Not before it is needed: it has a memory, and most readings of a header alone never look.
    this.#finder ??= new MarkFinder(this.#delimiter);
    this.bytes = bytes;
    this.#marks = this.#finder.find(bytes);
    this.#next = 0;
  }

  /** Looks at the record that begins at `from`, behind all before it. Gives the place of its line end, or `NOT_PLAIN`. */
  scan(from: number): number {
    const { starts, ends, bytes } = this;
    const classes = this.#classes;
    const marks = this.#marks;
    const last = starts.length - 1;
    let next = this.#next;
    while ((marks[next] as number) < from) next++;
    // Also where the record is not plain: the marks before it are never looked at again.
    this.#next = next;
    let start = from;
    for (let field = 0; field <= last; field++) {
      let end = marks[next++] as number;
      let mark = end;
      if (mark === start && bytes[mark] === QUOTE) {
        start = mark + 1;
        do end = marks[next++] as number;
        while (bytes[end] === this.#quotedDelimiter);
        if (bytes[end] !== QUOTE) return NOT_PLAIN;
        mark = marks[next++] as number;
        if (mark !== end + 1) return NOT_PLAIN;
      }
      if (classes[bytes[mark] as number] !== (field === last ? LINE_END : DELIMITER)) return NOT_PLAIN;
      starts[field] = start;
      ends[field] = end;
      start = mark + 1;
    }
    this.#next = next;
    const end = start - 1;
    return end - from <= this.#maxRecordBytes ? end : NOT_PLAIN;
  }
}
