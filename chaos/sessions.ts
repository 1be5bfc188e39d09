/** Who is connected to a case's database, and what they wait for: of what hangs, and of what was left behind. */
import type { PostgresServer } from './postgres-server.ts';

export async function sessionsAt(server: PostgresServer, database: string): Promise<string[]> {
  const rows = await server.ask<{ line: string }>(`
    select application_name || ' ' || coalesce(state, '-') || ' ' || coalesce(wait_event, '-') || ' ' ||
      left(regexp_replace(query, '\\s+', ' ', 'g'), 120) as line
    from pg_stat_activity
    where datname = '${database}' and application_name <> 'chaos' and backend_type = 'client backend'`);
  return rows.map(({ line }) => line);
}
