/**
 * The tables. Each stage writes its own and reads those of the stages before it; an application's state is what
 * they say together. Numbered migrations in `drizzle/` are made from this file; four things stand only there, since
 * drizzle has no word for them: blocks are kept as they are, without being compressed; `notice` leaves room in its pages,
 * so that a change of state does not touch its index; the views `application` and
 * `outcome` show what is in blocks of lines as rows, for people and for what is asked seldom; and triggers refuse to change
 * what a draw was made of: policy, lists, pool and entropy of a frozen wave.
 */
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  date,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

/** Text in byte order, whatever the database's own collation: what is sorted here is sorted so in the files. */
const code = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' });

/** The one row that tells this installation from others. */
export const installation = pgTable(
  'installation',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    only: boolean('only').notNull().default(true).unique(),
    /** What was asked of the registry is kept under a hash with this key: a hash of a NIK alone can be undone. */
    questionKey: bytes('question_key')
      .notNull()
      .default(sql`uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())`),
  },
  (t) => [check('installation_only', sql`${t.only}`)],
);

/** A wave, its frozen policy, and what the draw published. */
export const wave = pgTable(
  'wave',
  {
    id: integer('id').primaryKey(),
    state: text('state').notNull().default('open'),
    policy: text('policy').notNull(),
    policySha256: text('policy_sha256').notNull(),
    quota: integer('quota').notNull(),
    closesAt: moment('closes_at'),
    openedAt: moment('opened_at').notNull().defaultNow(),
    /** Never published: household pseudonyms are made with it. */
    householdKey: bytes('household_key').notNull(),
    entropySource: text('entropy_source').notNull(),
    /** Made when the wave was opened; its SHA-256 was published then, itself only with the draw. */
    secret: text('secret'),
    entropyCommitment: text('entropy_commitment'),
    /** Given at the close in place of the secret. */
    entropyGiven: text('entropy_given'),
    /** The round of the beacon that was named when the wave was opened, and its signature, which gives the entropy. */
    beaconRound: bigint('beacon_round', { mode: 'number' }),
    beaconSignature: text('beacon_signature'),
    /** The registry that it is held against; of answers that came in files, the last one that was known. */
    snapshotId: integer('snapshot_id').references((): AnyPgColumn => registrySnapshot.id),
    /** The last answer of the web service that was known when all had been asked. */
    lastAnswer: bigint('last_answer', { mode: 'number' }),
    /** Who said that it is published although the registry gave no answer on some applications. */
    unverifiedBy: text('unverified_by'),
    unverifiedAt: moment('unverified_at'),
    /** The last block of recipients that was known at its close: who comes to be known later does not count. */
    lastRecipient: bigint('last_recipient', { mode: 'number' }),
    /** Waves that were published when this one was closed, and those that were void: their recipients have no place. */
    earlierWaves: integer('earlier_waves').array(),
    voidWaves: integer('void_waves').array(),
    poolRoot: text('pool_root'),
    frozenAt: moment('frozen_at'),
    seed: text('seed'),
    publishedAt: moment('published_at'),
    /** Notices wait for a word of the operator. */
    noticesHeld: boolean('notices_held').notNull().default(false),
    /** The funnel in order, `[step, count]`, written by the publishing transaction. */
    funnel: jsonb('funnel').$type<[string, number][]>(),
    voidedAt: moment('voided_at'),
    voidedBy: text('voided_by'),
    voidReason: text('void_reason'),
  },
  (t) => [
    check('wave_id_positive', sql`${t.id} > 0`),
    check('wave_state', sql`${t.state} in ('open', 'closing', 'published', 'void')`),
    check('wave_entropy_source', sql`${t.entropySource} in ('secret', 'drand:quicknet')`),
    check(
      'wave_secret_committed',
      sql`(${t.entropySource} = 'secret') = (${t.secret} is not null and ${t.entropyCommitment} is not null)`,
    ),
    check('wave_round_named', sql`(${t.entropySource} <> 'secret') = (${t.beaconRound} is not null)`),
    check('wave_beacon_of_round', sql`${t.beaconSignature} is null or ${t.beaconRound} is not null`),
    check(
      'wave_void_whole',
      sql`(${t.state} = 'void') = (${t.voidedAt} is not null and ${t.voidedBy} is not null and ${t.voidReason} is not null)`,
    ),
    /** An empty pool has the hash of no bytes. */
    uniqueIndex('wave_pool_root_once')
      .on(t.poolRoot)
      .where(sql`${t.poolRoot} <> 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'`),
    check('wave_quota', sql`${t.quota} >= 0`),
    check('wave_unverified_whole', sql`(${t.unverifiedBy} is null) = (${t.unverifiedAt} is null)`),
    check('wave_household_key', sql`length(${t.householdKey}) = 32`),
    check('wave_seed_after_freeze', sql`${t.seed} is null or ${t.poolRoot} is not null`),
    check(
      'wave_published_whole',
      sql`${t.state} = 'void' or (${t.state} = 'published') = (${t.publishedAt} is not null)`,
    ),
    check('wave_published_drawn', sql`${t.state} <> 'published' or ${t.seed} is not null`),
  ],
);

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
 * read; the view `application` shows the lines as rows. As rows of a table they were measured at three times the
 * server's time. Keys here and in what the stages write are held by the statements that write.
 */
