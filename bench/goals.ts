/** What the project wants to reach, and how a measured value stands to it. */

export interface Goal {
  readonly most: number;
  /** Of which sizes it speaks: a start of half a second weighs much in a small wave. */
  readonly fromApplications: number;
}

const MB = 1_000_000;
const MILLION = 1_000_000;

export const GOALS = {
  /** import + close + export, of the peer's time for the same. */
  totalOfPeer: { most: 0.6, fromApplications: MILLION },
  /** close + export, for applications that came in while the wave was open. */
  closingOfPeer: { most: 0.25, fromApplications: 5 * MILLION },
  /** Of PostgreSQL's own COPY of the same rows. */
  exportOfCopy: { most: 1.2, fromApplications: MILLION },
  /** Bytes of the largest Node process. */
  memory: { most: 300 * MB, fromApplications: 0 },
} as const satisfies Record<string, Goal>;

/** How many times as long the larger wave may take, of all that is timed. */
export const GROWTH_GOALS: readonly { readonly from: number; readonly to: number; readonly most: number }[] =
  [
    { from: MILLION, to: 5 * MILLION, most: 5.2 },
    { from: MILLION, to: 10 * MILLION, most: 11 },
  ];

/** `≤ 0.60`, and whether it is reached; empty where the goal does not speak of that size. */
export function goalInWords(
  goal: Goal,
  value: number,
  applications: number,
  inWords: (value: number) => string,
): string {
  if (applications < goal.fromApplications) return '';
  return `≤ ${inWords(goal.most)} ${value <= goal.most ? 'reached' : 'missed'}`;
}
