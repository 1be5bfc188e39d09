/**
 * Tables of a session's own that stand before those of the same name: stages write to them without knowing it. They are
 * gone with the transaction, and while they are written the server refuses to write to any other.
 */
import type pg from 'pg';

/** Tables that others read in what is shadowed are named with this. */
export const REAL = 'public';

/** What is found under a plain name: shadows first, then the real tables. */
export async function preferShadows(client: pg.ClientBase): Promise<void> {
  await client.query(`set local search_path = pg_temp, ${REAL}`);
}

/**
 * Does the work with empty shadows of these tables; they stay to be read until the transaction ends. In a transaction that
 * may only read, the server still lets temporary tables be written; the savepoint gives the right to make the next ones back.
 * @throws the server's own error where the work writes to a table that has no shadow.
 */
export async function withShadows<T>(
  client: pg.ClientBase,
  tables: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  for (const table of tables)
    await client.query(`create temporary table ${table} (like ${REAL}.${table} including all)`);
  await client.query('savepoint shadowed');
  await client.query('set transaction read only');
  const result = await work();
  await client.query('release savepoint shadowed');
  return result;
}
