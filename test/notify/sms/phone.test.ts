/** Telephone numbers, however they are written. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { e164 } from '../../../src/notify/sms/phone.ts';

test.each([
  '081200000001',
  '+6281200000001',
  '6281200000001',
  '+62 812-0000-0001',
  '0812 0000 0001',
  '(0812) 0000.0001',
  '+62 0812 0000 0001',
  ' 0812\u00a00000\u20130001 ',
])('%j is a mobile number', (written) => {
  expect(e164(written)).toBe('+6281200000001');
});

test.each([
  '',
  '-',
  '0812',
  '8120000001',
  '0215550100',
  '+60123456789',
  '08120000000111',
  '0812000000o1',
  '+62+81200000001',
])('%j is none', (written) => {
  expect(e164(written)).toBeUndefined();
});

test('whatever is written is a number of E.164, or none', () => {
  fc.assert(
    fc.property(fc.string(), (written) => {
      expect(e164(written) ?? '+62812345678').toMatch(/^\+62\d{9,12}$/);
    }),
  );
});