export const applicationBlock = pgTable(
  'application_block',
  {
    waveId: integer('wave_id').notNull(),
    importId: integer('import_id').notNull(),
    bucket: smallint('bucket').notNull(),
    position: integer('position').notNull(),
    rows: integer('rows').notNull(),
    columns: bytes('columns').notNull(),
    /** Row for row, each ended by a line feed, in fields with tabs between them. */
    lines: bytes('lines').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.waveId, t.bucket, t.importId, t.position] }),
    check('application_block_rows', sql`${t.rows} > 0`),
  ],
);

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
    firstNik: code('first_nik').notNull(),
    people: integer('people').notNull(),
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

/** The NIKs of it in typed columns: one block a bucket, in order, each NIK once. */
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

/** One version of a list; the newest of a name is the one in force. */
export const list = pgTable(
  'list',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    name: code('name').notNull(),
    kind: text('kind').notNull(),
    source: text('source').notNull(),
    listedOn: date('listed_on'),
    importId: integer('import_id')
      .notNull()
      .references(() => importFile.id),
    importedAt: moment('imported_at').notNull().defaultNow(),
    importedBy: text('imported_by').notNull(),
    /** Distinct NIKs. */
    entries: integer('entries').notNull(),
    /** Why it waits for the word of an operator: it is in force once it is released, and never if it is discarded. */
    heldFor: text('held_for'),
    decision: text('decision'),
    decidedAt: moment('decided_at'),
    decidedBy: text('decided_by'),
  },
  (t) => [
    check('list_kind', sql`${t.kind} in ('deny', 'priority')`),
    check(
      'list_decision',
      sql`${t.decision} is null or (${t.decision} in ('released', 'discarded') and ${t.heldFor} is not null)`,
    ),
    check(
      'list_decided_whole',
      sql`(${t.decision} is null) = (${t.decidedAt} is null) and (${t.decision} is null) = (${t.decidedBy} is null)`,
    ),
    index('list_newest').on(t.name, t.id),
  ],
);

/** The NIKs of a list in typed columns: one block a bucket, in order, each NIK once. */
export const listBlock = pgTable(
  'list_block',
  {
    listId: integer('list_id')
      .notNull()
      .references(() => list.id),
    bucket: smallint('bucket').notNull(),
    entries: integer('entries').notNull(),
    columns: bytes('columns').notNull(),
  },
  (t) => [primaryKey({ columns: [t.listId, t.bucket] })],
);

