import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Choices, dateValue, Moment, NO_DAY, placeAmong } from '../../src/ingest/byte-values.ts';
import { isCalendarDate, isTimeWithOffset } from '../../src/ingest/time.ts';
import { times } from './applicant-files.ts';

/** A text in which a few characters are others, or more, or fewer. */
function nearly(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.tuple(
    fc.nat({ max: 32 }),
    fc.nat({ max: 1 }),
    fc.constantFrom(...'0123456789:.+-TZ ', ''),
  );
  return fc
    .tuple(texts, fc.array(change, { maxLength: 2 }))
    .map(([text, changes]) =>
      changes.reduce((now, [at, taken, put]) => now.slice(0, at) + put + now.slice(at + taken), text),
    );
}

test('bytes are a time where the text is one', () => {
  const moment = new Moment();
  fc.assert(
    fc.property(nearly(times), (text) => {
      const bytes = Buffer.from(`,${text},+07:00`);
      expect(moment.read(bytes, 1, 1 + text.length)).toBe(isTimeWithOffset(text));
    }),
    { numRuns: 5000 },
  );
});

test('bytes are a date where the text is one, and the day that it is', () => {
  const dates = fc
    .tuple(
      fc.integer({ min: 0, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    )
    .map(([year, month, day]) =>
      [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-'),
    );
  fc.assert(
    fc.property(fc.oneof(dates, nearly(dates)), (text) => {
      const day = dateValue(Buffer.from(`,${text},`), 1, 1 + text.length);
      const days = (Date.parse(`${text}T00:00:00Z`) - Date.UTC(2000, 0, 1)) / 86_400_000;
      expect(day).toBe(isCalendarDate(text) ? days : NO_DAY);
    }),
    { numRuns: 5000 },
  );
});

test('a text is found among others where it is looked for in all of them, and nowhere else', () => {
  // Some share their length and their first byte, or what is kept of them.
  const texts = ['PRIVATE', 'PUPIL', 'POLRI', 'PO', 'pO', 'A', 'a', 'A'.repeat(33)];
  const choices = new Choices(texts);
  const all = texts.map((text) => Buffer.from(text));
  fc.assert(
    fc.property(nearly(fc.constantFrom(...texts)), (text) => {
      const bytes = Buffer.from(`,${text},PO`);
      expect(choices.placeOf(bytes, 1, 1 + text.length)).toBe(placeAmong(all, bytes, 1, 1 + text.length));
    }),
    { numRuns: 2000 },
  );
});
