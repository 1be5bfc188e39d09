/** Dukcapil's web service is asked about everybody who has no answer yet. */
import { createHash } from 'node:crypto';
import type { Transaction } from '../db/database.ts';
import type { Caller, Interruption } from '../dukcapil/caller.ts';
import type { DukcapilSettings } from '../dukcapil/settings.ts';
import { logEvent } from '../events.ts';
import { reuseDaysOf } from '../policy/policy.ts';
import { lockAnswers, windowOf } from '../registry/answers.ts';
import { beginAsking, countOpen, countStop, endAsking, takeWordBack } from '../wave/asking.ts';
import type { Wave } from '../wave/record.ts';
import { beginCalling, type Calling, isPaused, pauseUntil } from '../wave/registry-service.ts';
import type { StepContext, StepResult, Waiting } from '../wave/stage.ts';
import { AnswersIn, UNWANTED } from './answers-in.ts';
import { type AskedBy, countQuestions, type HashedQuestion, questionsOf } from './questions.ts';

/** Milliseconds after which the step begins anew: its transaction is not to be as long as the asking. */
const LONGEST = 30 * 60_000;

/** Asks until everybody is answered for, or as far as the service lets it. */
export async function askService(
  context: StepContext,
  settings: DukcapilSettings | undefined,
): Promise<StepResult | Waiting> {
  const { client, database, wave, signal, log } = context;
  // The step waits for other servers than this one: not to be taken for one that is forgotten.
  await client.query('set local idle_in_transaction_session_timeout = 0');
  const by = await askedBy(context);
  await beginAsking(database.sql, wave.id, () => countQuestions(client, database.sql, by));
  if ((await countOpen(database.sql, wave.id)) === 0) return ended(context, 0, null);
  if (settings === undefined) {
    logEvent(log, 'dukcapil.unknown', { wave: wave.id });
    return 'waiting';
  }
  if (await isPaused(database.sql)) return wave.unverifiedBy === null ? 'waiting' : leaveOff(context);
  const calling = await beginCalling(database, signal, context.lease.token);
  if (calling === undefined) return 'waiting';
  try {
    // Loaded where it is needed alone: most waves call nobody.
    const { openCaller } = await import('../dukcapil/caller.ts');
    const caller = openCaller(settings, log);
    try {
      return await askEverybody(context, by, { calling, caller });
    } finally {
      await caller.close();
    }
  } finally {
    await calling.end();
  }
}

/** The answers that the wave knows from here on. */
export async function fixAnswers(sql: Transaction, { id }: Wave): Promise<void> {
  await lockAnswers(sql);
  await sql`
    update wave set last_answer = coalesce(pg_sequence_last_value(pg_get_serial_sequence('answer', 'id')), 0)
    where id = ${id} and state = 'closing'`;
}

async function askEverybody(
  context: StepContext,
  by: AskedBy,
  { calling, caller }: { readonly calling: Calling; readonly caller: Caller },
): Promise<StepResult | Waiting> {
  const { client, database, wave, signal } = context;
  const answers = new AnswersIn(database, calling, wave.id);
  const longest = AbortSignal.timeout(LONGEST);
  let end: AllAsked;
  try {
    const until = AbortSignal.any([signal, answers.broken, longest]);
    end = await askAll(questionsOf(client, database.sql, by), caller, answers, until);
  } catch (error) {
    await answers.end().catch(() => {});
    const isLong = longest.aborted && !signal.aborted && !answers.broken.aborted;
    if (isLong || answers.broken.reason === UNWANTED) return 'waiting';
    throw error;
  }
  await answers.end();
  const { interruption, left } = end;
  if (interruption === undefined) return ended(context, left, left === 0 ? null : noAnswer(left));
  if (interruption.kind === 'stopped') return stopped(context, interruption.why);
  if (interruption.kind === 'unreachable') return leaveOff(context, interruption.why);
  await pauseUntil(database.sql, interruption.until, interruption.why);
  return wave.unverifiedBy === null ? 'waiting' : leaveOff(context);
}

interface AllAsked {
  readonly interruption: Interruption | undefined;
  /** Questions without an answer, where nothing came in between. */
  readonly left: number;
}

/** Part after part, and then whoever was left without an answer, for as long as that brings some. */
async function askAll(
  questions: ReturnType<typeof questionsOf>,
  caller: Caller,
  answers: AnswersIn,
  signal: AbortSignal,
): Promise<AllAsked> {
  let left: readonly HashedQuestion[] = [];
  for await (const { open } of questions) {
    const { unanswered, interruption } = await caller.askAll(open, answers, signal);
    if (interruption !== undefined) return { interruption, left: 0 };
    left = left.concat(unanswered);
  }
  for (let before = Number.POSITIVE_INFINITY; left.length > 0 && left.length < before; ) {
    before = left.length;
    const { unanswered, interruption } = await caller.askAll(left, answers, signal);
    if (interruption !== undefined) return { interruption, left: 0 };
    left = unanswered;
  }
  return { interruption: undefined, left: left.length };
}

/** Something is wrong that an operator can mend: a word that was given before anybody knew of it does not cover that. */
async function stopped(context: StepContext, why: string): Promise<StepResult> {
  const { database, wave } = context;
  if (await countStop(database.sql, wave.id)) await takeWordBack(database.sql, wave.id);
  return leaveOff(context, why);
}

/** Asks no more: whoever has no answer stays without. */
async function leaveOff(context: StepContext, why: string | null = null): Promise<StepResult> {
  const { client, database } = context;
  const counts = await countQuestions(client, database.sql, await askedBy(context));
  return ended(context, counts.questions - counts.answered, why);
}

async function ended(
  { database, wave }: StepContext,
  unanswered: number,
  why: string | null,
): Promise<StepResult> {
  const { questions, answered, reused } = await endAsking(database.sql, wave.id, unanswered, why);
  const counts = { questions, answered, reused, unanswered };
  return { counts, digest: createHash('sha256').update(JSON.stringify(counts)).digest('hex') };
}

async function askedBy({ database: { sql }, wave }: StepContext): Promise<AskedBy> {
  const window = await windowOf(sql, wave.id, { reuseDays: reuseDaysOf(wave.policy), last: null });
  return { wave, key: sql.keys.forQuestions, window };
}

function noAnswer(left: number): string {
  return `${left === 1 ? 'one question' : `${left} questions`} brought no answer, though each was tried several times`;
}
