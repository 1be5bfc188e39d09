/** The population registry: snapshots, questions to it, answers of it. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  doublePrecision,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { importFile } from './imports.ts';
import { bytes, moment } from './kinds.ts';
import { wave } from './wave.ts';

/**
 * The population registry as of a date: the newest whole one is what a wave is matched with. Answers that came in a file
 * are a part of it: of those who were asked for.
 */
export const registrySnapshot = pgTable(
  'registry_snapshot',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    kind: text('kind').notNull().default('whole'),
    importId: integer('import_id')
      .notNull()
      .references(() => importFile.id),
    asOf: date('as_of').notNull(),
    people: bigint('people', { mode: 'number' }).notNull(),
    /** How many are in each bucket, sealed with what the version is. Only an import can make it. */
    tally: bytes('tally'),
    importedAt: moment('imported_at').notNull().defaultNow(),
    /** Its people are gone, to make room; that it was there stays on record. */
    droppedAt: moment('dropped_at'),
    droppedBy: text('dropped_by'),
  },
  (t) => [
    check('registry_snapshot_kind', sql`${t.kind} in ('whole', 'answers')`),
    check('registry_snapshot_dropped_whole', sql`(${t.droppedAt} is null) = (${t.droppedBy} is null)`),
  ],
);

/**
 * The people of a snapshot in typed columns: in each bucket by NIK, block after block in the order of the NIK. A snapshot
 * comes and goes as a whole.
 */
export const registryBlock = pgTable(
  'registry_block',
  {
    snapshotId: integer('snapshot_id')
      .notNull()
      .references(() => registrySnapshot.id),
    bucket: smallint('bucket').notNull(),
    position: integer('position').notNull(),
    people: integer('people').notNull(),
    /** By themselves, since somebody is looked for among many. Sealed, as are the other columns. */
    niks: bytes('niks').notNull(),
    columns: bytes('columns').notNull(),
  },
  (t) => [primaryKey({ columns: [t.snapshotId, t.bucket, t.position] })],
);

/** A file of NIKs that was written for the registry to answer. */
export const questionFile = pgTable('question_file', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  waveId: integer('wave_id')
    .notNull()
    .references(() => wave.id),
  fileName: text('file_name').notNull(),
  sha256: text('sha256').notNull(),
  niks: integer('niks').notNull(),
  askedAt: moment('asked_at').notNull().defaultNow(),
  askedBy: text('asked_by').notNull(),
});

/** The NIKs of it in typed columns, sealed: one block a bucket, in order, each NIK once. */
export const questionBlock = pgTable(
  'question_block',
  {
    fileId: integer('file_id')
      .notNull()
      .references(() => questionFile.id),
    bucket: smallint('bucket').notNull(),
    niks: integer('niks').notNull(),
    columns: bytes('columns').notNull(),
  },
  (t) => [primaryKey({ columns: [t.bucket, t.fileId] })],
);

/**
 * What the registry's web service answered about one person: never again taken away, the newest one to a question counts.
 * Whom it is about is not in it: only the bucket of the NIK, and a hash of what was asked.
 */
export const answer = pgTable(
  'answer',
  {
    bucket: smallint('bucket').notNull(),
    /** The order in which answers came to be known. */
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    asked: bytes('asked').notNull(),
    answeredAt: moment('answered_at').notNull(),
    /** As the service gave it. */
    code: text('code').notNull(),
    /** What it was taken to mean then: 0 not found, else the place in the registry's statuses, from 1. */
    status: smallint('status').notNull(),
    /** Null where the answer does not say. */
    kkMatches: boolean('kk_matches'),
    birthDateMatches: boolean('birth_date_matches'),
    /** Percent. */
    nameSimilarity: smallint('name_similarity'),
  },
  (t) => [
    primaryKey({ columns: [t.bucket, t.id] }),
    check('answer_asked', sql`length(${t.asked}) = 32`),
    check('answer_status', sql`${t.status} between 0 and 4`),
    check('answer_similarity', sql`${t.nameSimilarity} between 0 and 100`),
  ],
);

/** ask: how far a wave's questions to the registry are. Written as answers come in, beside the ledger. */
export const asking = pgTable('asking', {
  waveId: integer('wave_id').primaryKey(),
  /** Distinct questions; NIKs that are none are not among them. */
  questions: integer('questions').notNull(),
  /** Of them, those that had an answer before. */
  reused: integer('reused').notNull(),
  answered: integer('answered').notNull(),
  /** Distinct NIKs that were not asked for, since their digits are no NIK. */
  notAsked: integer('not_asked').notNull(),
  /** Calls that brought no answer. */
  failed: integer('failed').notNull().default(0),
  /** Answers a second, of late. */
  rate: doublePrecision('rate'),
  startedAt: moment('started_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
  /** How often the calls were stopped by what only an operator can mend. */
  stops: integer('stops').notNull().default(0),
  /** Why it ended before all were answered, if it did: a sentence for the operator. */
  endedFor: text('ended_for'),
});

/** What is known of the web service itself, by all who call it. */
export const registryService = pgTable(
  'registry_service',
  {
    only: boolean('only').primaryKey().default(true),
    /** Calls that the service will still answer today, as it said last. */
    callsLeft: integer('calls_left'),
    callsLeftAt: moment('calls_left_at'),
    /** Not to be called before. */
    pausedUntil: moment('paused_until'),
    pausedFor: text('paused_for'),
    /** When its last caller ended in order; null while one calls, or after one that was cut off. */
    quietSince: moment('quiet_since'),
  },
  (t) => [
    check('registry_service_only', sql`${t.only}`),
    check('registry_service_paused_whole', sql`(${t.pausedUntil} is null) = (${t.pausedFor} is null)`),
  ],
);
