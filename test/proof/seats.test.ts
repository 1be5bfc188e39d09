import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Households } from '../../src/proof/households.ts';
import { candidateRanks, DRAW_BYTES, drawOrder } from '../../src/proof/order.ts';
import { allotSeats, OUTCOMES } from '../../src/proof/seats.ts';

type PoolOutcome = 'ACCEPTED' | 'RESERVE' | 'NOT_DRAWN' | 'HOUSEHOLD_CAP';

interface Member {
  readonly registration_no: string;
  readonly tier: number;
  /** Two hex digits, so that equal draws happen; repeated to 64. */
  readonly draw: string;
  readonly household: string;
  readonly slots: number;
}

const households = fc.array(fc.nat(3), { minLength: 1, maxLength: 8 });
const pools: fc.Arbitrary<Member[]> = households.chain((slots) =>
  fc
    .uniqueArray(
      fc.record({
        registration_no: fc.stringMatching(/^[A-Z0-9-]{1,3}$/),
        tier: fc.nat(2),
        draw: fc.stringMatching(/^0[0-9a-f]$/),
        household: fc.nat(slots.length - 1),
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
const seats = fc.record({ quota: fc.nat(12), reserve: fc.nat(5) });

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
      fc.property(pools, seats, (pool, { quota, reserve }) => {
        const more = select(pool, { quota: quota + 1, reserve });
        for (const [no, outcome] of select(pool, { quota, reserve })) {
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

test('households keep their numbers however many are met', () => {
  const known = new Households();
  const digits = Array.from({ length: 5000 }, (_, n) => (n * 0x1_0000_0001).toString(16).padStart(16, '0'));
  expect(digits.map((household) => known.numberOf(household))).toEqual(digits.map((_, number) => number));
  expect(digits.map((household) => known.numberOf(household))).toEqual(digits.map((_, number) => number));
});

/** registration_no → outcome, in its order, by what is under test. */
function select(
  pool: readonly Member[],
  places: { quota: number; reserve: number },
): Map<string, PoolOutcome> {
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
  const outcomes = allotSeats(new Uint8Array(Math.max(0, ...ranks)), { ...places, regions: new Map() });
  const outcomeOf = (rank: number) => OUTCOMES[outcomes[rank - 1] ?? 3] as PoolOutcome;
  return new Map(rows.map(({ registration_no }, row) => [registration_no, outcomeOf(ranks[row] ?? 0)]));
}

/** The same, as the rules are told. */
function selectPlainly(pool: readonly Member[], { quota, reserve }: { quota: number; reserve: number }) {
  const inOrder = pool.toSorted(
    (left, right) => left.tier - right.tier || compare(left.draw, right.draw) || byRegistration(left, right),
  );
  const isCandidate = (member: Member) =>
    inOrder.filter(({ household }) => household === member.household).indexOf(member) < member.slots;
  const candidates = inOrder.filter(isCandidate);
  const outcomeOf = (member: Member): PoolOutcome => {
    const place = candidates.indexOf(member);
    if (place === -1) return 'HOUSEHOLD_CAP';
    if (place < quota) return 'ACCEPTED';
    return place < quota + reserve ? 'RESERVE' : 'NOT_DRAWN';
  };
  return new Map(pool.toSorted(byRegistration).map((member) => [member.registration_no, outcomeOf(member)]));
}

function byRegistration(left: Member, right: Member): number {
  return compare(left.registration_no, right.registration_no);
}

function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
