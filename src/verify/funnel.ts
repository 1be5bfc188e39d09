import { join } from 'node:path';
import { readSmallFile } from '../files/reading.ts';
import { OUTCOMES, type Outcome } from '../proof/seats.ts';
import { counted, type Findings } from './findings.ts';
import type { DrawnPool } from './pool.ts';
import type { Tally } from './results.ts';
import type { Statement } from './statement.ts';

const HEADER = 'step,count';
/** Bytes: no policy has so many codes. */
const LARGEST = 1 << 20;
const FIRST = ['rows_read', 'rows_rejected', 'applications'];
const LAST = [
  'INELIGIBLE',
  'UNVERIFIED',
  'ELIGIBLE',
  'HOUSEHOLD_CAP',
  'CANDIDATES',
  'NOT_DRAWN',
  'RESERVE',
  'ACCEPTED',
];

/** A line of funnel.csv with its place. */
interface Step {
  readonly step: string;
  readonly count: string;
  readonly where: string;
}

/**
 * Reads funnel.csv (some dozen lines) and checks its steps; their counts are compared later.
 * @param codes Reason codes of the policy, in their order.
 */
export async function readFunnel(
  dir: string,
  codes: readonly string[],
  findings: Findings,
): Promise<readonly Step[]> {
  const text = (await readSmallFile(join(dir, 'funnel.csv'), LARGEST)).toString('utf8');
  const [header, ...lines] = text.replace(/\n$/, '').split('\n');
  findings.same('funnel.csv:1', 'the header', header, HEADER);
  const steps = lines.map((line, index) => {
    const at = line.lastIndexOf(',');
    return { step: line.slice(0, at), count: line.slice(at + 1), where: `funnel.csv:${index + 2}` };
  });
  const expected = [...FIRST, ...codes, ...LAST];
  for (const [index, { step, where }] of steps.entries())
    findings.same(where, 'the step', step, expected[index]);
  const missing = expected.slice(steps.length);
  if (missing.length > 0) findings.fault('funnel.csv', `ends early, expected ${missing.join(', ')}`);
  return steps;
}

/** Checks that results.csv, the counts of draw.json and funnel.csv agree with each other, figure by figure. */
export function compareCounts(
  { counts, outcomes, where }: Statement,
  steps: readonly Step[],
  tally: Tally,
  pool: DrawnPool,
  findings: Findings,
): void {
  const of = (outcome: Outcome) => tally.outcomes.get(outcome) ?? 0;
  findings.same(where('applications'), 'applications', counts.applications, tally.applications);
  findings.same(where('eligible'), 'eligible', counts.eligible, pool.size);
  findings.same(where('candidates'), 'candidates', counts.candidates, pool.candidates);
  const rows = counts.rows_rejected + counts.applications;
  findings.same(where('rows_read'), 'rows_read', counts.rows_read, rows);
  for (const outcome of OUTCOMES) findings.same(where(outcome), outcome, outcomes[outcome], of(outcome));
  const expected = new Map<string, number>([
    ['rows_read', counts.rows_read],
    ['rows_rejected', counts.rows_rejected],
    ['applications', tally.applications],
    ['ELIGIBLE', pool.size],
    ['CANDIDATES', pool.candidates],
    ...tally.outcomes,
    ...tally.reasons,
  ]);
  for (const { step, count, where: place } of steps) {
    if (expected.has(step)) findings.same(place, step, count, String(expected.get(step)));
  }
  findings.close(
    'counts',
    `${counted(steps.length, 'step')} of funnel.csv and the counts of draw.json, against results.csv`,
  );
}
