import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBlock, encodeBlock } from '../../src/columns/block.ts';
import { anyLayout, anyTable, columnsOf, rowsOf } from './random-columns.ts';

test('what was written is read, wherever in memory its bytes lie', () => {
  fc.assert(
    fc.property(anyTable, fc.nat(9), ([layout, rows], offset) => {
      const block = encodeBlock(layout, columnsOf(layout, rows));
      const memory = Buffer.concat([Buffer.alloc(offset, 0xff), block, Buffer.from([0xff])]);
      const read = decodeBlock(layout, memory.subarray(offset, offset + block.length));
      expect(rowsOf(read)).toEqual(rows);
    }),
  );
});

test('the same rows give the same bytes', () => {
  fc.assert(
    fc.property(anyTable, ([layout, rows]) => {
      const block = encodeBlock(layout, columnsOf(layout, rows));
      expect(encodeBlock(layout, decodeBlock(layout, block))).toEqual(block);
    }),
  );
});

test('a block that is cut off, or has more than its rows, is refused', () => {
  fc.assert(
    fc.property(anyTable, fc.nat(), fc.integer({ min: 1, max: 16 }), ([layout, rows], cut, more) => {
      const block = encodeBlock(layout, columnsOf(layout, rows));
      const short = block.subarray(0, cut % block.length);
      expect(() => decodeBlock(layout, short)).toThrow('cannot be read');
      expect(() => decodeBlock(layout, Buffer.concat([block, Buffer.alloc(more)]))).toThrow('cannot be read');
    }),
  );
});

test('a block of another layout is refused: other names, other kinds, another order', () => {
  fc.assert(
    fc.property(anyTable, anyLayout, ([layout, rows], other) => {
      fc.pre(JSON.stringify(Object.entries(layout)) !== JSON.stringify(Object.entries(other)));
      const block = encodeBlock(layout, columnsOf(layout, rows));
      expect(() => decodeBlock(other, block)).toThrow('another version of the program');
    }),
  );
  const block = encodeBlock({ a: 'u32', b: 'u32' }, columnsOf({ a: 'u32', b: 'u32' }, [{ a: 1, b: 2 }]));
  for (const other of [
    { b: 'u32', a: 'u32' },
    { a: 'u32', b: 'i32' },
    { a: 'u32', c: 'u32' },
  ] as const) {
    expect(() => decodeBlock(other, block)).toThrow('another version of the program');
  }
});
