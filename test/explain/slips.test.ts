import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slipsOf } from '../../src/explain/slips.ts';

const niks = fc.stringMatching(/^[0-9]{16}$/);

test('there are 144 numbers with another digit, and one for each pair of neighbours that differ', () => {
  fc.assert(
    fc.property(niks, (nik) => {
      const slips = slipsOf(nik);
      const pairs = [...nik].filter((digit, at) => at < 15 && digit !== nik[at + 1]).length;
      expect(slips.filter(({ slip }) => slip === 'one_digit')).toHaveLength(144);
      expect(slips.filter(({ slip }) => slip === 'neighbours_swapped')).toHaveLength(pairs);
      expect(new Set(slips.map((slipped) => slipped.nik)).size).toBe(slips.length);
    }),
  );
});

test('each is sixteen digits, and one slip away from the number', () => {
  fc.assert(
    fc.property(niks, (nik) => {
      for (const { nik: other, slip } of slipsOf(nik)) {
        const places = [...nik].flatMap((digit, at) => (digit === other[at] ? [] : [at]));
        expect(other).toMatch(/^[0-9]{16}$/);
        if (slip === 'one_digit') {
          expect(places).toHaveLength(1);
          continue;
        }
        const [first = -1, second = -1] = places;
        expect(second).toBe(first + 1);
        expect([other[first], other[second]]).toEqual([nik[second], nik[first]]);
      }
    }),
  );
});
