import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPoolLine, parsePoolLine } from '../../src/proof/pool-line.ts';

const line = fc.record({
  registration_no: fc.stringMatching(/^[A-Z0-9-]{1,32}$/),
  tier: fc.nat(100),
  tickets: fc.integer({ min: 1, max: 100 }),
  household: fc.stringMatching(/^[0-9a-f]{16}$/),
  slots: fc.nat(9),
  region: fc.stringMatching(/^[0-9]{2}$/),
});

test('a line that was written is read as it was', () => {
  fc.assert(
    fc.property(line, (values) => {
      expect(parsePoolLine(formatPoolLine(values))).toEqual(values);
    }),
  );
});

test.each([
  'PRJ-1,0,1,0123456789abcdef,2',
  'PRJ-1,0,1,0123456789abcdef,2,31\r',
  'PRJ-1,00,1,0123456789abcdef,2,31',
  'PRJ-1,0,0,0123456789abcdef,2,31',
  'PRJ-1,0,1,0123456789ABCDEF,2,31',
  'PRJ-1,0,1,0123456789abcdef,-1,31',
  'prj-1,0,1,0123456789abcdef,2,31',
  '"PRJ-1",0,1,0123456789abcdef,2,31',
  '',
])('anything else is no line: %j', (text) => {
  expect(parsePoolLine(text)).toBeUndefined();
});
