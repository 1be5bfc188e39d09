/** The registry's answers that came in files: a part of it each, as of a day, which count for a wave while they are not too old. */
import type { PendingQuery, Row } from 'postgres';
import type { Queryable, Transaction } from '../db/database.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { isoTime } from '../db/time.ts';
import { matchSourceOf, reuseDaysOf } from '../policy/policy.ts';
import type { Wave } from './record.ts';

export interface AnswerFile {
  readonly version: number;
  /** `YYYY-MM-DD`. */
  readonly as_of: string;
  readonly file: string;
  readonly sha256: string;
  readonly rows: number;
  readonly imported_at: string;
}

/**
 * Whether a `snapshot` is one of answers that count for a `wave`, of which `run` is the run if there is one: as old as the
 * policy lets them be on the day on which the close was begun, or today while the wave is open. Days are those of Jakarta.
 */
export function countsFor(sql: Queryable): PendingQuery<Row[]> {
  return sql`
    wave.policy::jsonb #>> '{match,source}' = 'exchange'
    and ${isYoung(sql, sql`(wave.policy::jsonb #>> '{match,reuse_days}')::int`)}`;
}

function isYoung(sql: Queryable, days: PendingQuery<Row[]>): PendingQuery<Row[]> {
  return sql`
    snapshot.kind = 'answers' and (snapshot.dropped_at is null or snapshot.dropped_at > run.started_at)
    and snapshot.as_of >= (coalesce(run.started_at, now()) at time zone interval '7 hours')::date - ${days}`;
}

/**
 * The files that count for a wave by the policy that it comes with, those of the newest day last; of a day the last that
 * came in.
 * @param last The last one that the wave knows; null for one that knows none, all there are if not given.
 */
export async function answerFilesOf(
  sql: Queryable,
  { id, policy }: Pick<Wave, 'id' | 'policy'>,
  last?: number | null,
): Promise<readonly AnswerFile[]> {
  if (matchSourceOf(policy) !== 'exchange') return [];
  const known = last === undefined ? sql`true` : sql`snapshot.id <= ${last ?? 0}`;
  const files = await sql<AnswerFile[]>`
    select snapshot.id as version, snapshot.as_of::text as as_of, file.file_name as file, file.sha256,
      file.rows_taken::float8 as rows, file.finished_at as imported_at
    from wave left join run on run.wave_id = wave.id
      join registry_snapshot snapshot on ${isYoung(sql, sql`${reuseDaysOf(policy)}::int`)} and ${known}
      join import_file file on file.id = snapshot.import_id
    where wave.id = ${id} order by snapshot.as_of, snapshot.id`;
  return files.map((file) => ({ ...file, imported_at: isoTime(file.imported_at) }));
}

/**
 * To be taken before a file of answers becomes a version, a version is dropped, or it is fixed which of them a wave knows: a
 * version that is committed later has a larger number.
 */
export async function lockSnapshots(sql: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${TRANSACTION_LOCKS.snapshots}, 0)`;
}
