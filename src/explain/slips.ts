/** Slips of the hand in a NIK: whether the registry has the same person under a number that is nearly the one given. */
import type pg from 'pg';
import { textAt } from '../columns/layout.ts';
import { nameSimilarity } from '../identity/name.ts';
import { type People, REGISTRY_STATUSES } from '../wave/people.ts';
import type { Slip } from './explanation.ts';
import { findNumbers, numberOf, readBlock } from './numbers.ts';

const ACTIVE = REGISTRY_STATUSES.indexOf('ACTIVE');

export interface Slipped {
  readonly nik: string;
  readonly slip: Slip;
}

/** Who is looked for. */
export interface Sought {
  readonly nik: string;
  readonly fullName: string;
  /** Days from 2000-01-01 on. */
  readonly birthDay: number;
}

/** All numbers that one slip makes of a NIK: another digit in one place, or two neighbours that changed places. */
export function slipsOf(nik: string): readonly Slipped[] {
  const digits = [...nik];
  const others = digits.flatMap((digit, at) =>
    [...'0123456789']
      .filter((other) => other !== digit)
      .map((other): Slipped => ({ nik: digits.with(at, other).join(''), slip: 'one_digit' })),
  );
  const swapped = digits.flatMap((digit, at): Slipped[] => {
    const next = digits[at + 1];
    if (next === undefined || next === digit) return [];
    return [
      {
        nik: digits
          .with(at, next)
          .with(at + 1, digit)
          .join(''),
        slip: 'neighbours_swapped',
      },
    ];
  });
  return [...others, ...swapped];
}

/**
 * The slip by which an ACTIVE person of the same name (alike by so many percent at least) and birth date has another NIK
 * in the snapshot; null where there is none. Only the blocks are looked at that can have one of the numbers, and of them
 * only the numbers.
 */
export async function findSlip(
  client: pg.ClientBase,
  snapshotId: number,
  sought: Sought,
  leastSimilarity: number,
): Promise<Slip | null> {
  const slips = slipsOf(sought.nik).map((slipped) => ({ ...slipped, ...numberOf(slipped.nik) }));
  const isTheirs = new Set<Slip>();
  for (const { bucket, position, row, number } of await findNumbers(client, snapshotId, slips)) {
    const people = await readBlock(client, snapshotId, bucket, position);
    if (isSought(people, row, sought, leastSimilarity)) isTheirs.add(number.slip);
  }
  return (['one_digit', 'neighbours_swapped'] as const).find((slip) => isTheirs.has(slip)) ?? null;
}

function isSought({ of }: People, person: number, sought: Sought, leastSimilarity: number): boolean {
  return (
    of.status[person] === ACTIVE &&
    of.birthDay[person] === sought.birthDay &&
    nameSimilarity(textAt(of.fullName, person), sought.fullName) >= leastSimilarity
  );
}
