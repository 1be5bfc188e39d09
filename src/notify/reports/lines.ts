/** JSON lines, whole physical lines at a time: each is a report, or a fault. */
import { decodeLines } from '../../csv/decode.ts';
import { LineCutter } from '../../csv/lines.ts';
import type { ReportFaults } from './faults.ts';
import { type Report, readReport } from './report.ts';

/** Bytes. One that is a report has a hundred. */
const LONGEST_LINE = 16 << 10;

export class ReportLines {
  readonly #faults: ReportFaults;
  readonly #cutter = new LineCutter(LONGEST_LINE);
  #line = 0;

  constructor(faults: ReportFaults) {
    this.#faults = faults;
  }

  /** The reports of the lines that are whole with this chunk. */
  push(chunk: Buffer): Report[] {
    return this.#read(this.#cutter.push(chunk));
  }

  finish(): Report[] {
    return this.#read(this.#cutter.finish());
  }

  #read(bytes: Buffer): Report[] {
    if (bytes.length === 0) return [];
    const { text, faultyLines } = decodeLines(bytes);
    const faulty = new Set(faultyLines);
    const reports: Report[] = [];
    for (const { 0: whole, index } of text.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)) {
      if (whole === '') continue;
      this.#line += 1;
      const line = (this.#line === 1 ? whole.replace(/^\ufeff/, '') : whole).trim();
      const report = line === '' ? undefined : this.#reportOf(line, faulty.has(index));
      if (report !== undefined) reports.push(report);
    }
    return reports;
  }

  #reportOf(line: string, isFaulty: boolean): Report | undefined {
    const given = isFaulty || line.length > LONGEST_LINE ? undefined : parsed(line);
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      this.#faults.add(this.#line, `expected a JSON object, of ${LONGEST_LINE} bytes at the most`);
      return undefined;
    }
    const reading = readReport(given as Readonly<Record<string, unknown>>);
    if (reading.kind === 'report') return reading.report;
    this.#faults.add(this.#line, reading.what);
    return undefined;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
