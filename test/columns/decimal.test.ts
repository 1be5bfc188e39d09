import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeDecimal } from '../../src/columns/decimal.ts';

const ROOM = 12;

test('a number is written as its decimal digits, and nothing after them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 2 }), (number, at) => {
      const to = Buffer.alloc(at + ROOM, '.');
      const end = writeDecimal(number, to, at);
      expect(to.toString()).toBe(`${'.'.repeat(at)}${number}`.padEnd(at + ROOM, '.'));
      expect(end).toBe(at + String(number).length);
    }),
  );
});