/** Which version of each list a wave was filtered with. */
export const waveList = pgTable(
  'wave_list',
  {
    waveId: integer('wave_id')
      .notNull()
      .references(() => wave.id),
    listId: integer('list_id')
      .notNull()
      .references(() => list.id),
  },
  (t) => [primaryKey({ columns: [t.waveId, t.listId] })],
);

/**
 * People who received a place, in typed columns: brought in from a file, or accepted by a wave that was published here, one
 * block a bucket and time. Of rows of one NIK and wave the first stands, by the order of the blocks and then of their rows.
 */
export const recipientBlock = pgTable(
  'recipient_block',
  {
    bucket: smallint('bucket').notNull(),
    /** The order in which they came to be known. */
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /** The wave that was published here and accepted them; 0 for those of a file. */
    publishedBy: integer('published_by').notNull(),
    rows: integer('rows').notNull(),
    columns: bytes('columns').notNull(),
  },
  (t) => [primaryKey({ columns: [t.bucket, t.id] }), check('recipient_block_rows', sql`${t.rows} > 0`)],
);

/** The processing of a wave, from its close to its notices. */
export const run = pgTable(
  'run',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    waveId: integer('wave_id')
      .notNull()
      .references(() => wave.id),
    startedAt: moment('started_at').notNull().defaultNow(),
    finishedAt: moment('finished_at'),
    /** Which process leads it, or led it last. */
    host: text('host').notNull(),
    pid: integer('pid').notNull(),
    /** How often it was begun or taken up: jobs of an earlier time, still claimed by the dead, are not waited for. */
    attempt: smallint('attempt').notNull().default(1),
    /** Into how many parts its people are cut, and into how many ranges its applications: fixed with its beginning. */
    parts: smallint('parts').notNull(),
  },
  (t) => [unique('run_once_a_wave').on(t.waveId)],
);

/** A stage that was planned: into how many parts. */
export const stage = pgTable(
  'stage',
  {
    waveId: integer('wave_id')
      .notNull()
      .references(() => wave.id),
    stage: text('stage').notNull(),
    parts: integer('parts').notNull(),
    plannedAt: moment('planned_at').notNull().defaultNow(),
    /** All parts are done, and what they give together is written. */
    completedAt: moment('completed_at'),
  },
  (t) => [primaryKey({ columns: [t.waveId, t.stage] })],
);

/** The ledger: one row a step, done once. */
export const step = pgTable(
  'step',
  {
    waveId: integer('wave_id').notNull(),
    stage: text('stage').notNull(),
    part: integer('part').notNull(),
    /** The part's keys from `lower` on, below `upper`; null is open. */
    lower: code('lower'),
    upper: code('upper'),
    state: text('state').notNull().default('planned'),
    counts: jsonb('counts').$type<Record<string, number>>(),
    digest: text('digest'),
    attempts: smallint('attempts').notNull().default(0),
    error: text('error'),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.waveId, t.stage, t.part] }),
    foreignKey({ columns: [t.waveId, t.stage], foreignColumns: [stage.waveId, stage.stage] }),
    check('step_state', sql`${t.state} in ('planned', 'done', 'failed')`),
    check(
      'step_done_whole',
      sql`(${t.state} = 'done') = (${t.finishedAt} is not null and ${t.digest} is not null)`,
    ),
  ],
);

/**
 * What a stage hands to a later one: typed columns, from one part to another. `name` tells the columns; the part that
 * wrote a block replaces it when it is done again. Gone once the wave is published.
 */
export const stageBlock = pgTable(
  'stage_block',
  {
    waveId: integer('wave_id').notNull(),
    name: text('name').notNull(),
    /** The part that it is for. */
    target: integer('target').notNull(),
    /** The part that wrote it. */
    source: integer('source').notNull(),
    position: integer('position').notNull(),
    rows: integer('rows').notNull(),
    columns: bytes('columns').notNull(),
  },
  (t) => [primaryKey({ columns: [t.waveId, t.name, t.target, t.source, t.position] })],
);

