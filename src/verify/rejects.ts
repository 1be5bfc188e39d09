import { join } from 'node:path';
import { CsvError, parse } from 'csv-parse';
import { streamOf } from '../files/reading.ts';
import type { Report } from './files.ts';
import { counted, type Findings } from './findings.ts';

const HEADER = 'line,registration_no,column,code,message';
const LINE = /^[1-9]\d{0,14}$/;
const CODE = /^[A-Z][A-Z_]*$/;
const LONGEST_RECORD = 1 << 20;

/** A record of csv-parse with the line on which it ends. */
interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Checks rejects.csv: a rejected row has one line or more, so that it names at most as many rows as were rejected (rows of
 * two files may share their number) and has at least as many lines.
 */
export async function compareRejects(
  dir: string,
  rowsRejected: number,
  findings: Findings,
  report: Report,
): Promise<void> {
  const rows = new LineNumbers();
  let lines = -1;
  try {
    for await (const { record, info } of recordsOf(dir, report)) {
      lines++;
      const where = `rejects.csv:${info.lines}`;
      const [line = '', , , code = ''] = record;
      if (lines === 0) findings.same(where, 'the header', record.join(','), HEADER);
      else if (!LINE.test(line)) findings.fault(where, `line is ${line}, expected a number of a line`);
      else rows.add(Number(line));
      if (lines > 0 && !CODE.test(code)) findings.fault(where, `code is ${code}, expected a code`);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    findings.fault('rejects.csv', `is no CSV of ${HEADER}: ${error.code}`);
  }
  if (rows.size > rowsRejected || lines < rowsRejected) {
    const said = `has ${counted(lines, 'line')} about ${counted(rows.size, 'row')}`;
    findings.fault(
      'rejects.csv',
      `${said}, expected one or more about each of ${counted(rowsRejected, 'rejected row')}`,
    );
  }
  findings.close(
    'rejects',
    `${counted(Math.max(lines, 0), 'line')} of rejects.csv, against ${counted(rowsRejected, 'rejected row')}`,
  );
}

async function* recordsOf(dir: string, report: Report): AsyncGenerator<Parsed> {
  const { stream: file } = await streamOf(join(dir, 'rejects.csv'));
  const parser = parse({ info: true, max_record_size: LONGEST_RECORD });
  file.on('error', (error) => parser.destroy(error)).pipe(parser);
  let count = 0;
  for await (const parsed of parser) {
    if (count++ % 4096 === 0)
      report({ step: 'reading rejects.csv', done: file.bytesRead, total: file.bytesRead });
    yield parsed;
  }
}

const PAGE_BITS = 1 << 15;

/** A set of line numbers, a bit each: a rejected file of millions of rows takes a megabyte. */
class LineNumbers {
  size = 0;
  private readonly pages = new Map<number, Uint8Array>();

  add(line: number): void {
    const at = line % PAGE_BITS;
    const number = Math.floor(line / PAGE_BITS);
    const page = this.pages.get(number) ?? new Uint8Array(PAGE_BITS / 8);
    this.pages.set(number, page);
    const byte = page[at >> 3] ?? 0;
    const bit = 1 << (at & 7);
    if ((byte & bit) !== 0) return;
    page[at >> 3] = byte | bit;
    this.size++;
  }
}
