import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Households } from '../../src/proof/households.ts';
import { candidateRanks, DRAW_BYTES, drawOrder } from '../../src/proof/order.ts';
import { allotSeats, OUTCOMES, seatsByRegion } from '../../src/proof/seats.ts';

type PoolOutcome = 'ACCEPTED' | 'RESERVE' | 'NOT_DRAWN' | 'HOUSEHOLD_CAP';

interface Member {
  readonly registration_no: string;
  readonly tier: number;
  /** Two hex digits, so that equal draws happen; repeated to 64. */
  readonly draw: string;
  readonly household: string;
  readonly slots: number;
  readonly region: string;
}

interface Places {
  readonly quota: number;
  readonly reserve: number;
  readonly regions: ReadonlyMap<string, number>;
}

const REGIONS = ['11', '32', '94'];

const households = fc.array(fc.nat(3), { minLength: 1, maxLength: 8 });
const pools: fc.Arbitrary<Member[]> = households.chain((slots) =>
  fc
    .uniqueArray(
      fc.record({
        registration_no: fc.stringMatching(/^[A-Z0-9-]{1,3}$/),
        tier: fc.nat(2),
        draw: fc.stringMatching(/^0[0-9a-f]$/),
        household: fc.nat(slots.length - 1),
        region: fc.constantFrom(...REGIONS),
      }),
      { selector: (member) => member.registration_no, maxLength: 40 },
    )
    .map((members) =>
      members.map((member) => ({
        ...member,
        draw: member.draw.repeat(DRAW_BYTES),
        household: member.household.toString(16).padStart(16, '0'),
        slots: slots[member.household] ?? 0,
      })),
    ),
);
/** Of the quota, some seats are for single provinces. */
const seats: fc.Arbitrary<Places> = fc
  .record({ quota: fc.nat(12), reserve: fc.nat(5), cuts: fc.array(fc.nat(6), { maxLength: REGIONS.length }) })
  .map(({ quota, reserve, cuts }) => {
    let left = quota;
    const own = cuts.map((cut, place): [string, number] => {
      const count = Math.min(cut, left);
      left -= count;
      return [REGIONS[place] as string, count];
    });
    return { quota, reserve, regions: new Map(own) };
  });

describe('seats', () => {
  test('are given as by the definition, member by member', () => {
    fc.assert(
      fc.property(pools, seats, (pool, places) => {
        expect(select(pool, places)).toEqual(selectPlainly(pool, places));
      }),
    );
  });

  test('do not depend on the order in which the pool was gathered', () => {
    const shuffled = pools.chain((pool) =>
      fc.tuple(fc.constant(pool), fc.shuffledSubarray(pool, { minLength: pool.length })),
    );
    fc.assert(
      fc.property(shuffled, seats, ([pool, other], places) => {
        expect(select(other, places)).toEqual(select(pool, places));
      }),
    );
  });

  test('one more never harms anyone', () => {
    const worth: Record<PoolOutcome, number> = { ACCEPTED: 3, RESERVE: 2, NOT_DRAWN: 1, HOUSEHOLD_CAP: 0 };
    fc.assert(
      fc.property(pools, seats, (pool, places) => {
        const more = select(pool, { ...places, quota: places.quota + 1 });
        for (const [no, outcome] of select(pool, places)) {
          expect(worth[more.get(no) ?? 'HOUSEHOLD_CAP']).toBeGreaterThanOrEqual(worth[outcome]);
        }
      }),
    );
  });

  test('no household has more candidates than places, and none fewer than it could', () => {
    fc.assert(
      fc.property(pools, seats, (pool, places) => {
        const outcomes = select(pool, places);
        for (const { household, slots } of pool) {
          const members = pool.filter((member) => member.household === household);
          const candidates = members.filter(
            (member) => outcomes.get(member.registration_no) !== 'HOUSEHOLD_CAP',
          );
          expect(candidates.length).toBe(Math.min(slots, members.length));
        }
      }),
    );
  });

  test('each province fills its own seats where it has the candidates', () => {
    fc.assert(
      fc.property(pools, seats, (pool, places) => {
        const outcomes = select(pool, places);
        for (const [region, own] of places.regions) {
          const theirs = pool.filter((member) => member.region === region);
          const outcomesOf = theirs.map((member) => outcomes.get(member.registration_no));
          const candidates = outcomesOf.filter((outcome) => outcome !== 'HOUSEHOLD_CAP').length;
          const accepted = outcomesOf.filter((outcome) => outcome === 'ACCEPTED').length;
          expect(accepted).toBeGreaterThanOrEqual(Math.min(own, candidates));
        }
      }),
    );
  });

  test('as many are accepted as there are seats and candidates', () => {
    fc.assert(
      fc.property(pools, seats, (pool, places) => {
        const outcomes = [...select(pool, places).values()];
        const candidates = outcomes.filter((outcome) => outcome !== 'HOUSEHOLD_CAP').length;
        const accepted = outcomes.filter((outcome) => outcome === 'ACCEPTED').length;
        expect(accepted).toBe(Math.min(places.quota, candidates));
      }),
    );
  });
});

