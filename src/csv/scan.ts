/** The byte pass: the fields of a plain record, found in the bytes of its line and left where they lie. */
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
const SPACE = 0x20;
const DELETE = 0x7f;

const PLAIN = 0;
const DELIMITER = 1;
const LINE_END = 2;
/** A quote or a control character within a field: for the strict reader to judge. */
const STRANGE = 3;

/** What the strict reader has to look at. */
export const NOT_PLAIN = -1;

/**
 * Place of a field → the bytes that it has as a rule. Only fields whose every byte is looked at by whoever takes the
 * record, who refuses it for a delimiter, a quote or a control character: a field of this length is jumped over.
 */
export type UsualLengths = ReadonlyMap<number, number>;

const NONE_KNOWN: UsualLengths = new Map();

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
  readonly #classes = new Uint8Array(256);
  /** 0: the field's length is not known. */
  readonly #usual: Uint32Array;
  readonly #maxRecordBytes: number;

  constructor(delimiter: Delimiter, width: number, maxRecordBytes: number, usual: UsualLengths = NONE_KNOWN) {
    this.starts = new Uint32Array(width);
    this.ends = new Uint32Array(width);
    this.#usual = Uint32Array.from({ length: width }, (_, field) => usual.get(field) ?? 0);
    this.#maxRecordBytes = maxRecordBytes;
    this.#classes.fill(STRANGE, 0, SPACE);
    this.#classes[DELETE] = this.#classes[QUOTE] = STRANGE;
    this.#classes[LF] = this.#classes[CR] = LINE_END;
    this.#classes[delimiter.charCodeAt(0)] = DELIMITER;
  }

  /**
   * Looks at the record that begins at `from`, in bytes that end with a line end: so the loops need no other bound.
   * Gives the place of its line end, or `NOT_PLAIN`.
   */
  scan(bytes: Buffer, from: number): number {
    const { starts, ends } = this;
    const classes = this.#classes;
    const usual = this.#usual;
    const { length } = bytes;
    const last = starts.length - 1;
    let at = from;
    for (let field = 0; field <= last; field++, at++) {
      const wanted = field === last ? LINE_END : DELIMITER;
      const jumped = at + (usual[field] as number);
      if (jumped !== at && jumped < length && classes[bytes[jumped] as number] === wanted) {
        starts[field] = at;
        ends[field] = at = jumped;
        continue;
      }
      const isQuoted = bytes[at] === QUOTE;
      if (isQuoted) at++;
      starts[field] = at;
      at = isQuoted ? closingQuote(bytes, at) : endOfPlain(bytes, at, classes);
      if (at === NOT_PLAIN) return NOT_PLAIN;
      ends[field] = at;
      if (isQuoted) at++;
      if (classes[bytes[at] as number] !== wanted) return NOT_PLAIN;
    }
    at -= 1;
    return at - from <= this.#maxRecordBytes ? at : NOT_PLAIN;
  }
}

function endOfPlain(bytes: Buffer, from: number, classes: Uint8Array): number {
  let at = from;
  while (classes[bytes[at] as number] === PLAIN) at++;
  return at;
}

function closingQuote(bytes: Buffer, from: number): number {
  let at = from;
  let byte = bytes[at] as number;
  while (byte >= SPACE && byte !== QUOTE && byte !== DELETE) byte = bytes[++at] as number;
  return byte === QUOTE ? at : NOT_PLAIN;
}
