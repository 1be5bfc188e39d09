/** Answers of the registry's web service: kept as they come, and found again by what was asked. */
import type pg from 'pg';
import { bucketOf, halvesOf } from '../columns/identity.ts';
import { binaryRows } from '../db/binary-copy.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { maybeOne, one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';

/** What an answer says of a person. */
export interface Answer {
  /** 0: not found; else the place in `REGISTRY_STATUSES`, from 1. */
  readonly status: number;
  /** Null where the answer does not say. */
  readonly kkMatches: boolean | null;
  readonly birthDateMatches: boolean | null;
  /** Percent. */
  readonly nameSimilarity: number | null;
}

export interface NewAnswer extends Answer {
  readonly nik: string;
  /** The hash of what was asked. */
  readonly asked: Buffer;
  readonly code: string;
  readonly answeredAt: Date;
}

/** Which answers count: from a time on, up to the last one that a wave knows. */
export interface AnswerWindow {
  /** ISO 8601. */
  readonly since: string;
  /** Null: all that are known. */
  readonly last: number | null;
}

/** Of what was asked, the newest answer in the window. */
export type AnswersByHash = ReadonlyMap<string, Answer>;

/** As a key of `AnswersByHash`. */
export function keyOf(asked: Buffer): string {
  return asked.toString('latin1');
}

/** Answers that count for a wave: those that were no older at the beginning of its run than its policy lets them be. */
export async function windowOf(
  sql: Queryable,
  waveId: number,
  { reuseDays, last }: { readonly reuseDays: number; readonly last: number | null },
): Promise<AnswerWindow> {
  const { since } = await one(
    sql<{ since: string }[]>`
      select to_char((started_at - make_interval(days => ${reuseDays})) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        as since
      from run where wave_id = ${waveId}`,
    'the run',
  );
  return { since, last };
}

/** The answers about people of some buckets: from the first on, below the second. */
export async function readAnswers(
  client: pg.ClientBase,
  [from, to]: readonly [number, number],
  { since, last }: AnswerWindow,
): Promise<AnswersByHash> {
  const answers = new Map<string, Answer>();
  const known = last === null ? 'true' : `id <= ${Number(last)}`;
  const query = `select asked, status, kk_matches, birth_date_matches, name_similarity from answer
    where bucket >= ${Number(from)} and bucket < ${Number(to)} and answered_at >= '${since}' and ${known}
    order by bucket, id`;
  for await (const [asked, status, kk, birthDate, similarity] of binaryRows(client, query)) {
    answers.set(keyOf(asked as Buffer), {
      status: status?.readInt16BE(0) ?? 0,
      kkMatches: booleanOf(kk),
      birthDateMatches: booleanOf(birthDate),
      nameSimilarity: similarity?.readInt16BE(0) ?? null,
    });
  }
  return answers;
}

/** An answer as it is on record. */
export interface KnownAnswer extends Answer {
  /** As the service gave it. */
  readonly code: string;
  /** ISO 8601. */
  readonly answeredAt: string;
}

/** The one that counts of the answers to a question; undefined where there is none in the window. */
export async function findAnswer(
  sql: Queryable,
  { nik, asked }: Pick<NewAnswer, 'nik' | 'asked'>,
  { since, last }: AnswerWindow,
): Promise<KnownAnswer | undefined> {
  const found = await maybeOne(
    sql<KnownAnswer[]>`
      select code, answered_at as "answeredAt", status, kk_matches as "kkMatches",
        birth_date_matches as "birthDateMatches", name_similarity as "nameSimilarity"
      from answer
      where bucket = ${bucketOf(...halvesOf(nik))} and asked = ${asked} and answered_at >= ${since}
        and (${last}::bigint is null or id <= ${last})
      order by id desc limit 1`,
    'the answer',
  );
  return found === undefined ? undefined : { ...found, answeredAt: isoTime(found.answeredAt) };
}

function booleanOf(field: Buffer | null | undefined): boolean | null {
  return field === null || field === undefined ? null : field[0] === 1;
}

/** Keeps answers. They are paid for, whatever becomes of the step: not in its transaction, but in one of their own. */
export async function keepAnswers(sql: Transaction, answers: readonly NewAnswer[]): Promise<void> {
  const rows = answers.map(({ nik, asked, answeredAt, ...rest }) => ({
    bucket: bucketOf(...halvesOf(nik)),
    asked: asked.toString('hex'),
    code: rest.code,
    answered_at: answeredAt.toISOString(),
    status: rest.status,
    kk_matches: rest.kkMatches,
    birth_date_matches: rest.birthDateMatches,
    name_similarity: rest.nameSimilarity,
  }));
  await lockAnswers(sql);
  await sql`
    insert into answer (bucket, asked, code, answered_at, status, kk_matches, birth_date_matches, name_similarity)
    select bucket, decode(asked, 'hex'), code, answered_at, status, kk_matches, birth_date_matches, name_similarity
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as rows (bucket smallint, asked text, code text,
      answered_at timestamptz, status smallint, kk_matches boolean, birth_date_matches boolean, name_similarity smallint)`;
}

/** To be taken before answers are written or the last one is looked for: one that is committed later has a later id. */
export async function lockAnswers(sql: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${TRANSACTION_LOCKS.answers}, 0)`;
}
