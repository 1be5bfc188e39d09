/** Verbs that state how many rows a query must give; another number is an error that names the query. */
import type { PendingQuery, Row } from 'postgres';
import { GelombangError } from '../errors.ts';

/** Exactly one row. @throws GelombangError UNEXPECTED otherwise. */
export async function one<T extends Row>(query: PendingQuery<T[]>, what: string): Promise<T> {
  const rows = await query;
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw wrongCount(what, 'one row', rows.length);
  return row as T;
}

/** The row, or undefined where there is none. @throws GelombangError UNEXPECTED where there are several. */
export async function maybeOne<T extends Row>(
  query: PendingQuery<T[]>,
  what: string,
): Promise<T | undefined> {
  const rows = await query;
  if (rows.length > 1) throw wrongCount(what, 'at most one row', rows.length);
  return rows[0] as T | undefined;
}

function wrongCount(what: string, expected: string, got: number): GelombangError {
  return new GelombangError('UNEXPECTED', `expected ${expected} for ${what}, got ${got}`);
}
