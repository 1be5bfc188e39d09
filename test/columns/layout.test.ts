import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatColumns, noRows, pickRows } from '../../src/columns/layout.ts';
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

test('columns without a row are of every kind', () => {
  fc.assert(
    fc.property(anyLayout, (layout) => {
      expect(rowsOf(noRows(layout))).toEqual([]);
    }),
  );
});
