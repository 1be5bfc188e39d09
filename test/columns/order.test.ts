import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderBy, wordKeys } from '../../src/columns/order.ts';
import { wordsOf } from '../../src/columns/words.ts';

/** Few different ones, so that many are equal, or any at all. */
const number = fc.oneof(fc.nat(3), fc.nat(2 ** 32 - 1), fc.constant(2 ** 32 - 1));

test('rows are ordered as a stable sort by comparison orders them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { maxLength: 300 }), (rows) => {
      const keys = [0, 1].map((place) => Uint32Array.from(rows, (row) => row[place as 0 | 1]));
      const expected = rows
        .map((row, place) => ({ row, place }))
        .sort((a, b) => a.row[0] - b.row[0] || a.row[1] - b.row[1])
        .map(({ place }) => place);
      expect([...orderBy(rows.length, keys)]).toEqual(expected);
    }),
  );
});

test('rows without a key keep their order', () => {
  expect([...orderBy(4, [])]).toEqual([0, 1, 2, 3]);
});

test('by the words of a column rows are in the order of the bytes of its texts', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[A-Z0-9-]{0,12}$/)), (texts) => {
      const words = wordsOf(texts);
      const ordered = [...orderBy(texts.length, wordKeys(words, texts.length))].map((row) => texts[row]);
      expect(ordered).toEqual(texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});
