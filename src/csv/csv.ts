import type { ColumnSet } from './columns.ts';
import { matchHeader } from './header.ts';
import type { RecordTaker } from './pass.ts';
import { type Dialect, readPreamble } from './preamble.ts';
import { CsvReadings } from './readings.ts';
import type { CsvRecord, LineEnd } from './records.ts';
import { FileReading } from './source.ts';

export type { RecordTaker } from './pass.ts';
export type { CsvRecord } from './records.ts';
export type { ByteRecord } from './scan.ts';

export interface CsvOptions {
  /** The largest record in bytes, 1 MiB unless told. A larger one is given as RECORD_TOO_LARGE. */
  readonly maxRecordBytes?: number;
  /** How much is read from the file at a time, 256 KiB unless told. */
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
  /**
   * Reads the file as `batches` does, but shows each record first as bytes: what `plain` does not take is given to
   * `strict` as text. Yields every few hundred records how many there were until then.
   *
   * @throws as `batches` does.
   */
  read(taker: RecordTaker): AsyncGenerator<number>;
  /** The kinds of line end met so far; more than one is worth a warning. */
  lineEnds(): readonly LineEnd[];
  /** Bytes of the file itself, so that a packed one ends at its size. */
  progress(): { readonly bytesRead: number; readonly bytesTotal: number };
  /** SHA-256 of the file's bytes as they were read, hex: undefined until the last batch was given. */
  sha256(): string | undefined;
  /**
   * The same without its records: a whole reading all the same.
   * @throws as `batches` does.
   */
  hash(): Promise<string>;
}

type Matched<Accepted> =
  Accepted extends ColumnSet<infer Name, infer Column>
    ? { readonly set: Name; readonly columns: Readonly<Record<Column, number>> }
    : never;

/** A file whose header is in order: `set` tells which of the accepted column sets it has, `columns` where they are. */
export type CsvFile<Accepted extends ColumnSet = ColumnSet> = OpenedFile & Matched<Accepted>;

const DEFAULTS: Required<CsvOptions> = { maxRecordBytes: 1 << 20, chunkBytes: 1 << 18, batchRecords: 1000 };

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
    read: (taker) => opened.read(taker),
    lineEnds: () => opened.lineEnds,
    progress: () => ({ bytesRead: opened.bytesRead, bytesTotal: preamble.identity.bytes }),
    sha256: () => opened.sha256,
    hash: () => new FileReading(path, settings.chunkBytes, preamble.identity).hash(),
  };
  // matchHeader gives one of the accepted sets with all of its columns; the compiler cannot follow which.
  return { ...file, set: matched.set, columns: matched.columns } as CsvFile<Accepted>;
}
