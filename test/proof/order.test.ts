import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DRAW_BYTES, drawOrder } from '../../src/proof/order.ts';

/** Draws that agree in their first bytes, as those of millions do, and in all of them. */
const rows = fc.array(
  fc.record({ tier: fc.oneof(fc.nat(2), fc.nat(999_999_999)), first: fc.nat(3), last: fc.nat(3) }),
  { maxLength: 60 },
);

test('rows are in draw order: by tier, by draw, as they stand', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const draw = Buffer.alloc(given.length * DRAW_BYTES);
      for (const [row, { first, last }] of given.entries()) {
        draw[row * DRAW_BYTES] = first * 85;
        draw[(row + 1) * DRAW_BYTES - 1] = last;
      }
      const tier = Uint32Array.from(given, (row) => row.tier);
      const expected = given
        .map((row, place) => ({ ...row, place }))
        .sort(
          (one, other) =>
            one.tier - other.tier ||
            one.first - other.first ||
            one.last - other.last ||
            one.place - other.place,
        );
      expect([...drawOrder({ size: given.length, tier, draw })]).toEqual(expected.map(({ place }) => place));
    }),
  );
});
