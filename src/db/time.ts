/** SQL: whether the moment in the column is more seconds ago than this, by the server's clock; null where there is none. */
export function isLongAgo(column: string, seconds: number): string {
  return `${column} < clock_timestamp() - interval '${seconds} s'`;
}

/** PostgreSQL's text of a timestamptz, or what a driver made of it, as ISO 8601 in UTC with milliseconds. */
export function isoTime(time: string | Date): string;
export function isoTime(time: string | Date | null): string | null;
export function isoTime(time: string | Date | null): string | null {
  if (time === null) return null;
  if (time instanceof Date) return time.toISOString();
  // `2021-04-30 12:00:00.123456+07`: JavaScript wants a T, and minutes in the offset.
  const iso = time.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
  return new Date(iso).toISOString();
}
