/** Marks are found sixteen bytes at a time, where looking at one after the other finds them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MarkFinder } from '../../src/csv/marks.ts';

const SEMICOLON = ';'.charCodeAt(0);

function marksOf(bytes: Uint8Array): number[] {
  return [...bytes.keys()].filter((place) => {
    const byte = bytes[place] as number;
    return byte < 0x20 || byte === 0x22 || byte === 0x7f || byte === SEMICOLON;
  });
}

describe('marks', () => {
  test('are delimiters, quotes and control characters, wherever they are and in whatever order files come', () => {
    const finder = new MarkFinder(SEMICOLON);
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(SEMICOLON, 0x22, 0x0a, 0x0d, 0x1f, 0x20, 0x7f, 0x80));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.array(byte, { maxLength: 100 }), (any, likely) => {
        for (const bytes of [any, Uint8Array.from(likely)]) {
          expect([...finder.find(bytes)]).toEqual(marksOf(bytes));
        }
      }),
    );
  });

  test('of more bytes than a page are found, all of them where every byte is one', () => {
    const finder = new MarkFinder(SEMICOLON);
    const bytes = new Uint8Array(200_001).fill(SEMICOLON);
    const found = finder.find(bytes);
    expect([found.length, found.at(-1)]).toEqual([bytes.length, bytes.length - 1]);
    expect([...finder.find(Buffer.from('no mark;'))]).toEqual([7]);
  });
});
