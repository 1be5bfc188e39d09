/** Rows of several tables on their way over one connection, which carries one COPY at a time: sent while more are made. */
import type pg from 'pg';
import type { Keys } from '../keys/keys.ts';
import { BinaryRowsIn } from './binary-copy.ts';
import { keysOf } from './database.ts';

/** Bytes that may wait for the server while more are made ready. */
const MOST_WAITING = 1 << 25;

export class CopyQueue {
  readonly #client: pg.ClientBase;
  /** Of what waits, when it is sent. */
  #waiting: Promise<void>[] = [];
  #bytes = 0;
  #target: string | undefined;
  #flow: BinaryRowsIn | undefined;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  /** Those of the connection. */
  get keys(): Keys {
    return keysOf(this.#client);
  }

  /**
   * Whole rows in binary form, to be sent after all that wait.
   * @param target `table (columns)`, part of the statement's text.
   */
  add(target: string, rows: Buffer): void {
    const before = this.#waiting.at(-1) ?? Promise.resolve();
    const sent = before.then(() => this.#send(target, rows));
    // Met by whoever waits for it next.
    sent.catch(() => {});
    this.#waiting.push(sent);
    this.#bytes += rows.length;
  }

  /** Waits while too much is waiting. @throws the server's own error where it refused a row. */
  async room(): Promise<void> {
    while (this.#bytes > MOST_WAITING) await this.#waiting[0];
  }

  /** Waits until the server has it all: the connection is free then. @throws as `room` does. */
  async end(): Promise<void> {
    await this.#waiting.at(-1);
    await this.#endFlow();
  }

  async #send(target: string, rows: Buffer): Promise<void> {
    if (target !== this.#target) await this.#endFlow();
    this.#target = target;
    this.#flow ??= new BinaryRowsIn(this.#client, target);
    await this.#flow.rows(rows);
    this.#bytes -= rows.length;
    this.#waiting.shift();
  }

  async #endFlow(): Promise<void> {
    const flow = this.#flow;
    this.#flow = this.#target = undefined;
    await flow?.end();
  }
}
