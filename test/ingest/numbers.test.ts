/** Registration numbers are told apart exactly, whatever their length and however their blocks keep them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordsOf } from '../../src/columns/words.ts';
import { NOT_THERE, NumberTable } from '../../src/ingest/numbers.ts';

const number = fc.string({ unit: fc.constantFrom('A', 'B', '0', '-'), minLength: 1, maxLength: 32 });

test('each number has one entry, and one that was not added has none', () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 200 }), fc.array(number), (added, others) => {
      const table = new NumberTable(added.length);
      const words = wordsOf(added);
      const entries = added.map((_, row) => table.add(words, row));
      const distinct = [...new Set(added)];
      expect(table.entries).toBe(distinct.length);
      expect(entries).toEqual(added.map((text) => distinct.indexOf(text)));
      // In words of another width: beside each stands one of the longest.
      const asked = [...added, ...others, 'Z'.repeat(32)];
      const found = asked.map((_, row) => table.find(wordsOf(asked), row));
      expect(found).toEqual(
        asked.map((text) => (distinct.includes(text) ? distinct.indexOf(text) : NOT_THERE)),
      );
    }),
    { numRuns: 100 },
  );
});
