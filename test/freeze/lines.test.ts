import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordsOf } from '../../src/columns/words.ts';
import { poolLines } from '../../src/freeze/lines.ts';
import { MerkleTree } from '../../src/proof/merkle.ts';
import { formatPoolLine, type PoolLine } from '../../src/proof/pool-line.ts';

const line: fc.Arbitrary<PoolLine> = fc.record({
  registration_no: fc.stringMatching(/^[A-Z0-9-]{1,32}$/),
  tier: fc.nat(65_534),
  tickets: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  household: fc.stringMatching(/^[0-9a-f]{16}$/),
  slots: fc.nat(2 ** 31 - 1),
  region: fc.stringMatching(/^[0-9]{2}$/),
});

test('lines and subtrees are those that who checks them has', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), fc.nat(1000), (given, before) => {
      const { lines, subtrees } = poolLines(poolOf(given), pseudonymsOf(given), before);
      const texts = given.map(formatPoolLine);
      const tree = new MerkleTree(before);
      for (const text of texts) tree.add(text);
      expect(lines.toString()).toBe(texts.map((text) => `${text}\n`).join(''));
      expect(subtrees).toEqual(tree.subtrees());
    }),
  );
});

function poolOf(lines: readonly PoolLine[]) {
  return {
    rows: lines.length,
    of: {
      registrationNo: wordsOf(lines.map(({ registration_no }) => registration_no)),
      tier: Uint16Array.from(lines, ({ tier }) => tier),
      tickets: Uint32Array.from(lines, ({ tickets }) => tickets),
      slots: Uint32Array.from(lines, ({ slots }) => slots),
      contest: new Uint32Array(lines.length),
      region: Uint8Array.from(lines, ({ region }) => Number(region)),
    },
  };
}

function pseudonymsOf(lines: readonly PoolLine[]) {
  const half = (from: number) =>
    Uint32Array.from(lines, ({ household }) => Number.parseInt(household.slice(from, from + 8), 16));
  return { high: half(0), low: half(8) };
}
