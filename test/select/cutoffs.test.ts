/** What one ticket was worth: held against trying other draws in the place of a candidate's own. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allotSeats, OUTCOME } from '../../src/proof/seats.ts';
import { cutoffsOf } from '../../src/select/cutoffs.ts';
import type { Cutoff } from '../../src/wave/cutoff.ts';

interface Candidate {
  readonly tier: number;
  readonly draw: number;
  readonly region: number;
}

const REGIONS = [11, 32, 94];
const STEPS = 64;

const candidates = fc
  .uniqueArray(fc.record({ tier: fc.nat(1), draw: fc.nat(STEPS - 1), region: fc.constantFrom(...REGIONS) }), {
    selector: ({ tier, draw }) => `${tier} ${draw}`,
    maxLength: 30,
  })
  .map((all) => all.sort((one, other) => one.tier - other.tier || one.draw - other.draw));
const waves = fc
  .record({ all: candidates, quota: fc.nat(20), cuts: fc.array(fc.nat(5), { maxLength: 2 }) })
  .map(({ all, quota, cuts }) => {
    let left = quota;
    const regions = new Map(
      cuts.map((cut, at): [string, number] => {
        const seats = Math.min(cut, left);
        left -= seats;
        return [String(REGIONS[at]), seats];
      }),
    );
    return { all, seats: { quota, reserve: 0, regions } };
  });

function cutoffs(all: readonly Candidate[], seats: Parameters<typeof allotSeats>[1]): readonly Cutoff[] {
  const regions = Uint8Array.from(all, ({ region }) => region);
  // As the first 32 bits of a draw.
  const draws = Uint32Array.from(all, ({ draw }) => draw * (2 ** 32 / STEPS));
  const tiers = all.flatMap(({ tier }, rank) =>
    tier === all[rank - 1]?.tier ? [] : [[tier, rank] as const],
  );
  return cutoffsOf({ tiers, draws, regions, outcomes: allotSeats(regions, seats), own: seats.regions });
}

test('whoever is accepted has a draw within the chance, and whoever is not has one beyond it', () => {
  fc.assert(
    fc.property(waves, ({ all, seats }) => {
      const outcomes = allotSeats(
        Uint8Array.from(all, ({ region }) => region),
        seats,
      );
      const found = cutoffs(all, seats);
      all.forEach(({ tier, region, draw }, rank) => {
        const { chance } = found.find((one) => one.tier === tier && one.region === region) ?? { chance: -1 };
        const share = draw / STEPS;
        if (outcomes[rank] === OUTCOME.ACCEPTED) expect(share).toBeLessThan(chance);
        else expect(share).toBeGreaterThanOrEqual(chance);
      });
    }),
  );
});

test('counts are those of the candidates and the accepted, province by province', () => {
  fc.assert(
    fc.property(waves, ({ all, seats }) => {
      const found = cutoffs(all, seats);
      const sum = (count: (one: Cutoff) => number) => found.reduce((total, one) => total + count(one), 0);
      expect(sum((one) => one.candidates)).toBe(all.length);
      expect(sum((one) => one.accepted)).toBe(Math.min(all.length, seats.quota));
    }),
  );
});

test('a province whose candidates were all lucky has no better chance than the others with which it shares seats', () => {
  const all = [
    { tier: 0, draw: 1, region: 94 },
    { tier: 0, draw: 8, region: 32 },
    { tier: 0, draw: 40, region: 32 },
  ];
  const found = cutoffs(all, { quota: 2, reserve: 0, regions: new Map() });
  expect(found.map(({ region, chance }) => [region, Math.round(chance * STEPS)])).toEqual([
    [32, 8],
    [94, 8],
  ]);
});
