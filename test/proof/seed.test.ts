import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GelombangError } from '../../src/errors.ts';
import { commitmentOf, drawOf, householdOf, seedOf, ticket } from '../../src/proof/seed.ts';

const ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const ENTROPY = '11'.repeat(32);

describe('seed', () => {
  test('is SHA-256 of root:entropy as ASCII', () => {
    expect(seedOf(ROOT, ENTROPY)).toBe(plain(`${ROOT}:${ENTROPY}`));
  });

  test.each([ROOT.toUpperCase(), ROOT.slice(1), `${ROOT}0`, '', 'g'.repeat(64), `${ROOT}\n`])(
    'takes nothing but 64 hex digits in lower case: %j',
    (wrong) => {
      expect(() => seedOf(wrong, ENTROPY)).toThrow(GelombangError);
      expect(() => seedOf(ROOT, wrong)).toThrow('the entropy is not 64 hex digits');
      expect(() => commitmentOf(wrong)).toThrow(GelombangError);
    },
  );

  test('the commitment is of the text of the entropy, not of its bytes', () => {
    expect(commitmentOf(ENTROPY)).toBe(plain(ENTROPY));
    expect(commitmentOf(ENTROPY)).not.toBe(
      createHash('sha256').update(Buffer.from(ENTROPY, 'hex')).digest('hex'),
    );
  });
});

describe('tickets', () => {
  test('are SHA-256 of seed:registration_no:j, and the draw is the smallest as 32 bytes', () => {
    const registration = fc.stringMatching(/^[A-Z0-9-]{1,32}$/);
    fc.assert(
      fc.property(registration, fc.integer({ min: 1, max: 12 }), (no, tickets) => {
        const hashes = Array.from({ length: tickets }, (_, j) => plain(`${ROOT}:${no}:${j + 1}`));
        const bytes = hashes.map((hash) => Buffer.from(hash, 'hex')).sort(Buffer.compare);
        expect(hashes.map((_, j) => ticket(ROOT, no, j + 1))).toEqual(hashes);
        expect(drawOf(ROOT, no, tickets)).toBe(bytes[0]?.toString('hex'));
      }),
    );
  });

  test('one more never makes a draw worse', () => {
    for (let tickets = 1; tickets < 30; tickets++) {
      expect(drawOf(ROOT, 'PRJ-1', tickets + 1) <= drawOf(ROOT, 'PRJ-1', tickets)).toBe(true);
    }
  });
});

test('a household is the first 16 hex digits of HMAC-SHA-256 over the KK', () => {
  const key = Buffer.alloc(32, 7);
  const whole = createHmac('sha256', key).update('9171010101010001').digest('hex');
  expect(householdOf(key, '9171010101010001')).toBe(whole.slice(0, 16));
});

function plain(text: string): string {
  return createHash('sha256').update(text, 'ascii').digest('hex');
}
