import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPoolLine, parsePoolLine } from '../../src/proof/pool-line.ts';
import { PoolBytes } from '../../src/verify/pool-bytes.ts';

const line = fc
  .record({
    registration_no: fc.stringMatching(/^[A-Z0-9-]{1,33}$/),
    tier: fc.nat(1_100_000_000),
    tickets: fc.nat(12),
    household: fc.stringMatching(/^[0-9a-f]{16}$/),
    slots: fc.nat(3),
    region: fc.stringMatching(/^\d\d$/),
  })
  .map(formatPoolLine);
/** The same with a character put in, taken out or changed. */
const spoilt = fc
  .tuple(line, fc.nat(), fc.nat(1), fc.constantFrom('', '0', '7', 'a', 'F', 'é', ',', ' ', '-', '\r', '"'))
  .map(
    ([text, at, out, by]) => `${text.slice(0, at % text.length)}${by}${text.slice((at % text.length) + out)}`,
  );

test('a line read where it stands is what its text is: the same values, or none', () => {
  fc.assert(
    fc.property(fc.oneof(line, spoilt), (text) => {
      const around = Buffer.from(`before\n${text}\nbehind`);
      const [start, end] = [7, around.length - 7];
      const read = new PoolBytes();
      const parsed = parsePoolLine(text);
      expect(read.read(around, start, end)).toBe(parsed !== undefined);
      if (parsed === undefined) return;
      const { registration_no, household, region, ...numbers } = parsed;
      expect(around.toString('utf8', start, read.numberEnd)).toBe(registration_no);
      expect(read).toMatchObject({ ...numbers, region: Number(region) });
      const digits = [read.high, read.low].map((word) => word.toString(16).padStart(8, '0'));
      expect(digits.join('')).toBe(household);
    }),
    { numRuns: 1000 },
  );
});
