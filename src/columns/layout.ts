/**
 * Typed columns of many rows, and the bytes in which they are kept: what a decision reads of a million rows is a few
 * arrays of numbers, not a million objects. A block of them is one value of a table.
 */

import { copyBytes, SLACK, viewOf } from './bytes.ts';

/**
 * The kinds of column. `words`: short ASCII text in 32-bit words, big-endian and filled up with zeros, so that the order
 * of the words is the order of the bytes. `text`: UTF-8 of any length.
 */
export type ColumnKind = 'u8' | 'u16' | 'u32' | 'i32' | 'f64' | 'words' | 'text';

/** Column name → kind. The order is that of the bytes. */
export type Layout = Readonly<Record<string, ColumnKind>>;

/** Row `i` is `data[i * width]` and the `width - 1` words after it. */
export interface Words {
  readonly width: number;
  readonly data: Uint32Array;
}

/** Row `i` is `bytes` from `starts[i]` on, below `starts[i + 1]`. */
export interface Texts {
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

interface ColumnOf {
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  i32: Int32Array;
  f64: Float64Array;
  words: Words;
  text: Texts;
}

export type Column = ColumnOf[ColumnKind];

export interface Columns<L extends Layout> {
  readonly rows: number;
  readonly of: { readonly [Name in keyof L]: ColumnOf[L[Name]] };
}

const NUMBERS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f64: Float64Array,
} as const;

type NumberKind = keyof typeof NUMBERS;
type NumberArray = ColumnOf[NumberKind];

export function isWords(column: Column): column is Words {
  return 'width' in column;
}

export function isTexts(column: Column): column is Texts {
  return 'starts' in column;
}

/** The text of one row. */
export function textAt({ starts, bytes }: Texts, row: number): string {
  const start = starts[row] as number;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, (starts[row + 1] as number) - start).toString();
}

/** A column of numbers of this kind, all 0. */
export function numbers<K extends NumberKind>(kind: K, rows: number): ColumnOf[K] {
  return new NUMBERS[kind](rows) as ColumnOf[K];
}

/** A column of numbers of this kind, made row by row. (An array's `from` was measured at ten times the time.) */
export function numbersOf<K extends NumberKind>(
  kind: K,
  rows: number,
  numberOf: (row: number) => number,
): ColumnOf[K] {
  const column: NumberArray = numbers(kind, rows);
  for (let row = 0; row < rows; row++) column[row] = numberOf(row);
  return column as ColumnOf[K];
}

/** The rows of which it holds. */
export function rowsWhere(rows: number, holds: (row: number) => boolean): Uint32Array {
  const found = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if (holds(row)) found[count++] = row;
  return found.slice(0, count);
}

/** The rows of all, one after the other; words become as wide as the widest. */
export function concatColumns<const L extends Layout>(layout: L, blocks: readonly Columns<L>[]): Columns<L> {
  const [first] = blocks;
  if (first !== undefined && blocks.length === 1) return first;
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  return columnsFrom(layout, rows, (name, kind) => {
    const parts = blocks.map((block) => block.of[name] as Column);
    if (kind === 'words') return concatWords(parts as Words[], rows);
    if (kind === 'text') return concatTexts(parts as Texts[], rows);
    return concatNumbers(kind, parts as NumberArray[], rows);
  });
}

/** The rows that `index` names, in its order. */
export function pickRows<const L extends Layout>(
  layout: L,
  columns: Columns<L>,
  index: Uint32Array,
): Columns<L> {
  return columnsFrom(layout, index.length, (name, kind) => {
    const column = columns.of[name] as Column;
    if (kind === 'words') return pickWords(column as Words, index);
    if (kind === 'text') return pickTexts(column as Texts, index);
    return pickNumbers(kind, column as NumberArray, index);
  });
}

/** The rows from one on, below another. Their columns share the memory. */
export function rowsBetween<const L extends Layout>(
  layout: L,
  columns: Columns<L>,
  from: number,
  to: number,
): Columns<L> {
  return columnsFrom(layout, to - from, (name) => {
    const column = columns.of[name] as Column;
    if (isWords(column)) {
      const { width, data } = column;
      return { width, data: data.subarray(from * width, to * width) };
    }
    if (!isTexts(column)) return column.subarray(from, to);
    const starts = column.starts.subarray(from, to + 1);
    const [start = 0, end = 0] = [starts[0], starts[to - from]];
    return { starts: starts.map((place) => place - start), bytes: column.bytes.subarray(start, end) };
  });
}

