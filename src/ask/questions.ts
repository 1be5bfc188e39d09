/** What is to be asked about the people of a wave: each question once, some parts of the wave at a time. */
import type pg from 'pg';
import { digitsOf } from '../columns/identity.ts';
import type { Queryable } from '../db/database.ts';
import { isNik } from '../identity/nik.ts';
import { type AnswerWindow, keyOf, readAnswers } from '../registry/answers.ts';
import { hashOf, type Question, questionOf } from '../registry/question.ts';
import type { QuestionCounts } from '../wave/asking.ts';
import { bucketsOf, countParts, cutBuckets, readApplications } from '../wave/parts.ts';
import type { Applications } from '../wave/people.ts';
import type { Wave } from '../wave/record.ts';

export interface HashedQuestion extends Question {
  readonly asked: Buffer;
}

/** The questions of a part. */
export interface Questions {
  readonly count: number;
  /** Those without an answer. */
  readonly open: readonly HashedQuestion[];
  /** Distinct NIKs that nobody is asked for. */
  readonly notAsked: number;
}

export interface AskedBy {
  readonly wave: Wave;
  /** That hashes are made with. */
  readonly key: Uint8Array;
  /** The answers that count. */
  readonly window: AnswerWindow;
}

/**
 * Part after part. The same person is in the same part wherever they stand in the files, and asked about once.
 * @param client In the step's transaction.
 */
export async function* questionsOf(
  client: pg.ClientBase,
  sql: Queryable,
  by: AskedBy,
): AsyncGenerator<Questions> {
  for (const part of cutBuckets(await countParts(sql, by.wave.id))) {
    const { applications } = await readApplications(client, by.wave.id, part);
    const answers = await readAnswers(client, bucketsOf(part), by.window);
    const { questions, notAsked } = distinct(applications, by);
    const open = [...questions].filter(([hash]) => !answers.has(hash)).map(([, question]) => question);
    yield { count: questions.size, open, notAsked };
  }
}

function distinct(
  applications: Applications,
  { wave, key }: AskedBy,
): { questions: ReadonlyMap<string, HashedQuestion>; notAsked: number } {
  const questions = new Map<string, HashedQuestion>();
  const notAsked = new Set<string>();
  const { nikHigh, nikLow } = applications.of;
  for (let row = 0; row < applications.rows; row++) {
    const [high, low] = [nikHigh[row] as number, nikLow[row] as number];
    if (!isNik(high, low)) {
      notAsked.add(digitsOf(high, low));
      continue;
    }
    const question = questionOf(applications, row, wave.policy.match.name);
    const asked = hashOf(key, question);
    questions.set(keyOf(asked), { ...question, asked });
  }
  return { questions, notAsked: notAsked.size };
}

/** How many there are, and how many of them have an answer. */
export async function countQuestions(
  client: pg.ClientBase,
  sql: Queryable,
  by: AskedBy,
): Promise<QuestionCounts> {
  const counts = { questions: 0, answered: 0, notAsked: 0 };
  for await (const { count, open, notAsked } of questionsOf(client, sql, by)) {
    counts.questions += count;
    counts.answered += count - open.length;
    counts.notAsked += notAsked;
  }
  return counts;
}
