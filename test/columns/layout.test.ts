import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatColumns, noRows, pickRows, rowsBetween } from '../../src/columns/layout.ts';
import { anyLayout, anyRows, anyTable, columnsOf, rowsOf } from './random-columns.ts';

test('blocks one after the other are their rows one after the other', () => {
  const tables = anyLayout.chain((layout) =>
    fc.tuple(fc.constant(layout), fc.array(anyRows(layout), { maxLength: 4 })),
  );
  fc.assert(
    fc.property(tables, ([layout, blocks]) => {
      const all = concatColumns(
        layout,
        blocks.map((rows) => columnsOf(layout, rows)),
      );
      expect(rowsOf(all)).toEqual(blocks.flat());
    }),
  );
});

test('rows are picked in any order and any number of times', () => {
  fc.assert(
    fc.property(anyTable, fc.array(fc.nat()), ([layout, rows], places) => {
      const index = Uint32Array.from(rows.length === 0 ? [] : places.map((place) => place % rows.length));
      const picked = pickRows(layout, columnsOf(layout, rows), index);
      expect(rowsOf(picked)).toEqual([...index].map((row) => rows[row]));
    }),
  );
});

test('a stretch of the rows is these rows', () => {
  fc.assert(
    fc.property(anyTable, fc.nat(), fc.nat(), ([layout, rows], one, other) => {
      const [from = 0, to = 0] = [one, other].map((place) => place % (rows.length + 1)).sort((a, b) => a - b);
      expect(rowsOf(rowsBetween(layout, columnsOf(layout, rows), from, to))).toEqual(rows.slice(from, to));
    }),
  );
});

test('columns without a row are of every kind', () => {
  fc.assert(
    fc.property(anyLayout, (layout) => {
      expect(rowsOf(noRows(layout))).toEqual([]);
    }),
  );
});
