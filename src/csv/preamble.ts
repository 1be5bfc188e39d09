import { refusedFile } from '../files/reading.ts';
import { decodeLines } from './decode.ts';
import { countKnownColumns } from './header.ts';
import { type CsvRecord, RecordReader } from './records.ts';
import type { FileIdentity, FileReading } from './source.ts';
import { linesOf, startsWithByteOrderMark, withoutByteOrderMark } from './text.ts';

export type Delimiter = ',' | ';' | '\t';

export interface Dialect {
  readonly delimiter: Delimiter;
  /** The file begins with a byte order mark. */
  readonly bom: boolean;
  readonly gzip: boolean;
}

/** What is known of a file from its beginning alone. */
export interface Preamble {
  readonly dialect: Dialect;
  /** The header's names as they are written. */
  readonly header: readonly string[];
  readonly identity: FileIdentity;
}

/** The header as it is under one delimiter: no record yet, or one. */
interface Candidate {
  readonly delimiter: Delimiter;
  readonly reader: RecordReader;
  readonly records: CsvRecord[];
}

interface HeaderReading {
  readonly delimiter: Delimiter;
  readonly record: CsvRecord;
}

/**
 * Reads a file up to the end of its header, which is its first line that is not blank.
 *
 * @throws GelombangError INPUT_REFUSED when there is none, or when it cannot be read under any delimiter.
 */
export async function readPreamble(
  path: string,
  reading: FileReading,
  maxRecordBytes: number,
): Promise<Preamble> {
  const candidates = ([',', ';', '\t'] as const).map((delimiter): Candidate => {
    return {
      delimiter,
      reader: new RecordReader({ delimiter, width: undefined, maxRecordBytes }),
      records: [],
    };
  });
  let bom: boolean | undefined;
  for await (const lines of linesOf(path, reading, maxRecordBytes)) {
    const isFirst = bom === undefined;
    bom ??= startsWithByteOrderMark(lines);
    const text = decodeLines(isFirst ? withoutByteOrderMark(lines) : lines);
    for (const { reader, records } of candidates) {
      reader.feed(text);
      reader.takeInto(records, 1);
    }
    if (candidates.every(({ records }) => records.length === 1)) break;
  }
  for (const { reader, records } of candidates) {
    reader.finish();
    reader.takeInto(records, 1);
  }
  const { delimiter, record } = bestReading(path, candidates, reading.bytesRead);
  const { identity } = reading;
  if (identity === undefined) throw refusedFile(path, 'the file is empty');
  return { dialect: { delimiter, bom: bom ?? false, gzip: reading.isGzip }, header: record.fields, identity };
}

/** Of the readings without a fault the one with most known columns, then with most fields, then the comma's. */
function bestReading(path: string, candidates: readonly Candidate[], bytesRead: number): HeaderReading {
  const [best] = candidates
    .flatMap(({ delimiter, records }) => records.map((record) => ({ delimiter, record })))
    .toSorted((a, b) => merit(b.record) - merit(a.record) || b.record.fields.length - a.record.fields.length);
  if (best === undefined) {
    throw refusedFile(
      path,
      bytesRead === 0 ? 'the file is empty' : 'there is nothing in the file but blank lines',
    );
  }
  const { line, fault, detail } = best.record;
  if (fault === undefined) return best;
  const next = fault === 'ENCODING' ? 'Save the file as "CSV UTF-8".' : undefined;
  throw refusedFile(path, `its header, on line ${line}, cannot be read: ${detail}`, next);
}

function merit({ fault, fields }: CsvRecord): number {
  return fault === undefined ? countKnownColumns(fields) : -1;
}
