/** Kinds of columns that drizzle has no word for. */
import { customType, timestamp } from 'drizzle-orm/pg-core';

/** Text in byte order, whatever the database's own collation: what is sorted here is sorted so in the files. */
export const code = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' });
