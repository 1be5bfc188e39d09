import type { Sql } from '../db/database.ts';
import { one } from '../db/rows.ts';

/** The day in Jakarta, `YYYY-MM-DD`, by the clock of the database. */
export async function todayInJakarta(sql: Sql): Promise<string> {
  const { today } = await one(
    sql<{ today: string }[]>`select (now() at time zone interval '7 hours')::date::text as today`,
    'the day',
  );
  return today;
}
