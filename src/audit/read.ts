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
  /** The one that asks, which began with this entry. */
  readonly besides?: number;
}

/** The entry with which it began, and those that say how it ended: one, none where it is under way or was cut off. */
export type Deed = readonly [Entry, ...Entry[]];

export interface Found {
  /** The newest last. */
  readonly deeds: readonly Deed[];
  /** How many there are besides, all of them earlier. */
  readonly earlier: number;
}

/** What was done, each with all of its entries. */
export async function findDeeds(sql: Queryable, { wave, since, most, besides }: Wanted): Promise<Found> {
  const ofWave =
    wave === undefined ? sql`true` : sql`audit.subject::jsonb -> 'wave' = to_jsonb(${wave}::int)`;
  const wanted = sql`${ofWave} and audit.at >= ${since ?? '-infinity'}::timestamptz and ${beginning(sql)} <> ${besides ?? 0}`;
  const entries = await sql<Entry[]>`
    select ${columns(sql)} from audit where ${beginning(sql)} in
      (select distinct ${beginning(sql)} as deed from audit where ${wanted} order by deed desc limit ${most})
    order by ${beginning(sql)}, audit.number`;
  const { all } = await one(
    sql<
      { all: number }[]
    >`select count(distinct ${beginning(sql)})::float8 as all from audit where ${wanted}`,
    'the number of deeds',
  );
  const deeds = deedsOf(entries);
  return { deeds, earlier: Math.max(0, all - deeds.length) };
}

/** The number of the entry with which it began. */
function beginning(sql: Queryable) {
  return sql`coalesce(audit.began, audit.number)`;
}

function deedsOf(entries: readonly Entry[]): Deed[] {
  const deeds = new Map<number, [Entry, ...Entry[]]>();
  for (const entry of entries) {
    const key = entry.began ?? entry.number;
    const deed = deeds.get(key);
    if (deed === undefined) deeds.set(key, [entry]);
    else deed.push(entry);
  }
  return [...deeds.values()];
}

function columns(sql: Queryable) {
  return sql`audit.number::float8 as number, operator, login, account, host, process, address, action, outcome,
    began::float8 as began, code, subject, reason, previous, hash,
    to_char(audit.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`;
}
