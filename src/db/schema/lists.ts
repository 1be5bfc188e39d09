/** What else a wave is held against: lists, and past recipients. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { importFile } from './imports.ts';
import { bytes, code, moment } from './kinds.ts';
import { wave } from './wave.ts';

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
    /** How many are in each bucket, sealed with what the version is. Only an import can make it. */
    tally: bytes('tally'),
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

/** The NIKs of a list in typed columns, sealed: one block a bucket, in order, each NIK once. */
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
 * block a bucket and time, sealed. Of rows of one NIK and wave the first stands, by the order of the blocks and then of their rows.
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

/** How many recipients came to be known at a time, by bucket, sealed: each from the block on that the one before ended with. */
export const recipientTally = pgTable('recipient_tally', {
  /** The last block of those before; 0 for the first of all. */
  after: bigint('after', { mode: 'number' }).primaryKey(),
  last: bigint('last', { mode: 'number' }).notNull(),
  publishedBy: integer('published_by').notNull(),
  tally: bytes('tally').notNull(),
});
