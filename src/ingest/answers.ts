/** Answers of the registry that come in a file: a part of it, about those whom files of questions asked for. */
import type pg from 'pg';
import { pickRows, rowsWhere } from '../columns/layout.ts';
import type { Database, Sql } from '../db/database.ts';
import type { ImportOptions, ImportSummary } from '../db/import-file.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { maybeOne, one } from '../db/rows.ts';
import { inTransaction } from '../db/session.ts';
import { GelombangError } from '../errors.ts';
import type { Log } from '../log.ts';
import { askedSet } from '../registry/asked.ts';
import { type WaveAsking, wavesAsking } from '../registry/exchange.ts';
import { readAnswer, readPlainAnswer } from './answer-rows.ts';
import type { FaultsIn } from './faults-in.ts';
import type { Bucket } from './pieces.ts';
import {
  type ComingFile,
  type CurrentReference,
  importReference,
  type ReferenceImport,
} from './reference.ts';
import { writeSnapshot } from './registry-blocks.ts';
import { PeopleIntake, type PeoplePieces } from './registry-intake.ts';
import { PERSON_READ, REGISTRY_COLUMNS } from './registry-people.ts';
import { REFERENCE_REJECT_MEANINGS } from './reject.ts';
import { todayInJakarta } from './today.ts';

export interface AnswersSummary extends ImportSummary {
  /** Counted over all snapshots of the registry and all files of answers. */
  readonly version: number;
  /** `YYYY-MM-DD`. */
  readonly as_of: string;
  /** Distinct NIKs that it answers about. */
  readonly answers: number;
  /** The waves under way that have asked, and how many are still without an answer. */
  readonly waves: readonly WaveAsking[];
}

export interface AnswersOptions extends ImportOptions {
  /** The day on which the registry answered, `YYYY-MM-DD`; today in Jakarta if it is not given. */
  readonly asOf: string | undefined;
}

/**
 * They count for every wave that is not matched yet and whose policy lets them be so old. The same bytes again are the
 * same answers, unless it is said that the registry gave them on another day.
 * @throws GelombangError INPUT_REFUSED for a day that is to come, and as `importReference` does.
 */
export async function importAnswers(
  database: Database,
  options: AnswersOptions,
  log: Log,
): Promise<AnswersSummary> {
  const summary = await importReference(
    database,
    answersAsOf(await dayOf(database.sql, options.asOf), options),
    options,
    log,
  );
  const made = await one(
    database.sql<Pick<AnswersSummary, 'version' | 'as_of' | 'answers'>[]>`
      select id as version, as_of::text as as_of, people::float8 as answers from registry_snapshot
      where import_id = ${summary.import_id}`,
    'the answers of the file',
  );
  const waves = await inTransaction(database, (client) => wavesAsking({ client, sql: database.sql }));
  return { ...summary, ...made, waves };
}

function answersAsOf(
  asOf: string,
  given: Pick<AnswersOptions, 'asOf'>,
): ReferenceImport<typeof REGISTRY_COLUMNS> {
  return {
    kind: 'answers',
    columns: REGISTRY_COLUMNS,
    current: (sql, coming) => cameBefore(sql, coming, given.asOf),
    begin: (client, importId, columns) =>
      PeopleIntake.begin(client, {
        columns,
        plain: readPlainAnswer,
        strict: readAnswer,
        complete: async (pieces, faults) => {
          // Until it is committed: a version that comes to be known later has a larger number.
          await client.query('select pg_advisory_xact_lock($1, 0)', [TRANSACTION_LOCKS.snapshots]);
          const asked = { buckets: () => thoseAsked(client, pieces, faults) };
          await writeSnapshot(client, { kind: 'answers', importId, asOf }, asked, faults);
        },
      }),
  };
}

/** One that is to come would make an answer count for longer than it is good. */
async function dayOf(sql: Sql, given: string | undefined): Promise<string> {
  const today = await todayInJakarta(sql);
  if (given === undefined || given <= today) return given ?? today;
  throw new GelombangError('INPUT_REFUSED', `${given} is to come: today is ${today} in Jakarta`, {
    next: 'Give the day on which the registry answered: --as-of DATE.',
  });
}

/** What was dropped is as if it had not come. */
async function cameBefore(
  sql: Sql,
  { bytes, sha256 }: ComingFile,
  asOf: string | undefined,
): Promise<CurrentReference | undefined> {
  const ofItsSize = await sql`
    select 1 from import_file where kind = 'answers' and bytes = ${bytes} and finished_at is not null limit 1`;
  if (ofItsSize.length === 0) return undefined;
  const found = await maybeOne(
    sql<(CurrentReference & { asOf: string })[]>`
      select file.id as "importId", file.bytes::float8 as bytes, file.sha256, file.finished_at::text as "finishedAt",
        snapshot.as_of::text as "asOf"
      from registry_snapshot snapshot join import_file file on file.id = snapshot.import_id
      where snapshot.kind = 'answers' and snapshot.dropped_at is null and file.sha256 = ${await sha256()}
        and ${asOf === undefined ? sql`true` : sql`snapshot.as_of = ${asOf}`}
      order by snapshot.as_of desc, snapshot.id desc limit 1`,
    'the same answers',
  );
  return found === undefined ? undefined : { ...found, what: `in, with answers as of ${found.asOf},` };
}

/** The buckets without those whom nobody asked for: an answer about them was meant for somebody else, or for another program. */
async function* thoseAsked(
  client: pg.ClientBase,
  pieces: PeoplePieces,
  faults: FaultsIn,
): AsyncGenerator<Bucket<typeof PERSON_READ>[]> {
  for await (const buckets of pieces.buckets()) {
    const sifted: Bucket<typeof PERSON_READ>[] = [];
    for (const { bucket, columns } of buckets) {
      const { nikHigh, nikLow, line } = columns.of;
      const asked = await askedSet(client, [bucket, bucket + 1]);
      const rows = rowsWhere(columns.rows, (row) => {
        const isAsked = asked.has(nikHigh[row] as number, nikLow[row] as number);
        if (!isAsked) faults.add([notAsked(line[row] as number)]);
        return isAsked;
      });
      sifted.push({ bucket, columns: pickRows(PERSON_READ, columns, rows) });
    }
    yield sifted;
  }
}

function notAsked(line: number) {
  const message = REFERENCE_REJECT_MEANINGS.NOT_ASKED;
  return { line, registrationNo: '', column: 'nik', code: 'NOT_ASKED', message } as const;
}
