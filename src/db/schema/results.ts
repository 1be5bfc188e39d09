/** What comes out of a wave: the pool, how far the seats went, results, decisions, notices. */
import { sql } from 'drizzle-orm';
import { check, doublePrecision, integer, jsonb, pgTable, primaryKey, smallint } from 'drizzle-orm/pg-core';
import { bytes, code } from './kinds.ts';

/** freeze: the eligible applications as they are published: the lines of pool.csv, which the root is the root of. */
export const pool = pgTable(
  'pool',
  {
    waveId: integer('wave_id').notNull(),
    part: integer('part').notNull(),
    /** Each ended by a line feed. */
    lines: bytes('lines').notNull(),
    /** What they are of the Merkle tree over the whole pool: `[{level, digest}]`, from left to right. */
    subtrees: jsonb('subtrees').$type<{ level: number; digest: string }[]>().notNull(),
    /** Where the range begins and ends, sealed, and bound to the lines. */
    bounds: bytes('bounds').notNull(),
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
 * record: what became of the applications, as the very lines of results.csv, in byte order of the registration number, and
 * row for row what is not in them. Nobody reads it before the wave is published. Its blocks are of all registration numbers, without a
 * gap: also of a range without an application there is one. The view `outcome` gives the same as rows.
 */
export const resultBlock = pgTable(
  'result_block',
  {
    waveId: integer('wave_id').notNull(),
    /** The range of registration numbers, and the block among its own. */
    part: integer('part').notNull(),
    position: integer('position').notNull(),
    /** The registration numbers that it is of: from the first on, null for the lowest, below the second, null for no end. */
    lower: code('lower'),
    upper: code('upper'),
    rows: integer('rows').notNull(),
    /** Each ended by a line feed. */
    lines: bytes('lines').notNull(),
    /** The six digits of each NIK that the lines do not show, in typed columns, sealed, and bound to all that is beside them. */
    hidden: bytes('hidden').notNull(),
    /** Province code of the domicile, a byte each. */
    regions: bytes('regions').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.waveId, t.part, t.position] }),
    check('result_block_rows', sql`${t.rows} >= 0`),
  ],
);

/**
 * record: the same for whoever starts from the person, who is found in a bucket by the NIK: typed columns, sealed,
 * since the bucket says something of the NIK, in which an application is named by its place among those of the bucket, in the order of `application_block`.
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
