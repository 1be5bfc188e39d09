/** How far a wave's questions to the registry are, and how the web service that answers them is. */
import type { Queryable, Transaction } from '../db/database.ts';
import { maybeOne, one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { matchSourceOf } from '../policy/policy.ts';
import type { Wave } from './record.ts';

/** As a document. Times are ISO 8601. */
export interface Asking {
  /** Distinct questions of the wave, and how many of them were answered; reused are those that had been before. */
  readonly questions: number;
  readonly answered: number;
  readonly reused: number;
  /** Distinct NIKs that were not asked for, since their digits are no NIK. */
  readonly not_asked: number;
  /** Calls that brought no answer. */
  readonly failed: number;
  /** Answers a second, of late; null while there is none. */
  readonly rate: number | null;
  /** When the last answer is to be expected at this rate; null where that cannot be said. */
  readonly expected_end: string | null;
  /** Calls that the service still answers today, as it said last, and when. */
  readonly calls_left: number | null;
  readonly calls_left_at: string | null;
  /** Whether these are enough for what is not answered yet; null where the service has not said. */
  readonly quota_suffices: boolean | null;
  /** Until when the service is not called, and why. */
  readonly paused_until: string | null;
  readonly paused_for: string | null;
  /** Why it ended before all were answered, where it did. */
  readonly ended_for: string | null;
}

interface AskingRow extends Omit<Asking, 'expected_end' | 'quota_suffices'> {
  readonly updatedAt: string;
}

/** Undefined where a wave has asked nobody: it is matched with a snapshot, or its close was not begun. */
export async function readAsking(
  sql: Queryable,
  { id, state, policy }: Pick<Wave, 'id' | 'state' | 'policy'>,
): Promise<Asking | undefined> {
  const calls = matchSourceOf(policy) === 'dukcapil' && state === 'closing';
  const row = await maybeOne(
    sql<AskingRow[]>`
      select questions, answered, reused, not_asked, failed, rate, ended_for, updated_at as "updatedAt",
        service.calls_left, service.calls_left_at, service.paused_until, service.paused_for
      from asking left join lateral (
        select calls_left, calls_left_at,
          case when paused_until > now() and answered < questions then paused_until end as paused_until,
          case when paused_until > now() and answered < questions then paused_for end as paused_for
        from registry_service
      ) as service on ${calls}
      where wave_id = ${id}`,
    'the asking',
  );
  if (row === undefined) return undefined;
  const { updatedAt, ...rest } = row;
  const left = row.questions - row.answered;
  const suffices = row.calls_left === null ? null : row.calls_left >= left;
  return {
    ...rest,
    expected_end: suffices === false ? null : expectedEnd(row, left),
    calls_left_at: isoTime(row.calls_left_at),
    quota_suffices: suffices,
    paused_until: isoTime(row.paused_until),
  };
}

function expectedEnd({ rate, paused_until, ended_for, updatedAt }: AskingRow, left: number): string | null {
  if (rate === null || rate === 0 || left === 0 || ended_for !== null) return null;
  const from = Date.parse(isoTime(paused_until ?? updatedAt));
  return new Date(from + (1000 * left) / rate).toISOString();
}

/** Of a wave, as they are found when its asking begins. */
export interface QuestionCounts {
  readonly questions: number;
  /** Those that have an answer. */
  readonly answered: number;
  readonly notAsked: number;
}

/** @param count Called where nobody has counted yet. */
export async function beginAsking(
  sql: Queryable,
  waveId: number,
  count: () => Promise<QuestionCounts>,
): Promise<void> {
  const begun = await sql`select 1 from asking where wave_id = ${waveId}`;
  if (begun.length > 0) return;
  const { questions, answered, notAsked } = await count();
  await sql`
    insert into asking (wave_id, questions, reused, answered, not_asked)
    values (${waveId}, ${questions}, ${answered}, ${answered}, ${notAsked}) on conflict do nothing`;
}

/** In the transaction that keeps the answers. @returns Whether the wave still wants any: not once it is void. */
export async function countAnswers(
  sql: Transaction,
  waveId: number,
  { answered, failed, rate }: { readonly answered: number; readonly failed: number; readonly rate: number },
): Promise<boolean> {
  const wanted = await sql`
    update asking set answered = answered + ${answered}, failed = failed + ${failed}, rate = ${rate},
      updated_at = clock_timestamp()
    from wave where asking.wave_id = ${waveId} and wave.id = ${waveId} and wave.state = 'closing' returning 1`;
  return wanted.length > 0;
}

/** Counts a stop of the calls that only an operator can mend. @returns Whether it is the first of the wave. */
export async function countStop(sql: Queryable, waveId: number): Promise<boolean> {
  const { stops } = await one(
    sql<{ stops: number }[]>`update asking set stops = stops + 1 where wave_id = ${waveId} returning stops`,
    'the asking',
  );
  return stops === 1;
}

/** Whoever wants the wave published without the answers that are missing has to say it again. */
export async function takeWordBack(sql: Queryable, waveId: number): Promise<void> {
  await sql`update wave set unverified_by = null, unverified_at = null where id = ${waveId} and state = 'closing'`;
}

/** Questions without an answer. */
export async function countOpen(sql: Queryable, waveId: number): Promise<number> {
  const { open } = await one(
    sql<{ open: number }[]>`select questions - answered as open from asking where wave_id = ${waveId}`,
    'the asking',
  );
  return open;
}

/** @param why A sentence for the operator, where not all were answered. */
export async function endAsking(
  sql: Queryable,
  waveId: number,
  unanswered: number,
  why: string | null,
): Promise<{ questions: number; answered: number; reused: number }> {
  return one(
    sql<{ questions: number; answered: number; reused: number }[]>`
      update asking set answered = questions - ${unanswered}, ended_for = ${why}, updated_at = clock_timestamp()
      where wave_id = ${waveId} returning questions, answered, reused`,
    'the asking',
  );
}

/** Whether the wave is held against what the registry has answered until now, and nothing else any more. */
export async function isAsked(sql: Queryable, waveId: number): Promise<boolean> {
  const matched = await sql`select 1 from stage where wave_id = ${waveId} and stage = 'match'`;
  return matched.length > 0;
}

/** Has what was left without an answer asked once more. */
export async function askAgain(sql: Transaction, waveId: number): Promise<void> {
  await sql`update asking set ended_for = null where wave_id = ${waveId}`;
  const open = await sql`
    update step set state = 'planned', finished_at = null, digest = null, attempts = 0
    where wave_id = ${waveId} and stage = 'ask' and state = 'done' and (counts->>'unanswered')::int > 0
    returning part`;
  if (open.length === 0) return;
  await sql`update stage set completed_at = null where wave_id = ${waveId} and stage = 'ask'`;
}
