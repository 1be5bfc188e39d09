/** The keys with which what is kept of people is sealed. */
import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { bytes, moment } from './kinds.ts';

/**
 * A data key, sealed with a master key that is not in the database. `seal`: of blocks and secrets, which name it by its id; the
 * newest is used. `question`: of the hashes of what was asked of the registry; a hash of a NIK alone can be undone.
 */
export const dataKey = pgTable(
  'data_key',
  {
    id: integer('id').primaryKey(),
    purpose: text('purpose').notNull(),
    /** Of the master key, not the key. */
    masterId: text('master_id').notNull(),
    sealed: bytes('sealed').notNull(),
    madeAt: moment('made_at').notNull().defaultNow(),
  },
  (t) => [check('data_key_purpose', sql`${t.purpose} in ('seal', 'question')`)],
);