describe('seats of provinces', () => {
  test('by weights are shared out by the largest remainder, ties by province code', () => {
    const shared = (weights: Record<string, number>, quota: number) =>
      Object.fromEntries(seatsByRegion({ weights }, quota));
    expect(shared({ 11: 1, 32: 1, 94: 1 }, 4)).toEqual({ 11: 2, 32: 1, 94: 1 });
    expect(shared({ 94: 1, 32: 1, 11: 1 }, 5)).toEqual({ 11: 2, 32: 2, 94: 1 });
    // 41.4, 30.3 and 28.3 hundredths of 10: the remainders are 0.14, 0.03 and 0.83.
    expect(shared({ 11: 414, 32: 303, 94: 283 }, 10)).toEqual({ 11: 4, 32: 3, 94: 3 });
    expect(shared({ 11: 1, 32: 1_000_000_000 }, 3)).toEqual({ 32: 3 });
  });

  test('by weights are the whole quota, each within one of its share', () => {
    const weights = fc.dictionary(fc.constantFrom(...REGIONS, '31'), fc.integer({ min: 1, max: 1e9 }), {
      minKeys: 1,
    });
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 2_147_483_647 }), (given, quota) => {
        const seats = seatsByRegion({ weights: given }, quota);
        const total = Object.values(given).reduce((sum, weight) => sum + weight, 0);
        expect([...seats.values()].reduce((sum, count) => sum + count, 0)).toBe(quota);
        for (const [code, weight] of Object.entries(given)) {
          const exact = (BigInt(quota) * BigInt(weight)) / BigInt(total);
          const more = (seats.get(code) ?? 0) - Number(exact);
          expect(more === 0 || more === 1).toBe(true);
        }
      }),
    );
  });

  test('as numbers stay as they are, in the order of their codes', () => {
    expect([...seatsByRegion({ 94: 2, 11: 0, 32: 5 }, 10)]).toEqual([
      ['32', 5],
      ['94', 2],
    ]);
  });
});

test('households keep their numbers however many are met', () => {
  const known = new Households();
  const digits = Array.from({ length: 5000 }, (_, n) => (n * 0x1_0000_0001).toString(16).padStart(16, '0'));
  expect(digits.map((household) => known.numberOf(household))).toEqual(digits.map((_, number) => number));
  expect(digits.map((household) => known.numberOf(household))).toEqual(digits.map((_, number) => number));
});

/** registration_no → outcome, in its order, by what is under test. */
function select(pool: readonly Member[], places: Places): Map<string, PoolOutcome> {
  const rows = pool.toSorted(byRegistration);
  const known = new Households();
  const columns = {
    size: rows.length,
    tier: Uint32Array.from(rows, ({ tier }) => tier),
    draw: Buffer.from(rows.map(({ draw }) => draw).join(''), 'hex'),
    household: Uint32Array.from(rows, ({ household }) => known.numberOf(household)),
    slots: Uint32Array.from(rows, ({ slots }) => slots),
  };
  const ranks = candidateRanks(columns, drawOrder(columns));
  const regions = new Uint8Array(Math.max(0, ...ranks));
  ranks.forEach((rank, row) => {
    if (rank > 0) regions[rank - 1] = Number(rows[row]?.region);
  });
  const outcomes = allotSeats(regions, places);
  const outcomeOf = (rank: number) => OUTCOMES[outcomes[rank - 1] ?? 3] as PoolOutcome;
  return new Map(rows.map(({ registration_no }, row) => [registration_no, outcomeOf(ranks[row] ?? 0)]));
}

/** The same, as the rules are told. */
function selectPlainly(pool: readonly Member[], { quota, reserve, regions }: Places) {
  const inOrder = pool.toSorted(
    (left, right) => left.tier - right.tier || compare(left.draw, right.draw) || byRegistration(left, right),
  );
  const isCandidate = (member: Member) =>
    inOrder.filter(({ household }) => household === member.household).indexOf(member) < member.slots;
  const candidates = inOrder.filter(isCandidate);
  const own = [...regions].flatMap(([code, count]) =>
    candidates.filter(({ region }) => region === code).slice(0, count),
  );
  const others = candidates.filter((member) => !own.includes(member));
  const open = quota - own.length;
  const outcomeOf = (member: Member): PoolOutcome => {
    if (!candidates.includes(member)) return 'HOUSEHOLD_CAP';
    const place = others.indexOf(member);
    if (place < open) return 'ACCEPTED';
    return place < open + reserve ? 'RESERVE' : 'NOT_DRAWN';
  };
  return new Map(pool.toSorted(byRegistration).map((member) => [member.registration_no, outcomeOf(member)]));
}

function byRegistration(left: Member, right: Member): number {
  return compare(left.registration_no, right.registration_no);
}

function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
