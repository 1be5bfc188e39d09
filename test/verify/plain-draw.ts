/** The draw as its rules are told, for a dozen applications: no streams, no columns, and another tree. */
import { createHash } from 'node:crypto';

/** Someone in the pool. */
export interface Member {
  readonly no: string;
  readonly tier: number;
  readonly tickets: number;
  readonly household: string;
  readonly slots: number;
  readonly region: string;
}

export interface Places {
  readonly quota: number;
  readonly reserve: number;
  readonly regions: Readonly<Record<string, number>>;
}

/** What results.csv says: a rank is empty where the household is full. */
export interface DrawnLine {
  readonly outcome: string;
  readonly rank: number | '';
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** RFC 6962 §2.1, as it is written there. */
export function rootOf(lines: readonly string[]): string {
  return treeHash(lines).toString('hex');
}

export function drawPool(
  pool: readonly Member[],
  seed: string,
  { quota, reserve, regions }: Places,
): ReadonlyMap<string, DrawnLine> {
  const order = inDrawOrder(pool, seed);
  const candidates = order.filter(({ household, slots }, place) => {
    const before = order.slice(0, place).filter((other) => other.household === household);
    return before.length < slots;
  });
  const own = new Set(
    Object.entries(regions).flatMap(([code, seats]) =>
      candidates.filter(({ region }) => region === code).slice(0, seats),
    ),
  );
  const others = candidates.filter((candidate) => !own.has(candidate));
  const seated = new Set([...own, ...others.slice(0, quota - own.size)]);
  const waiting = new Set(others.filter((candidate) => !seated.has(candidate)).slice(0, reserve));
  const outcomeOf = (candidate: Member) =>
    seated.has(candidate) ? 'ACCEPTED' : waiting.has(candidate) ? 'RESERVE' : 'NOT_DRAWN';
  return new Map(
    pool.map((each) => {
      const rank = candidates.indexOf(each) + 1;
      return [
        each.no,
        rank === 0 ? { outcome: 'HOUSEHOLD_CAP', rank: '' } : { outcome: outcomeOf(each), rank },
      ];
    }),
  );
}

function inDrawOrder(pool: readonly Member[], seed: string): Member[] {
  const drawOf = ({ no, tickets }: Member) =>
    Array.from({ length: tickets }, (_, j) => sha256(`${seed}:${no}:${j + 1}`)).sort()[0] ?? '';
  const keyed = pool.map((each) => ({ each, draw: drawOf(each) }));
  keyed.sort(
    (one, other) =>
      one.each.tier - other.each.tier || compare(one.draw, other.draw) || compare(one.each.no, other.each.no),
  );
  return keyed.map(({ each }) => each);
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

function treeHash(lines: readonly string[]): Buffer {
  const [first] = lines;
  if (first === undefined) return hashed();
  if (lines.length === 1) return hashed(Buffer.of(0), Buffer.from(first));
  let split = 1;
  while (split * 2 < lines.length) split *= 2;
  return hashed(Buffer.of(1), treeHash(lines.slice(0, split)), treeHash(lines.slice(split)));
}

function hashed(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
