import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pseudonymsOf } from '../../src/proof/pseudonym.ts';
import { householdOf } from '../../src/proof/seed.ts';

test('pseudonyms made together are those of the definition, whatever the length of the key', () => {
  const kk = fc.stringMatching(/^[0-9]{16}$/);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.array(kk, { maxLength: 20 }), (key, kks) => {
      const { high, low } = pseudonymsOf(key, 16, kks.length, (place, to, at) => {
        to.set(Buffer.from(kks[place] ?? ''), at);
        return at + 16;
      });
      const texts = kks.map((_, place) => hex(high[place]) + hex(low[place]));
      expect(texts).toEqual(kks.map((each) => householdOf(key, each)));
    }),
  );
});

function hex(half = 0): string {
  return half.toString(16).padStart(8, '0');
}
