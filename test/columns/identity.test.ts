import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUCKETS, bucketOf, digitsOf, halvesOf } from '../../src/columns/identity.ts';

const sixteenDigits = fc.oneof(
  fc.stringMatching(/^[0-9]{16}$/),
  fc.constantFrom('0000000000000000', '9999999999999999', '9171011708880001'),
);

test('sixteen digits are two halves, and the halves are the digits', () => {
  fc.assert(
    fc.property(sixteenDigits, (digits) => {
      const [high, low] = halvesOf(digits);
      expect(digitsOf(high, low)).toBe(digits);
      expect(BigInt(high) * 100_000_000n + BigInt(low)).toBe(BigInt(digits));
    }),
  );
});

test('the bucket is the rest of the whole number', () => {
  fc.assert(
    fc.property(sixteenDigits, (digits) => {
      expect(bucketOf(...halvesOf(digits))).toBe(Number(BigInt(digits) % BigInt(BUCKETS)));
    }),
  );
});

test('there are as many buckets as the data that is kept was dealt into', () => {
  expect(BUCKETS).toBe(251);
});
