/** Files that were brought in, what was wrong with their rows, and the applications of them. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { bytes, moment } from './kinds.ts';
import { wave } from './wave.ts';

/** A file that was brought in, or is being brought in. */
export const importFile = pgTable(
  'import_file',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    kind: text('kind').notNull(),
    waveId: integer('wave_id').references(() => wave.id),
    fileName: text('file_name').notNull(),
    /** Absolute, on the machine that read it: tells a file that was cut off from another of its name. */
    path: text('path').notNull(),
    sha256: text('sha256'),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    rowsRead: bigint('rows_read', { mode: 'number' }),
    rowsRejected: bigint('rows_rejected', { mode: 'number' }),
    rowsTaken: bigint('rows_taken', { mode: 'number' }),
    /** Rows whose NIK or KK was written with spaces, dots, dashes or an apostrophe. */
    rowsNormalised: bigint('rows_normalised', { mode: 'number' }),
    /** Of applications: how many are in each bucket, sealed. */
    tally: bytes('tally'),
    startedAt: moment('started_at').notNull().defaultNow(),
    finishedAt: moment('finished_at'),
  },
  (t) => [
    check('import_file_kind', sql`${t.kind} in ('applicants', 'registry', 'answers', 'list', 'recipients')`),
    check('import_file_wave', sql`(${t.kind} = 'applicants') = (${t.waveId} is not null)`),
    check(
      'import_file_sums',
      sql`${t.finishedAt} is null or (${t.sha256} is not null and ${t.rowsRead} = ${t.rowsRejected} + ${t.rowsTaken})`,
    ),
    check(
      'import_file_tally',
      sql`${t.kind} <> 'applicants' or ${t.finishedAt} is null or ${t.tally} is not null`,
    ),
    uniqueIndex('import_file_once_a_wave')
      .on(t.waveId, t.sha256)
      .where(sql`${t.kind} = 'applicants' and ${t.finishedAt} is not null`),
  ],
);

/** One fault of one row that is not an application. */
export const reject = pgTable(
  'reject',
  {
    importId: integer('import_id')
      .notNull()
      .references(() => importFile.id),
    line: bigint('line', { mode: 'number' }).notNull(),
    /** Which of the row's faults, from 0. */
    position: smallint('position').notNull(),
    registrationNo: text('registration_no').notNull(),
    columnName: text('column_name').notNull(),
    code: text('code').notNull(),
    message: text('message').notNull(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.line, t.position] })],
);

/**
 * The applications of a wave, some hundred a block, dealt into buckets by NIK: a person's account asks for a place. Each
 * is there twice: in typed columns, for what decides, and as a line of text with all that the person gave, for people to
 * read. As rows of a table they were measured at three times the server's time. Keys here and in what the stages write are
 * held by the statements that write.
 */
export const applicationBlock = pgTable(
  'application_block',
  {
    waveId: integer('wave_id').notNull(),
    importId: integer('import_id').notNull(),
    bucket: smallint('bucket').notNull(),
    position: integer('position').notNull(),
    rows: integer('rows').notNull(),
    /** Registration numbers and lines of the file: all that is read to find an account. Sealed, as is all the rest. */
    numbers: bytes('numbers').notNull(),
    columns: bytes('columns').notNull(),
    /** Row for row, each ended by a line feed, in fields with tabs between them. */
    lines: bytes('lines').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.waveId, t.bucket, t.importId, t.position] }),
    check('application_block_rows', sql`${t.rows} > 0`),
  ],
);
