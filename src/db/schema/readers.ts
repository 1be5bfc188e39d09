/** Whom of the analysts what is shown to. */
import { sql } from 'drizzle-orm';
import { check, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';

/** The provinces that a reader is shown; one who has none here is shown nobody. */
export const readerRegion = pgTable(
  'reader_region',
  {
    /** A login. */
    role: text('role').notNull(),
    /** Its code in the ministry's list, 11 to 97; 0 for all of them. */
    province: smallint('province').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.role, t.province] }),
    check('reader_region_province', sql`${t.province} = 0 or ${t.province} between 11 and 99`),
  ],
);
