/** The processing of a wave: its run, the ledger, what stages hand on. */
import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { bytes, code, moment } from './kinds.ts';
import { wave } from './wave.ts';

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
    /** What the error says is to be done. */
    next: text('next'),
    /** After a failure: not to be tried before. */
    retryAt: moment('retry_at'),
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
 * What a stage hands to a later one: typed columns, sealed, from one part to another. `name` tells the columns; the part that
 * wrote a block replaces it when it is done again. Gone once the wave is published.
 */
export const stageBlock = pgTable(
  'stage_block',
  {
    waveId: integer('wave_id').notNull(),
    name: text('name').notNull(),
    /** The part that it is for; -1 where it is how many rows its source has handed to whom. */
    target: integer('target').notNull(),
    /** The part that wrote it. */
    source: integer('source').notNull(),
    position: integer('position').notNull(),
    rows: integer('rows').notNull(),
    columns: bytes('columns').notNull(),
  },
  (t) => [primaryKey({ columns: [t.waveId, t.name, t.target, t.source, t.position] })],
);
