/** COPY in both directions, over node-postgres: text format, one connection, backpressure kept. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { type CopyStreamQuery, from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** Characters that may wait for the server while the next rows are made ready. */
const AHEAD = 1 << 20;

/** Rows on their way to a table, in COPY's text format. Nothing else can be asked of the connection until `end`. */
export class RowsIn {
  readonly #stream: CopyStreamQuery;

  /** @param target `table (columns)`, part of the statement's text. */
  constructor(client: pg.ClientBase, target: string) {
    this.#stream = client.query(copyFrom(`copy ${target} from stdin`, { highWaterMark: AHEAD }));
    // Met again by whoever writes or ends next. The stream tells of an error without being destroyed by it, and
    // would go on writing to the connection that it has let go of by then.
    this.#stream.on('error', (error) => this.#stream.destroy(error));
  }

  /**
   * Sends whole lines; waits only while more than enough is on its way.
   * @throws the server's own error where it refused a row; the transaction is to be rolled back then.
   */
  async write(lines: string): Promise<void> {
    if (this.#stream.errored !== null) throw this.#stream.errored;
    if (!this.#stream.write(lines)) await once(this.#stream, 'drain');
  }

  /** Waits until the server has taken every row. @throws as `write` does. */
  async end(): Promise<void> {
    if (this.#stream.errored !== null) throw this.#stream.errored;
    this.#stream.end();
    await finished(this.#stream);
  }
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
