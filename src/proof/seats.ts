/** How many places a wave gives. */
export interface Seats {
  readonly quota: number;
  /** Places on the waiting list behind the quota. */
  readonly reserve: number;
}

/** What may become of an application, in the order in which outcomes are counted. */
export const OUTCOMES = [
  'ACCEPTED',
  'RESERVE',
  'NOT_DRAWN',
  'HOUSEHOLD_CAP',
  'INELIGIBLE',
  'UNVERIFIED',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What may become of an application that is in the pool. */
export type PoolOutcome = Exclude<Outcome, 'INELIGIBLE' | 'UNVERIFIED'>;

/**
 * The outcome of a member of the pool, by its rank among the candidates (from 1; 0 for none, see `candidateRanks`):
 * the first `quota` are accepted, the next `reserve` are the reserve.
 */
export function outcomeOfRank(rank: number, { quota, reserve }: Seats): PoolOutcome {
  if (rank === 0) return 'HOUSEHOLD_CAP';
  if (rank <= quota) return 'ACCEPTED';
  return rank <= quota + reserve ? 'RESERVE' : 'NOT_DRAWN';
}
