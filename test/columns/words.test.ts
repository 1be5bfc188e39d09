import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareWords, textOfWords, wordsFor, wordsOf, writeWords } from '../../src/columns/words.ts';

const text = fc.stringMatching(/^[A-Z0-9-]{0,32}$/);

test('texts are read as they were', () => {
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const words = wordsOf(texts);
      expect(texts.map((_, row) => textOfWords(words, row))).toEqual(texts);
      expect(words.width).toBe(wordsFor(Math.max(0, ...texts.map(({ length }) => length))));
    }),
  );
});

test('texts are written one after the other', () => {
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const words = wordsOf(texts);
      const bytes = Buffer.alloc(texts.join('').length + 4 * words.width);
      let at = 0;
      for (const row of texts.keys()) at = writeWords(words, row, bytes, at);
      expect(bytes.toString('latin1', 0, at)).toBe(texts.join(''));
    }),
  );
});

test('texts compare as their bytes do, also where one column is wider than the other', () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      const compared = compareWords(wordsOf([left]), 0, wordsOf([right]), 0);
      expect(Math.sign(compared)).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
    }),
  );
});