/** freeze: the eligible applications as they are published: the lines of pool.csv, which the root is the root of. */
export const pool = pgTable(
  'pool',
  {
    waveId: integer('wave_id').notNull(),
    part: integer('part').notNull(),
    applications: integer('applications').notNull(),
    /** Each ended by a line feed. */
    lines: bytes('lines').notNull(),
    /** What they are of the Merkle tree over the whole pool: `[{level, digest}]`, from left to right. */
    subtrees: jsonb('subtrees').$type<{ level: number; digest: string }[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.waveId, t.part] })],
);

/**
 * select: how far the seats went in each tier and province. What one ticket was worth there
 * follows from it.
 */
export const cutoff = pgTable(
  'cutoff',
  {
    waveId: integer('wave_id').notNull(),
    tier: integer('tier').notNull(),
    /** Province code. */
    region: smallint('region').notNull(),
    candidates: integer('candidates').notNull(),
    accepted: integer('accepted').notNull(),
    /** Of one ticket: the share of all draws that would have had a seat here. 1 where there were seats for everyone. */
    chance: doublePrecision('chance').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.waveId, t.tier, t.region] }),
    check('cutoff_accepted', sql`${t.accepted} between 0 and ${t.candidates}`),
    check('cutoff_chance', sql`${t.chance} between 0 and 1`),
  ],
);

/**
 * record: what became of the applications, as the very lines of results.csv with the whole NIK, in byte order of the
 * registration number. Nobody reads it before the wave is published. The view `outcome` gives the same as rows.
 */
export const resultBlock = pgTable(
  'result_block',
  {
    waveId: integer('wave_id').notNull(),
    /** The range of registration numbers, and the block among its own. */
    part: integer('part').notNull(),
    position: integer('position').notNull(),
    firstRegistrationNo: code('first_registration_no').notNull(),
    rows: integer('rows').notNull(),
    /** Each ended by a line feed. */
    lines: bytes('lines').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.waveId, t.part, t.position] }),
    check('result_block_rows', sql`${t.rows} > 0`),
  ],
);

/**
 * record: the same for whoever starts from the person, who is found in a bucket by the NIK: typed columns, in which an
 * application is named by its place among those of the bucket, in the order of `application_block`.
 */
export const decisionBlock = pgTable(
  'decision_block',
  {
    waveId: integer('wave_id').notNull(),
    bucket: smallint('bucket').notNull(),
    /** The range of registration numbers that the applications are of. */
    source: integer('source').notNull(),
    rows: integer('rows').notNull(),
    columns: bytes('columns').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.waveId, t.bucket, t.source] }),
    check('decision_block_rows', sql`${t.rows} > 0`),
  ],
);

/** review: whether the draw looks as chance would have it, and what an operator said where it does not. */
export const review = pgTable(
  'review',
  {
    waveId: integer('wave_id').primaryKey(),
    report: jsonb('report').notNull(),
    /** The publication waits for the word of an operator. */
    alarm: boolean('alarm').notNull(),
    reviewedAt: moment('reviewed_at').notNull().defaultNow(),
    approvedAt: moment('approved_at'),
    approvedBy: text('approved_by'),
    approvalReason: text('approval_reason'),
  },
  (t) => [
    check(
      'review_approved_whole',
      sql`(${t.approvedAt} is null) = (${t.approvedBy} is null) and (${t.approvedAt} is null) = (${t.approvalReason} is null)`,
    ),
  ],
);

/**
 * notify: what has been done about a notice: one message to one person over one channel. Every outcome of a published
 * wave has its notice from the moment of publication, named by wave, registration number and channel; here it stands
 * from the moment that it is handed over.
 */
export const notice = pgTable(
  'notice',
  {
    waveId: integer('wave_id').notNull(),
    registrationNo: code('registration_no').notNull(),
    channel: text('channel').notNull(),
    state: text('state').notNull(),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.waveId, t.registrationNo, t.channel] }),
    check('notice_state', sql`${t.state} in ('created', 'sending', 'sent', 'failed', 'unknown')`),
  ],
);
