import type { DecodedLines } from './decode.ts';
import { readQuotedRecord } from './quoted.ts';

/** Why a record cannot be used; the codes are those of `rejects.csv`. */
export type CsvFault = 'ENCODING' | 'RECORD_TOO_LARGE' | 'COLUMN_COUNT';

export interface CsvRecord {
  /** The physical line on which the record begins; the file's first line is 1. */
  readonly line: number;
  /** One text for each column. With a fault: what could be told of its first line, any number of them. */
  readonly fields: readonly string[];
  readonly fault?: CsvFault | undefined;
  /** With a fault: what was found, in words that hold none of the data. */
  readonly detail?: string | undefined;
}

export type LineEnd = 'LF' | 'CRLF' | 'CR';

export interface RecordShape {
  readonly delimiter: string;
  /** Fields in a record. Undefined: any number (the header). */
  readonly width: number | undefined;
  /** The largest record, in bytes of UTF-8 without its line end. */
  readonly maxRecordBytes: number;
}

/** Of a faulty record no more than this many characters are looked at for its fields. */
const GLANCE = 4096;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Takes text in whole physical lines and gives records. Blank lines are counted and skipped.
 *
 * A quote that is malformed, or not closed before the record is too large or the file at its end, costs the
 * physical line on which the record begins and no more: reading goes on at the next line.
 */
export class RecordReader {
  readonly #shape: RecordShape;
  readonly #lineEnds: Set<LineEnd>;
  #text = '';
  #position = 0;
  #line = 1;
  #finished = false;
  #faultyLines: number[] = [];
  /** The first of them that is not behind the position. */
  #faultyIndex = 0;
  /** The next of each character at or after the position: searched once, not once a line. */
  #quoteAt = -1;
  #lineFeedAt = -1;
  #returnAt = -1;
  #nulAt = -1;
  #delimiterAt = -1;

  /** @param lineEnds Where the kinds of line end between records are noted. */
  constructor(shape: RecordShape, lineEnds = new Set<LineEnd>()) {
    this.#shape = shape;
    this.#lineEnds = lineEnds;
  }

  /** Whether all that was fed is read: the next line fed begins a record. */
  get isThrough(): boolean {
    return this.#position === this.#text.length;
  }

  /** The physical line on which what is read next begins. */
  get line(): number {
    return this.#line;
  }

  /** Says on which line what is fed next begins: others read what came before it. */
  set line(line: number) {
    this.#line = line;
  }

