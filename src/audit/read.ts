/** The entries of the audit log, as they are kept. */
import type { Queryable } from '../db/database.ts';
import { one } from '../db/rows.ts';
import type { Entry } from './entry.ts';

/** Entries that are held at a time. */
const AT_ONCE = 1_000;

/** All of them, in the order of their numbers, of one moment; some at a time. */
export async function* entriesOf(sql: Queryable): AsyncGenerator<Entry> {
  const found = sql<Entry[]>`select ${columns(sql)} from audit order by audit.number, audit.hash`;
  for await (const entries of found.cursor(AT_ONCE)) yield* entries;
}

export interface Wanted {
  readonly wave?: number | undefined;
  /** ISO 8601 with an offset. */
  readonly since?: string | undefined;
  /** How many at the most: the newest of them. */
  readonly most: number;
}

export interface Found {
  /** The newest last. */
  readonly entries: readonly Entry[];
  /** How many there are besides, all of them earlier. */
  readonly earlier: number;
}

export async function findEntries(sql: Queryable, { wave, since, most }: Wanted): Promise<Found> {
  const ofWave =
    wave === undefined ? sql`true` : sql`audit.subject::jsonb -> 'wave' = to_jsonb(${wave}::int)`;
  const wanted = sql`${ofWave} and audit.at >= ${since ?? '-infinity'}::timestamptz`;
  const found = await sql<Entry[]>`
    select ${columns(sql)} from audit where ${wanted} order by audit.number desc limit ${most}`;
  const { all } = await one(
    sql<{ all: number }[]>`select count(*)::float8 as all from audit where ${wanted}`,
    'the number of entries',
  );
  return { entries: found.toReversed(), earlier: Math.max(0, all - found.length) };
}

function columns(sql: Queryable) {
  return sql`audit.number::float8 as number, operator, login, account, host, process, address, action, outcome,
    began::float8 as began, code, subject, reason, previous, hash,
    to_char(audit.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`;
}
