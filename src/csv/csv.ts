import type { ColumnSet } from './columns.ts';
import { matchHeader } from './header.ts';
import { type Dialect, type Preamble, readPreamble } from './preamble.ts';
import { type CsvRecord, type LineEnd, RecordReader } from './records.ts';
import { FileReading } from './source.ts';
import { linesOfText, withoutByteOrderMark } from './text.ts';

export type { CsvRecord } from './records.ts';

export interface CsvOptions {
  /** The largest record in bytes, 1 MiB unless told. A larger one is given as RECORD_TOO_LARGE. */
  readonly maxRecordBytes?: number;
  /** How much is read from the file at a time, 64 KiB unless told. */
  readonly chunkBytes?: number;
  /** Records in a batch, 1000 unless told; only the last one may have fewer. */
  readonly batchRecords?: number;
}

interface OpenedFile {
  readonly path: string;
  readonly dialect: Dialect;
  /** The header's names as they are written. */
  readonly header: readonly string[];
  /** Headers that are not used, as they are written: worth a warning. */
  readonly ignoredColumns: readonly string[];
  /** False: there is nothing after the header. */
  readonly hasRecords: boolean;
  /**
   * Reads the file from its beginning, every record in order, in bounded memory. May be called again.
   *
   * The texts of a record are views into a larger one: whoever keeps a few of them for long should copy them.
   *
   * @throws GelombangError INPUT_REFUSED in the course of it, when the file turns out to be damaged gzip, cannot be
   * read further, or changed since it was opened. What was given until then is not to be kept.
   */
  batches(): AsyncGenerator<CsvRecord[]>;
  /** The kinds of line end met so far; more than one is worth a warning. */
  lineEnds(): readonly LineEnd[];
  /** Bytes of the file itself, so that a packed one ends at its size. */
  progress(): { readonly bytesRead: number; readonly bytesTotal: number };
  /** SHA-256 of the file's bytes as they were read, hex: undefined until the last batch was given. */
  sha256(): string | undefined;
}

type Matched<Accepted> =
  Accepted extends ColumnSet<infer Name, infer Column>
    ? { readonly set: Name; readonly columns: Readonly<Record<Column, number>> }
    : never;

/** A file whose header is in order: `set` tells which of the accepted column sets it has, `columns` where they are. */
export type CsvFile<Accepted extends ColumnSet = ColumnSet> = OpenedFile & Matched<Accepted>;

const DEFAULTS: Required<CsvOptions> = { maxRecordBytes: 1 << 20, chunkBytes: 1 << 16, batchRecords: 1000 };

/**
 * Opens a CSV file: finds out its delimiter and packing, and matches its header with the accepted column sets.
 * No file stays open: `batches()` opens it again, and refuses one that is not the same any more.
 *
 * @throws GelombangError INPUT_REFUSED for what is no plain readable file, is empty or UTF-16, and for a header with
 * missing or repeated columns (all of them).
 */
export async function openCsv<const Accepted extends ColumnSet>(
  path: string,
  accepted: readonly Accepted[],
  options: CsvOptions = {},
): Promise<CsvFile<Accepted>> {
  const settings = { ...DEFAULTS, ...options };
  const beginning = new FileReading(path, settings.chunkBytes);
  const preamble = await readPreamble(path, beginning, settings.maxRecordBytes);
  const matched = matchHeader(path, preamble.header, accepted);
  const opened = new CsvReadings(path, preamble, settings);
  const file: OpenedFile = {
    path,
    dialect: preamble.dialect,
    header: preamble.header,
    ignoredColumns: matched.ignoredColumns,
    hasRecords: await opened.hasRecords(),
    batches: () => opened.batches(),
    lineEnds: () => opened.lineEnds,
    progress: () => ({ bytesRead: opened.bytesRead, bytesTotal: preamble.identity.bytes }),
    sha256: () => opened.sha256,
  };
  // matchHeader gives one of the accepted sets with all of its columns; the compiler cannot follow which.
  return { ...file, set: matched.set, columns: matched.columns } as CsvFile<Accepted>;
}

/** The readings of one file after its header is known: what is asked of it is answered from the latest. */
class CsvReadings {
  readonly #path: string;
  readonly #preamble: Preamble;
  readonly #settings: Required<CsvOptions>;
  #reading: FileReading | undefined;
  #records: RecordReader | undefined;

  constructor(path: string, preamble: Preamble, settings: Required<CsvOptions>) {
    this.#path = path;
    this.#preamble = preamble;
    this.#settings = settings;
  }

  get bytesRead(): number {
    return this.#reading?.bytesRead ?? 0;
  }

  get sha256(): string | undefined {
    return this.#reading?.sha256;
  }

  get lineEnds(): readonly LineEnd[] {
    return this.#records?.lineEnds ?? [];
  }

  async hasRecords(): Promise<boolean> {
    try {
      for await (const _ of this.batches()) return true;
      return false;
    } finally {
      this.#reading = undefined;
      this.#records = undefined;
    }
  }

  async *batches(): AsyncGenerator<CsvRecord[]> {
    const { batchRecords } = this.#settings;
    let batch: CsvRecord[] = [];
    for await (const records of this.#parts()) {
      // The part's records are taken as there is room for them.
      for (
        records.takeInto(batch, batchRecords);
        batch.length === batchRecords;
        records.takeInto(batch, batchRecords)
      ) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }

  /** The reader, each time that it was given more text; it stands after the header. */
  async *#parts(): AsyncGenerator<RecordReader> {
    const { dialect, header, identity } = this.#preamble;
    const { maxRecordBytes, chunkBytes } = this.#settings;
    const reading = new FileReading(this.#path, chunkBytes, identity);
    const records = new RecordReader({ delimiter: dialect.delimiter, width: header.length, maxRecordBytes });
    this.#reading = reading;
    this.#records = records;
    const passed: CsvRecord[] = [];
    let isFirst = true;
    for await (const lines of linesOfText(this.#path, reading, maxRecordBytes)) {
      records.feed(isFirst ? withoutByteOrderMark(lines) : lines);
      isFirst = false;
      records.takeInto(passed, 1);
      if (passed.length === 1) yield records;
    }
    records.finish();
    records.takeInto(passed, 1);
    yield records;
  }
}
