/** The review of a draw before its publication: what it says, and the word of an operator where it raised an alarm. */
import type { Database, Queryable } from '../db/database.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { maybeOne } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { closeCommand } from './close-command.ts';
import { publishableReason } from './reason.ts';
import { readWave, type Wave } from './record.ts';

/** By what the candidates are told apart, in the order of the report. */
export const ATTRIBUTES = ['joined_day', 'region', 'sex', 'age', 'tier', 'tickets'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

export type Conclusion =
  /** Tested, and no further from what is expected than chance allows. */
  | 'as_chance_allows'
  /** Nowhere were some accepted and others not, of several categories. */
  | 'nothing_to_tell'
  /** There is chance in it, and too few whom it concerns. */
  | 'too_few'
  /** The policy decides, and no chance. */
  | 'decided_by_policy'
  | 'alarm';

/** A day, a province, `L` or `P`, ages, a tier or a number of tickets, and all candidates that have it. */
export interface CategoryReview {
  readonly category: string;
  readonly candidates: number;
  readonly accepted: number;
  /** By the share of those accepted where they compete, contested households among them; null where no chance decides. */
  readonly expected: number | null;
  /** The province's own. */
  readonly seats?: number;
}

/** What was compared with each other: only those whose household has room for all, where some are accepted and others not. */
export interface GroupReview {
  readonly categories: readonly string[];
  readonly candidates: number;
  readonly accepted: number;
  readonly expected: number;
}

export interface AttributeReview {
  readonly attribute: Attribute;
  readonly conclusion: Conclusion;
  /** `rule`: held against what the policy says, with no chance in it. */
  readonly test: 'exact' | 'chi_square' | 'rule' | null;
  readonly statistic: number | null;
  readonly degrees_of_freedom: number | null;
  readonly p: number | null;
  /** In how many places it could be seen: tiers, provinces and numbers of tickets, each with each. */
  readonly strata: number | null;
  readonly categories: readonly CategoryReview[];
  readonly tested: readonly GroupReview[];
  /** Of the tier: where the order of priority was not kept. */
  readonly violations?: readonly TierViolation[];
}

/** Someone of a later tier is accepted, while candidates of an earlier one are left without a seat. */
export interface TierViolation {
  readonly region: string;
  readonly tier: number;
  readonly accepted: number;
  readonly earlier_tier: number;
}

export interface ReviewReport {
  readonly candidates: number;
  readonly accepted: number;
  /** Candidates whose household has room for all of its members: the others' chances hang together. */
  readonly uncontested: number;
  /** How often a fair wave may raise an alarm; the tests that share it; below which p each raises one. */
  readonly significance: number;
  readonly tests: number;
  readonly threshold: number | null;
  readonly attributes: readonly AttributeReview[];
}

export interface Approval {
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

/** As a document: of the command, and without who approved it of an export. */
export interface Review extends ReviewReport {
  readonly wave: number;
  readonly alarm: boolean;
  readonly reviewed_at: string;
  readonly approval: Approval | null;
}

interface ReviewRow {
  report: ReviewReport;
  alarm: boolean;
  reviewedAt: string;
  approvedAt: string | null;
  approvedBy: string;
  reason: string;
}

/** Undefined before there is one. */
export async function findReview(sql: Queryable, waveId: number): Promise<Review | undefined> {
  const row = await maybeOne(
    sql<ReviewRow[]>`
      select report, alarm, reviewed_at as "reviewedAt", approved_at as "approvedAt", approved_by as "approvedBy",
        approval_reason as reason
      from review where wave_id = ${waveId}`,
    'the review',
  );
  if (row === undefined) return undefined;
  const { report, alarm, reviewedAt, approvedAt, approvedBy, reason } = row;
  const approval = approvedAt === null ? null : { at: isoTime(approvedAt), by: approvedBy, reason };
  return { wave: waveId, alarm, reviewed_at: isoTime(reviewedAt), approval, ...inOrder(report) };
}

/** @throws GelombangError INPUT_REFUSED where there is no such wave, CONFLICT where it has no review yet. */
export async function readReview(sql: Queryable, waveId: number): Promise<Review> {
  const wave = await readWave(sql, waveId);
  const review = await findReview(sql, waveId);
  if (review === undefined) throw notReviewed(wave);
  return review;
}

/**
 * Lets a wave be published although its review raised an alarm, by whose word and why; whoever goes on with its close
 * publishes it.
 * @throws GelombangError CONFLICT where the wave does not wait for it; INPUT_REFUSED for a reason that cannot be published,
 * or an unknown wave.
 */
export async function approveReview(
  { sql }: Database,
  waveId: number,
  { by, reason }: Omit<Approval, 'at'>,
  log: Log,
): Promise<Review> {
  const why = publishableReason(reason);
  const review = await sql.begin(async (transaction) => {
    // Whoever plans looks at the hold: in between, its answer would be of before.
    await transaction`select pg_advisory_xact_lock(${TRANSACTION_LOCKS.plan}, ${waveId})`;
    await transaction`select 1 from wave where id = ${waveId} for update`;
    refuseUnlessWaiting(await readWave(transaction, waveId), await findReview(transaction, waveId));
    await transaction`
      update review set approved_at = now(), approved_by = ${by}, approval_reason = ${why} where wave_id = ${waveId}`;
    return readReview(transaction, waveId);
  });
  logEvent(log, 'review.approved', { wave: waveId, by });
  return review;
}

function refuseUnlessWaiting(wave: Wave, review: Review | undefined): void {
  const { id } = wave;
  const refused = (what: string, next: string) =>
    new GelombangError('CONFLICT', what, { concerns: { wave: id }, next });
  const look = `Look at it with: gelombang review show ${id}`;
  if (wave.voided !== null) throw refused(`wave ${id} is void: it is not published any more`, look);
  if (review === undefined) throw notReviewed(wave);
  if (!review.alarm) throw refused(`the review of wave ${id} raised no alarm: it needs no approval`, look);
  if (review.approval !== null) throw refused(`the review of wave ${id} was approved before`, look);
}

function notReviewed({ id, state, noticesHeld }: Wave): GelombangError {
  const first = state === 'open' ? 'Close it first' : 'Go on with its close first';
  const next =
    state === 'void' ? `gelombang wave status ${id}` : `${first}: ${closeCommand(id, noticesHeld)}`;
  return new GelombangError('CONFLICT', `the draw of wave ${id} has not been reviewed`, {
    concerns: { wave: id },
    next,
  });
}

/** The keys in the order in which they are shown: the database keeps them in one of its own. */
function inOrder(report: ReviewReport): ReviewReport {
  const { candidates, accepted, uncontested, significance, tests, threshold } = report;
  const attributes = report.attributes.map(attributeInOrder);
  return { candidates, accepted, uncontested, significance, tests, threshold, attributes };
}

function attributeInOrder(review: AttributeReview): AttributeReview {
  const { attribute, conclusion, test, statistic, degrees_of_freedom, p, strata, violations } = review;
  return {
    ...{ attribute, conclusion, test, statistic, degrees_of_freedom, p, strata },
    categories: review.categories.map(({ category, candidates, accepted, expected, seats }) => ({
      ...{ category, candidates, accepted, expected },
      ...(seats === undefined ? {} : { seats }),
    })),
    tested: review.tested.map(({ categories, candidates, accepted, expected }) => ({
      ...{ categories, candidates, accepted, expected },
    })),
    ...(violations === undefined ? {} : { violations: violations.map(violationInOrder) }),
  };
}

function violationInOrder({ region, tier, accepted, earlier_tier }: TierViolation): TierViolation {
  return { region, tier, accepted, earlier_tier };
}
