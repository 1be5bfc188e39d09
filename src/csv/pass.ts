/** One pass over the lines of a file: plain records as bytes, and whatever is not plain by the strict reader. */
import { isUtf8 } from 'node:buffer';
import { decodeLines, endOfLine } from './decode.ts';
import type { Preamble } from './preamble.ts';
import { type CsvRecord, type LineEnd, RecordReader } from './records.ts';
import { type ByteRecord, FieldScanner, NOT_PLAIN } from './scan.ts';

/** Whoever takes the records of a file one by one, in its order. */
export interface RecordTaker {
  /**
   * A record as bytes of UTF-8, which hold good until it returns. False: it is not taken, and `strict` gets it.
   * White space around a value is still there; control characters are not. Left out: all goes to `strict`.
   */
  plain?(record: ByteRecord): boolean;
  strict(record: CsvRecord): void;
}

const LF = 0x0a;
const CR = 0x0d;
/** Records that are read before they are handed over. */
const STRICT_BATCH = 1000;

export class RecordPass {
  readonly #taker: RecordTaker;
  readonly #lineEnds: Set<LineEnd>;
  readonly #scanner: FieldScanner;
  readonly #strict: RecordReader;
  #line = 1;
  #latestEnd: LineEnd | undefined;
  #isPastHeader = false;
  #records = 0;

  /** @param lineEnds Where the kinds of line end are noted as they are met. */
  constructor(
    { dialect, header }: Preamble,
    maxRecordBytes: number,
    lineEnds: Set<LineEnd>,
    taker: RecordTaker,
  ) {
    const { delimiter } = dialect;
    const width = header.length;
    this.#taker = taker;
    this.#lineEnds = lineEnds;
    this.#scanner = new FieldScanner(delimiter, width, maxRecordBytes);
    this.#strict = new RecordReader({ delimiter, width, maxRecordBytes }, lineEnds);
  }

  /** How many there were until now, without the header. */
  get records(): number {
    return this.#records;
  }

  /** Takes whole physical lines, the very last of which may be without its end. */
  take(lines: Buffer): void {
    const last = lines[lines.length - 1];
    const mayBePlain = this.#taker.plain !== undefined && (last === LF || last === CR) && isUtf8(lines);
    // A record that began in the lines before goes on in these: only the strict reader knows where it ends.
    if (!mayBePlain || !this.#strict.isThrough) {
      this.#readStrictly(lines);
      return;
    }
    this.#scanner.look(lines);
    let at = 0;
    while (at < lines.length) {
      if (this.#isPastHeader) at = this.#takePlain(lines, at);
      if (at < lines.length) at = this.#takeStrict(lines, at);
    }
  }

  finish(): void {
    this.#strict.finish();
    this.#drain();
  }

  /** Takes records as long as they are plain; gives the place of the first that is not. */
  #takePlain(lines: Buffer, from: number): number {
    const scanner = this.#scanner;
    let at = from;
    while (at < lines.length) {
      const byte = lines[at];
      const isBlank = byte === LF || byte === CR;
      const end = isBlank ? at : scanner.scan(at);
      if (end === NOT_PLAIN) return at;
      if (!isBlank) {
        scanner.line = this.#line;
        if (this.#taker.plain?.(scanner) !== true) return at;
        this.#records += 1;
      }
      at = this.#stepOverLineEnd(lines, end);
    }
    return at;
  }

  /** One record at least, and as many lines of these as it takes; gives the place after them. */
  #takeStrict(lines: Buffer, from: number): number {
    const end = endOfLine(lines, from);
    this.#readStrictly(lines.subarray(from, end));
    if (this.#strict.isThrough) return end;
    // A quote is open. Line by line it would be looked for from the record's beginning each time.
    this.#readStrictly(lines.subarray(end));
    return lines.length;
  }

  #readStrictly(lines: Buffer): void {
    if (this.#strict.isThrough) this.#strict.line = this.#line;
    this.#strict.feed(decodeLines(lines));
    this.#drain();
  }

  #drain(): void {
    for (;;) {
      const records: CsvRecord[] = [];
      this.#strict.takeInto(records, STRICT_BATCH);
      this.#line = this.#strict.line;
      for (const record of records) this.#give(record);
      if (records.length < STRICT_BATCH) return;
    }
  }

  #give(record: CsvRecord): void {
    if (!this.#isPastHeader) {
      this.#isPastHeader = true;
      return;
    }
    this.#records += 1;
    this.#taker.strict(record);
  }

  #stepOverLineEnd(lines: Buffer, at: number): number {
    const isReturn = lines[at] === CR;
    const isPair = isReturn && lines[at + 1] === LF;
    const kind = isPair ? 'CRLF' : isReturn ? 'CR' : 'LF';
    if (kind !== this.#latestEnd) this.#lineEnds.add(kind);
    this.#latestEnd = kind;
    this.#line += 1;
    return at + (isPair ? 2 : 1);
  }
}