/** Columns made one by one. */
export function columnsFrom<const L extends Layout>(
  layout: L,
  rows: number,
  make: (name: keyof L & string, kind: ColumnKind) => Column,
): Columns<L> {
  const of = Object.fromEntries(Object.entries(layout).map(([name, kind]) => [name, make(name, kind)]));
  return { rows, of: of as Columns<L>['of'] };
}

/** Columns without a row. */
export function noRows<const L extends Layout>(layout: L): Columns<L> {
  return concatColumns(layout, []);
}

function concatNumbers(kind: NumberKind, parts: readonly NumberArray[], rows: number): NumberArray {
  const all: NumberArray = numbers(kind, rows);
  let row = 0;
  for (const part of parts) {
    all.set(part, row);
    row += part.length;
  }
  return all;
}

function concatWords(parts: readonly Words[], rows: number): Words {
  const width = parts.reduce((widest, part) => Math.max(widest, part.width), 1);
  const data = new Uint32Array(rows * width);
  let row = 0;
  for (const part of parts) {
    const count = part.data.length / part.width;
    if (part.width === width) data.set(part.data, row * width);
    else copyWords(part, count, data.subarray(row * width), width);
    row += count;
  }
  return { width, data };
}

function copyWords(from: Words, rows: number, to: Uint32Array, width: number): void {
  for (let row = 0; row < rows; row++) {
    for (let word = 0; word < from.width; word++) {
      to[row * width + word] = from.data[row * from.width + word] as number;
    }
  }
}

function concatTexts(parts: readonly Texts[], rows: number): Texts {
  const size = parts.reduce((sum, part) => sum + part.bytes.length, 0);
  const starts = new Uint32Array(rows + 1);
  const bytes = new Uint8Array(size);
  let row = 0;
  let at = 0;
  for (const part of parts) {
    bytes.set(part.bytes, at);
    for (let i = 0; i < part.starts.length - 1; i++) starts[row + i] = at + (part.starts[i] as number);
    row += part.starts.length - 1;
    at += part.bytes.length;
  }
  starts[rows] = at;
  return { starts, bytes };
}

function pickNumbers(kind: NumberKind, column: NumberArray, index: Uint32Array): NumberArray {
  if (kind === 'u32') return pickUnsigned(column as Uint32Array, index);
  if (kind === 'i32') {
    const { buffer, byteOffset, length } = column as Int32Array;
    return new Int32Array(pickUnsigned(new Uint32Array(buffer, byteOffset, length), index).buffer);
  }
  const picked: NumberArray = numbers(kind, index.length);
  for (let row = 0; row < index.length; row++) picked[row] = column[index[row] as number] as number;
  return picked;
}

/** By itself: a loop over arrays of several kinds was measured several times slower. */
function pickUnsigned(column: Uint32Array, index: Uint32Array): Uint32Array {
  const picked = new Uint32Array(index.length);
  for (let row = 0; row < index.length; row++) picked[row] = column[index[row] as number] as number;
  return picked;
}

function pickWords({ width, data }: Words, index: Uint32Array): Words {
  const picked = new Uint32Array(index.length * width);
  for (let row = 0; row < index.length; row++) {
    const from = (index[row] as number) * width;
    for (let word = 0; word < width; word++) picked[row * width + word] = data[from + word] as number;
  }
  return { width, data: picked };
}

function pickTexts({ starts, bytes }: Texts, index: Uint32Array): Texts {
  const pickedStarts = new Uint32Array(index.length + 1);
  let size = 0;
  for (let row = 0; row < index.length; row++) {
    const from = index[row] as number;
    pickedStarts[row] = size;
    size += (starts[from + 1] as number) - (starts[from] as number);
  }
  pickedStarts[index.length] = size;
  const picked = new Uint8Array(size + SLACK);
  const from = viewOf(bytes);
  const to = viewOf(picked);
  let at = 0;
  for (let row = 0; row < index.length; row++) {
    const text = index[row] as number;
    at = copyBytes(from, starts[text] as number, starts[text + 1] as number, to, at);
  }
  return { starts: pickedStarts, bytes: picked.subarray(0, size) };
}
