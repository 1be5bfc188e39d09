/** Tables by their names in the schema. Loaded by what uses it alone: it is a sixth of a second of a command's start. */
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Sql } from './database.ts';
import * as schema from './schema.ts';

export { schema };

export function ormOf(sql: Sql): PostgresJsDatabase<typeof schema> {
  return drizzle(sql, { schema });
}
