/** Random layouts with rows of plain values, and columns made of them and read back. */
import fc from 'fast-check';
import {
  type Column,
  type Columns,
  columnsFrom,
  isTexts,
  isWords,
  type Layout,
  numbers,
} from '../../src/columns/layout.ts';
import { textOfWords, wordsOf } from '../../src/columns/words.ts';

export type PlainRow = Readonly<Record<string, number | string>>;

const VALUES = {
  u8: fc.nat(255),
  u16: fc.nat(65_535),
  u32: fc.nat(2 ** 32 - 1),
  i32: fc.integer(),
  f64: fc.double({ noNaN: true }),
  words: fc.stringMatching(/^[A-Z0-9-]{0,32}$/),
  text: fc.string({ unit: 'binary', maxLength: 12 }),
} as const;

export const anyLayout: fc.Arbitrary<Layout> = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,6}$/),
  fc.constantFrom(...(Object.keys(VALUES) as (keyof typeof VALUES)[])),
  { minKeys: 1, maxKeys: 7, noNullPrototype: true },
);

export function anyRows(layout: Layout): fc.Arbitrary<PlainRow[]> {
  const values = Object.entries(layout).map(([name, kind]) => [name, VALUES[kind]]);
  return fc.array(fc.record(Object.fromEntries(values)), { maxLength: 20 });
}

/** A layout and some rows of it. */
export const anyTable = anyLayout.chain((layout) => fc.tuple(fc.constant(layout), anyRows(layout)));

export function columnsOf(layout: Layout, rows: readonly PlainRow[]): Columns<Layout> {
  return columnsFrom(layout, rows.length, (name, kind): Column => {
    if (kind === 'words') return wordsOf(rows.map((row) => String(row[name])));
    if (kind === 'text') return textsOf(rows.map((row) => Buffer.from(String(row[name]))));
    const column = numbers(kind, rows.length);
    rows.forEach((row, place) => {
      column[place] = Number(row[name]);
    });
    return column;
  });
}

function textsOf(texts: readonly Buffer[]): Column {
  const starts = new Uint32Array(texts.length + 1);
  texts.forEach((text, row) => {
    starts[row + 1] = (starts[row] ?? 0) + text.length;
  });
  return { starts, bytes: Buffer.concat(texts) };
}

export function rowsOf({ rows, of }: Columns<Layout>): PlainRow[] {
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(Object.entries(of).map(([name, column]) => [name, valueIn(column, row)])),
  );
}

function valueIn(column: Column, row: number): number | string {
  if (isWords(column)) return textOfWords(column, row);
  if (!isTexts(column)) return column[row] ?? Number.NaN;
  return Buffer.from(column.bytes.subarray(column.starts[row], column.starts[row + 1])).toString();
}
