/** Compares two CSV files that are sorted by the same key, row for row, without holding either in memory. */
import { createReadStream } from 'node:fs';

export interface Difference {
  /** A row that both have and not the same, one that only the peer has, one that the peer has not. */
  readonly kind: 'changed' | 'missing' | 'extra';
  /** Physical lines of the two files, from 1; where a row is not there, the line that it would stand before. */
  readonly line: number;
  readonly peerLine: number;
  readonly row: string | undefined;
  readonly peerRow: string | undefined;
}

export interface Comparison {
  /** Without the header. */
  readonly rows: number;
  readonly peerRows: number;
  readonly differences: number;
  /** The first few. */
  readonly shown: readonly Difference[];
}

/** By what a file is sorted: a row's key, and whether one comes before another. */
export interface SortKey {
  keyOf(row: string): string;
  isBefore(left: string, right: string): boolean;
}

/** The first column, by bytes: there is only ASCII in it. */
export const BY_REGISTRATION_NO: SortKey = {
  keyOf: (row) => row.slice(0, row.indexOf(',')),
  isBefore: (left, right) => left < right,
};

/** The last column, a number. */
export const BY_RANK: SortKey = {
  keyOf: (row) => row.slice(row.lastIndexOf(',') + 1),
  isBefore: (left, right) => Number(left) < Number(right),
};

const CHUNK = 1 << 20;
const MOST_SHOWN = 20;

async function* batchesOfLines(path: string): AsyncGenerator<readonly string[]> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [rest];
}

/** A file line by line. Only the next batch is waited for: a promise a line would be most of the work. */
class Lines {
  readonly #batches: AsyncGenerator<readonly string[]>;
  #batch: readonly string[] = [];
  #place = 0;
  /** Undefined behind the last one. */
  current: string | undefined;
  number = 0;

  constructor(path: string) {
    this.#batches = batchesOfLines(path);
  }

  /** False where the next line has to be fetched first. */
  advance(): boolean {
    this.current = this.#batch[this.#place];
    if (this.current === undefined) return false;
    this.#place += 1;
    this.number += 1;
    return true;
  }

  async fetch(): Promise<void> {
    const { value, done } = await this.#batches.next();
    this.#batch = done === true ? [] : value;
    this.#place = 0;
    // Behind the end there is one more, which is not there.
    if (!this.advance()) this.number += 1;
  }
}

function kindOf(
  row: string | undefined,
  peerRow: string | undefined,
  by: SortKey,
): Difference['kind'] | undefined {
  if (row === peerRow) return undefined;
  if (row === undefined) return 'missing';
  if (peerRow === undefined) return 'extra';
  const key = by.keyOf(row);
  const peerKey = by.keyOf(peerRow);
  if (by.isBefore(key, peerKey)) return 'extra';
  return by.isBefore(peerKey, key) ? 'missing' : 'changed';
}

/** Compares a file with the peer's; the header is compared as it stands. */
export async function compareRows(path: string, peerPath: string, by: SortKey): Promise<Comparison> {
  const lines = new Lines(path);
  const peerLines = new Lines(peerPath);
  await Promise.all([lines.fetch(), peerLines.fetch()]);
  const shown: Difference[] = [];
  let differences = 0;
  while (lines.current !== undefined || peerLines.current !== undefined) {
    const isHeader = lines.number === 1 && peerLines.number === 1;
    const found = kindOf(lines.current, peerLines.current, by);
    const kind = isHeader && found !== undefined ? 'changed' : found;
    if (kind !== undefined) {
      differences += 1;
      if (shown.length < MOST_SHOWN) shown.push(differenceAt(kind, lines, peerLines));
    }
    if (kind !== 'missing' && !lines.advance()) await lines.fetch();
    if (kind !== 'extra' && !peerLines.advance()) await peerLines.fetch();
  }
  return { rows: rowsOf(lines), peerRows: rowsOf(peerLines), differences, shown };
}

function differenceAt(kind: Difference['kind'], lines: Lines, peerLines: Lines): Difference {
  return {
    kind,
    line: lines.number,
    peerLine: peerLines.number,
    row: kind === 'missing' ? undefined : lines.current,
    peerRow: kind === 'extra' ? undefined : peerLines.current,
  };
}

/** Of a file that is read to its end: neither the header nor the line that is not there is a row. */
function rowsOf({ number }: Lines): number {
  return Math.max(0, number - 2);
}

/** A difference for a person who has both files open. */
export function differenceInWords({ kind, line, peerLine, row, peerRow }: Difference): string[] {
  const where = { changed: 'differs', missing: 'only the peer has it', extra: 'the peer does not have it' }[
    kind
  ];
  return [
    `line ${line}, of the peer line ${peerLine}: ${where}`,
    ...(row === undefined ? [] : [`  project  ${row}`]),
    ...(peerRow === undefined ? [] : [`  peer     ${peerRow}`]),
  ];
}

/** Lines of a file that has a header, but for the header. */
export async function rowsIn(path: string): Promise<number> {
  let lines = 0;
  for await (const batch of batchesOfLines(path)) lines += batch.length;
  return Math.max(0, lines - 1);
}
