/** The naive draw: root, seed, tickets, order, household cap and seats, with nothing but SHA-256. */
import { createHash } from 'node:crypto';
import type { Policy } from '../../src/policy/policy.ts';

export interface Entry {
  readonly registrationNo: string;
  readonly tier: number;
  readonly tickets: number;
  /** Pseudonym of the household: sixteen hex digits. */
  readonly household: string;
  readonly slots: number;
  readonly region: string;
}

export type DrawnOutcome = 'ACCEPTED' | 'RESERVE' | 'NOT_DRAWN' | 'HOUSEHOLD_CAP';

export interface Drawn {
  readonly outcome: DrawnOutcome;
  /** Place among the candidates from 1; undefined where the household was full. */
  readonly rank: number | undefined;
}

export type DrawPolicy = Policy;

export const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

/** The Merkle tree hash of RFC 6962, section 2.1, as the RFC writes it. */
export function merkleTreeHash(leaves: readonly string[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha256('');
  if (leaves.length === 1) return sha256(Buffer.concat([Buffer.of(0), Buffer.from(only)]));
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const left = merkleTreeHash(leaves.slice(0, split));
  const right = merkleTreeHash(leaves.slice(split));
  return sha256(Buffer.concat([Buffer.of(1), left, right]));
}

/** The smallest of the application's tickets, as hex: it sorts as its bytes do. */
function drawOf(seed: string, { registrationNo, tickets }: Entry): string {
  const all: string[] = [];
  for (let ticket = 1; ticket <= tickets; ticket++) {
    all.push(sha256(`${seed}:${registrationNo}:${ticket}`).toString('hex'));
  }
  return all.sort()[0] ?? '';
}

/** Tier, then draw, then registration number. */
export function inDrawOrder(pool: readonly Entry[], seed: string): Entry[] {
  const drawn = pool.map((entry) => ({ entry, draw: drawOf(seed, entry) }));
  drawn.sort((one, other) => {
    if (one.entry.tier !== other.entry.tier) return one.entry.tier - other.entry.tier;
    if (one.draw !== other.draw) return one.draw < other.draw ? -1 : 1;
    return one.entry.registrationNo < other.entry.registrationNo ? -1 : 1;
  });
  return drawn.map(({ entry }) => entry);
}

/** Seats by province; of weights by the largest remainder, in plain fractions of whole numbers. */
function seatsOf({ regions, quota }: DrawPolicy): Record<string, number> {
  if (!('weights' in regions)) return regions;
  const weights = regions.weights as Record<string, number>;
  const codes = Object.keys(weights).sort();
  const total = codes.reduce((sum, code) => sum + (weights[code] ?? 0), 0);
  const seats = Object.fromEntries(
    codes.map((code) => [code, Math.floor((quota * (weights[code] ?? 0)) / total)]),
  );
  const rest = (code: string) => (quota * (weights[code] ?? 0)) % total;
  let left = quota - codes.reduce((sum, code) => sum + (seats[code] ?? 0), 0);
  for (const code of [...codes].sort((one, other) => rest(other) - rest(one) || (one < other ? -1 : 1))) {
    if (left-- > 0) seats[code] = (seats[code] ?? 0) + 1;
  }
  return seats;
}

/** Those to whom a seat goes: each province's own first, then what is left of the quota to all in draw order. */
function seated(candidates: readonly Entry[], policy: DrawPolicy): Set<Entry> {
  const withSeat = new Set<Entry>();
  for (const [region, seats] of Object.entries(seatsOf(policy))) {
    const ofRegion = candidates.filter((candidate) => candidate.region === region);
    for (const candidate of ofRegion.slice(0, seats)) withSeat.add(candidate);
  }
  for (const candidate of candidates) {
    if (withSeat.size >= policy.quota) break;
    withSeat.add(candidate);
  }
  return withSeat;
}

/** What becomes of every entry of the pool, by registration number. */
export function drawSeats(pool: readonly Entry[], seed: string, policy: DrawPolicy): Map<string, Drawn> {
  const outcomes = new Map<string, Drawn>();
  const takenOf = new Map<string, number>();
  const candidates: Entry[] = [];
  for (const entry of inDrawOrder(pool, seed)) {
    const taken = takenOf.get(entry.household) ?? 0;
    if (taken < entry.slots) {
      takenOf.set(entry.household, taken + 1);
      candidates.push(entry);
    } else {
      outcomes.set(entry.registrationNo, { outcome: 'HOUSEHOLD_CAP', rank: undefined });
    }
  }
  const withSeat = seated(candidates, policy);
  const waiting = candidates.filter((candidate) => !withSeat.has(candidate));
  const reserve = new Set(waiting.slice(0, policy.reserve));
  for (const [place, candidate] of candidates.entries()) {
    const outcome = withSeat.has(candidate) ? 'ACCEPTED' : reserve.has(candidate) ? 'RESERVE' : 'NOT_DRAWN';
    outcomes.set(candidate.registrationNo, { outcome, rank: place + 1 });
  }
  return outcomes;
}
