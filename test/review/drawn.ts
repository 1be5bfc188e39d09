/** A pool that is drawn as often as one likes, each time from another seed, and what its review says. */
import { createHash } from 'node:crypto';
import { wordsOf } from '../../src/columns/words.ts';
import { drawTickets } from '../../src/draw/tickets.ts';
import type { Regions } from '../../src/policy/policy.ts';
import { candidateRanks, drawOrder } from '../../src/proof/order.ts';
import { allotSeats, OUTCOME, seatsByRegion } from '../../src/proof/seats.ts';
import { countCandidates } from '../../src/review/count.ts';
import { reportOf } from '../../src/review/report.ts';
import { Tally } from '../../src/review/tally.ts';
import type { Cutoff } from '../../src/wave/cutoff.ts';
import { type BlockOf, UNCONTESTED } from '../../src/wave/stage-blocks.ts';

export interface Member {
  readonly registrationNo: string;
  readonly tier: number;
  readonly region: number;
  readonly tickets: number;
  /** What is drawn in place of the tickets that are stated: a draw that is not fair. */
  readonly drawn?: number;
  readonly household: string;
  readonly slots: number;
  /** Days from 2000-01-01 on. */
  readonly joinedDay: number;
  readonly age: number;
  readonly female: boolean;
}

export interface Policy {
  readonly quota: number;
  readonly regions: Regions;
}

export type Reviewed = ReturnType<typeof reportOf>;

/** A whole number below another, made up of what it is for: always the same. */
export function madeUp(purpose: string, below: number): number {
  return createHash('sha256').update(purpose).digest().readUInt32BE(0) % below;
}

export function seedOf(number: number): string {
  return createHash('sha256').update(`seed ${number}`).digest('hex');
}

/**
 * Members in the order of their registration numbers.
 * @returns Draws them with 64 hex digits of seed, gives seats, and reviews that.
 */
export function reviewsOf(members: readonly Member[], policy: Policy): (seed: string) => Reviewed {
  const pool = poolOf(members);
  const drawn = Uint32Array.from(members, ({ tickets, drawn: instead = tickets }) => instead);
  const seats = { quota: policy.quota, reserve: 10, regions: seatsByRegion(policy.regions, policy.quota) };
  const traits = traitsOf(members);
  const homes = [...new Set(members.map(({ household }) => household))];
  const household = Uint32Array.from(members, (member) => homes.indexOf(member.household));
  return (seed) => {
    const { data } = drawTickets(seed, { ...pool, of: { ...pool.of, tickets: drawn } });
    const draw = Buffer.from(Buffer.from(data.buffer, data.byteOffset, data.byteLength)).swap32();
    const order = drawOrder({ size: pool.rows, tier: Uint32Array.from(pool.of.tier), draw });
    const rank = candidateRanks({ size: pool.rows, household, slots: pool.of.slots }, order);
    const candidates = [...order].filter((row) => rank[row] !== 0);
    const regions = Uint8Array.from(candidates, (row) => pool.of.region[row] as number);
    const outcome = new Uint8Array(pool.rows).fill(OUTCOME.HOUSEHOLD_CAP);
    for (const [place, of] of allotSeats(regions, seats).entries()) outcome[candidates[place] as number] = of;
    const { tally } = countCandidates(pool, { rows: pool.rows, of: { rank, outcome } }, traits);
    // As it is handed over.
    const summed = new Tally();
    summed.addAll(tally.block());
    const chanceOf = (row: number) => (draw.readUInt32BE(row * 32) + 1) / 2 ** 32;
    return reportOf(policy, summed.counted(), cutoffsOf(pool, candidates, outcome, chanceOf));
  };
}

function poolOf(members: readonly Member[]): BlockOf<'pool'> {
  const sizes = new Map<string, number>();
  for (const { household } of members) sizes.set(household, (sizes.get(household) ?? 0) + 1);
  const isContested = ({ household, slots }: Member) => slots > 0 && slots < (sizes.get(household) ?? 0);
  return {
    rows: members.length,
    of: {
      registrationNo: wordsOf(members.map(({ registrationNo }) => registrationNo)),
      tier: Uint16Array.from(members, ({ tier }) => tier),
      tickets: Uint32Array.from(members, ({ tickets }) => tickets),
      slots: Uint32Array.from(members, ({ slots }) => slots),
      contest: Uint32Array.from(members, (member) => (isContested(member) ? 0 : UNCONTESTED)),
      region: Uint8Array.from(members, ({ region }) => region),
    },
  };
}

function traitsOf(members: readonly Member[]): BlockOf<'traits'> {
  return {
    rows: members.length,
    of: {
      joinedDay: Int32Array.from(members, ({ joinedDay }) => joinedDay),
      age: Uint8Array.from(members, ({ age }) => age),
      female: Uint8Array.from(members, ({ female }) => Number(female)),
    },
  };
}

/** @param candidates In draw order. */
function cutoffsOf(
  { of }: BlockOf<'pool'>,
  candidates: readonly number[],
  outcome: Uint8Array,
  chanceOf: (row: number) => number,
): Cutoff[] {
  const cutoffs = new Map<number, { -readonly [Key in keyof Cutoff]: Cutoff[Key] }>();
  for (const row of candidates) {
    const [tier = 0, region = 0] = [of.tier[row], of.region[row]];
    const cutoff = cutoffs.get(tier * 100 + region) ?? {
      tier,
      region,
      candidates: 0,
      accepted: 0,
      chance: 0,
    };
    cutoffs.set(tier * 100 + region, cutoff);
    cutoff.candidates++;
    if (outcome[row] !== OUTCOME.ACCEPTED) continue;
    cutoff.accepted++;
    cutoff.chance = chanceOf(row);
  }
  return [...cutoffs.values()];
}