  /** Adds whole physical lines to what is not read yet. */
  feed({ text, faultyLines }: DecodedLines): void {
    const kept = this.#text.length - this.#position;
    this.#faultyLines = this.#faultyLines
      .slice(this.#faultyIndex)
      .map((start) => start - this.#position)
      .concat(faultyLines.map((start) => start + kept));
    this.#text = kept === 0 ? text : this.#text.slice(this.#position) + text;
    this.#position = this.#faultyIndex = 0;
    this.#quoteAt = this.#lineFeedAt = this.#returnAt = this.#nulAt = this.#delimiterAt = -1;
  }

  /** Says that no more text comes: the last line may be without its line end. */
  finish(): void {
    this.#finished = true;
  }

  /** Fills `records` up to `limit`. Fewer than that: more text is needed, or the file is at its end. */
  takeInto(records: CsvRecord[], limit: number): void {
    while (records.length < limit && this.#position < this.#text.length) {
      const end = this.#endOfLine();
      if (end === this.#position) {
        this.#advance(end);
        continue;
      }
      this.#quoteAt = this.#nextOf('"', this.#quoteAt);
      const record = this.#quoteAt < end ? this.#quotedRecord(end) : this.#plainRecord(end);
      if (record === undefined) break;
      records.push(record);
    }
  }

  #plainRecord(end: number): CsvRecord {
    const { delimiter, width } = this.#shape;
    const text = this.#text;
    // An array of its final size at once: measured a fifth faster than one that grows.
    const fields: string[] = new Array(width ?? 0);
    let count = 0;
    let start = this.#position;
    let next = this.#nextOf(delimiter, this.#delimiterAt);
    while (next < end) {
      fields[count] = text.slice(start, next);
      count += 1;
      start = next + 1;
      next = text.indexOf(delimiter, start);
      if (next === -1) next = NEVER;
    }
    fields[count] = text.slice(start, end);
    if (count + 1 !== width) fields.length = count + 1;
    this.#delimiterAt = next;
    return this.#give(fields, end);
  }

  /** Undefined: the record is not at its end, and more text is needed to tell. */
  #quotedRecord(endOfFirstLine: number): CsvRecord | undefined {
    const read = readQuotedRecord(this.#text, this.#position, endOfFirstLine, this.#shape.delimiter);
    const reached =
      read.kind === 'whole' ? read.end : read.kind === 'malformed' ? read.at : this.#text.length;
    if (this.#isTooLarge(reached)) return this.#giveUp(endOfFirstLine, 'RECORD_TOO_LARGE', this.#tooLarge());
    if (read.kind === 'open') {
      if (!this.#finished) return undefined;
      return this.#giveUp(endOfFirstLine, 'COLUMN_COUNT', 'a quote opens a field and is never closed');
    }
    if (read.kind === 'malformed') return this.#giveUp(endOfFirstLine, 'COLUMN_COUNT', read.detail);
    if (read.end > endOfFirstLine && this.#hasSwallowedRecords(read.fields, endOfFirstLine, read.end)) {
      return this.#giveUp(endOfFirstLine, 'COLUMN_COUNT', 'a quote opens a field and is closed lines later');
    }
    return this.#give(read.fields, read.end);
  }

  /**
   * Whether a record over several lines, which has the wrong number of fields anyway, holds a line that has the right
   * number by itself: then a quote was left open, and the lines are records. A record of the right width is always
   * believed, for otherwise whoever types a line break into a free text could smuggle in a record.
   */
  #hasSwallowedRecords(fields: readonly string[], from: number, to: number): boolean {
    const { width, delimiter } = this.#shape;
    if (width === undefined || fields.length === width) return false;
    const lines = this.#text.slice(from, to).split(/\r\n|\n|\r/);
    return lines.slice(1).some((line) => line !== '' && line.split(delimiter).length === width);
  }

  /** The record from the position to `end` is what it is: given, and stepped over. */
  #give(fields: string[], end: number): CsvRecord {
    const { width } = this.#shape;
    const line = this.#line;
    let fault: CsvFault | undefined;
    let detail: string | undefined;
    if (this.#isTooLarge(end)) {
      return this.#giveUp(end, 'RECORD_TOO_LARGE', this.#tooLarge());
    }
    if (this.#isFaultyText(end)) {
      fault = 'ENCODING';
      detail = this.#nulAt < end ? 'a NUL character' : 'bytes that are not UTF-8';
    } else if (width !== undefined && fields.length !== width) {
      fault = 'COLUMN_COUNT';
      detail = `${fields.length} ${fields.length === 1 ? 'field' : 'fields'} instead of ${width}`;
    }
    this.#advance(end);
    return { line, fields, fault, detail };
  }

  /** The physical line that ends at `end` is lost; reading goes on after it. */
  #giveUp(end: number, fault: CsvFault, detail: string): CsvRecord {
    const line = this.#line;
    const glance = this.#text.slice(this.#position, Math.min(end, this.#position + GLANCE));
    const fields = glance.split(this.#shape.delimiter);
    const isFaultyText = fault !== 'RECORD_TOO_LARGE' && this.#isFaultyText(end);
    this.#advance(end);
    if (isFaultyText)
      return { line, fields, fault: 'ENCODING', detail: 'bytes that are not UTF-8, or a NUL character' };
    return { line, fields, fault, detail };
  }

  #isFaultyText(end: number): boolean {
    this.#nulAt = this.#nextOf('\0', this.#nulAt);
    while ((this.#faultyLines[this.#faultyIndex] ?? NEVER) < this.#position) this.#faultyIndex += 1;
    return this.#nulAt < end || (this.#faultyLines[this.#faultyIndex] ?? NEVER) < end;
  }

  #isTooLarge(end: number): boolean {
    const length = end - this.#position;
    // A UTF-16 code unit is at most three bytes of UTF-8.
    if (length * 3 <= this.#shape.maxRecordBytes) return false;
    return Buffer.byteLength(this.#text.slice(this.#position, end)) > this.#shape.maxRecordBytes;
  }

  #tooLarge(): string {
    return `more than ${this.#shape.maxRecordBytes} bytes`;
  }

  #nextOf(character: string, known: number): number {
    if (known >= this.#position) return known;
    const found = this.#text.indexOf(character, this.#position);
    return found === -1 ? NEVER : found;
  }

  #endOfLine(): number {
    this.#lineFeedAt = this.#nextOf('\n', this.#lineFeedAt);
    this.#returnAt = this.#nextOf('\r', this.#returnAt);
    return Math.min(this.#lineFeedAt, this.#returnAt, this.#text.length);
  }

  /** Steps over the text to `end` and the line end there, counting the physical lines. */
  #advance(end: number): void {
    for (let at = this.#endOfLine(); at < end; at = this.#endOfLine()) this.#stepOverLineEnd(at);
    if (end < this.#text.length) this.#lineEnds.add(this.#stepOverLineEnd(end));
    else this.#position = end;
  }

  #stepOverLineEnd(at: number): LineEnd {
    const isReturn = this.#text[at] === '\r';
    const isPair = isReturn && this.#text[at + 1] === '\n';
    this.#position = at + (isPair ? 2 : 1);
    this.#line += 1;
    return isPair ? 'CRLF' : isReturn ? 'CR' : 'LF';
  }
}
