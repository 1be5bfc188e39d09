/** What a field for a NIK or a KK may hold: sixteen digits and what people put between them, and no digit is ever guessed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readIdentityNumber } from '../../src/ingest/identity-number.ts';
import { readPlainNik } from '../../src/ingest/plain-nik.ts';
import { formOf, registrationNoShown } from '../../src/ingest/shown.ts';

const WHOLE = /\p{Nd}{16}/u;
const digits = fc.stringMatching(/^[0-9]{15,17}$/);
const pieces = fc.constantFrom(
  ...[
    '0',
    '1',
    '9',
    '3171',
    '01170845',
    '0001',
    ' ',
    '\u00a0',
    '.',
    '-',
    '\u2011',
    "'",
    '\u2019',
    'E+15',
    ',',
    'O',
  ],
  ...['l', '٣', '３', '\0', '\n', '\u200b', '😀'],
);
const fields = fc.oneof(
  fc.array(pieces, { maxLength: 24 }).map((some) => some.join('')),
  fc
    .tuple(digits, fc.nat({ max: 16 }), pieces)
    .map(([all, at, one]) => all.slice(0, at) + one + all.slice(at)),
);

test('a field is the digits that are in it, sixteen of them, or a fault', () => {
  fc.assert(
    fc.property(fields, (field) => {
      const read = readIdentityNumber(field);
      if (read.kind !== 'digits') return;
      expect(read.digits).toMatch(/^[0-9]{16}$/);
      expect(read.digits).toBe(field.replace(/[^0-9]/g, ''));
      expect(field).not.toMatch(/[^0-9 \u00a0\u2007\u202f.\-\u2010-\u2015'\u2019\s]/);
    }),
    { numRuns: 1_000 },
  );
});

test('a field is read alike from bytes, where it is nothing but digits', () => {
  fc.assert(
    fc.property(fields, (field) => {
      const bytes = Buffer.from(field);
      const read = readIdentityNumber(field);
      const isPlain = readPlainNik(bytes, 0, bytes.length, { nikHigh: 0, nikLow: 0 });
      expect(isPlain).toBe(read.kind === 'digits' && !read.normalised);
    }),
    { numRuns: 1_000 },
  );
});

test('no fault and no value that is shown holds a whole number', () => {
  fc.assert(
    fc.property(fields, (field) => {
      const read = readIdentityNumber(field);
      expect(formOf(field)).not.toMatch(/\p{Nd}/u);
      expect(registrationNoShown(field)).not.toMatch(WHOLE);
      expect(read.kind === 'faulty' ? read.found : '').not.toMatch(WHOLE);
    }),
    { numRuns: 1_000 },
  );
});
