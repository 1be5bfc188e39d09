/** COPY in both directions, over node-postgres: text format, one connection, backpressure kept. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/**
 * Sends rows in COPY's text format to `copy <target> from stdin`; returns how many the server took.
 * @throws the server's own error where it refuses a row; the transaction is to be rolled back then.
 */
export async function copyRows(client: pg.ClientBase, target: string, text: string): Promise<number> {
  const stream = client.query(copyFrom(`copy ${target} from stdin`));
  const finished = once(stream, 'finish');
  stream.end(text);
  await finished;
  return stream.rowCount;
}

/** The rows of a query as CSV without a header, as the server writes them. */
export function copyOut(client: pg.ClientBase, query: string): Readable {
  return client.query(copyTo(`copy (${query}) to stdout (format csv)`));
}

/** One field of COPY's text format: null is `\N`, and what the format itself uses is escaped. */
export function copyField(value: string | number | boolean | null): string {
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  return NEEDS_ESCAPE.test(value) ? value.replace(EACH_ESCAPE, (found) => ESCAPES[found] ?? found) : value;
}

const NEEDS_ESCAPE = /[\\\t\n\r]/;
const EACH_ESCAPE = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
