/** The proxy before PostgreSQL. Counted is what may fail: a statement that begins, a piece of a COPY, its end. */
import type { NetConnectOpts } from 'node:net';
import { bindMessage, copyFailMessage, Messages, queryMessage, textOf, typeOf } from './frontend.ts';
import type { Link, Translator } from './link.ts';
import { dealWith, ServerProxy } from './proxy.ts';

/** Query, Bind (of a prepared statement), CopyData, CopyDone. */
const COUNTED = 'QBdc';

/** Raised by a statement of the database, made with it: see `FAILING_FUNCTION`. */
const FAILING_STATEMENT = 'chaos_fails';

/** Made in every database that a case has: raises an error of the class that is asked for. */
export const FAILING_FUNCTION = `create schema chaos;
  create function chaos.fail(state text) returns int language plpgsql as
    $$ begin raise exception 'failed by the harness' using errcode = state; end $$;
  grant usage on schema chaos to public`;

/** @param sqlState With which a statement fails that is to fail; without it none may. */
export function openSqlProxy(to: NetConnectOpts, sqlState?: string): Promise<ServerProxy> {
  return ServerProxy.open(to, (proxy) => new SqlTranslator(proxy, sqlState));
}

class SqlTranslator implements Translator {
  readonly #proxy: ServerProxy;
  readonly #sqlState: string | undefined;
  readonly #asked = new Messages(false);
  readonly #answered = new Messages(true);
  /** `signing in`, then the failing statement is prepared, which the program does not notice. */
  #phase: 'signing in' | 'preparing' | 'open';
  #ready: Buffer | undefined;
  #awaited: (() => void) | undefined;
  /** What each prepared statement of the connection is, by its name. */
  readonly #statements = new Map<string, string>();

  constructor(proxy: ServerProxy, sqlState: string | undefined) {
    this.#proxy = proxy;
    this.#sqlState = sqlState;
    this.#phase = sqlState === undefined ? 'open' : 'signing in';
  }

  messagesIn(bytes: Buffer): Iterable<Buffer> {
    return this.#asked.take(bytes);
  }

  onMessage(message: Buffer, link: Link): void {
    const type = typeOf(message);
    if (type === 'P') this.#remember(message);
    // The first message has no type, and its length begins with a zero.
    const isCounted = COUNTED.includes(type);
    const disturbance = isCounted ? this.#proxy.count(this.#describe(type, message)) : undefined;
    if (disturbance?.kind === 'answered') this.#awaited = disturbance.act;
    const failing = disturbance?.kind === 'fail' ? this.#failing(type, message) : message;
    dealWith(disturbance, { message, failing, proxy: this.#proxy, link });
  }

  onAnswer(bytes: Buffer, link: Link): void {
    if (this.#awaited !== undefined) {
      this.#awaited();
      link.cut('end');
    } else if (this.#phase === 'open') {
      link.toClient(bytes);
    } else {
      for (const message of this.#answered.take(bytes)) this.#prepare(message, link);
      // From here on bytes go through as they come: what was begun has to go first.
      if ((this.#phase as string) === 'open') link.toClient(this.#answered.rest());
    }
  }

  #prepare(message: Buffer, link: Link): void {
    const isReady = typeOf(message) === 'Z';
    if (this.#phase === 'signing in' && isReady) {
      this.#phase = 'preparing';
      this.#ready = message;
      link.toServer(queryMessage(`prepare ${FAILING_STATEMENT} as ${this.#raises}`));
    } else if (this.#phase === 'preparing') {
      if (isReady) this.#phase = 'open';
      if (isReady) link.toClient(this.#ready ?? message);
    } else {
      link.toClient(message);
    }
  }

  get #raises(): string {
    return `select chaos.fail('${this.#sqlState}')`;
  }

  #failing(type: string, message: Buffer): Buffer {
    if (type === 'B') return bindMessage(textOf(message), FAILING_STATEMENT);
    // Of what is copied nothing counts after it: the server passes over the rest.
    if (type === 'd' || type === 'c') return copyFailMessage('failed by the harness');
    // A commit that fails has ended its transaction all the same.
    return queryMessage(/^\s*commit/i.test(textOf(message)) ? `rollback; ${this.#raises}` : this.#raises);
  }

  #remember(message: Buffer): void {
    const name = textOf(message);
    this.#statements.set(name, textOf(message, 5 + Buffer.byteLength(name) + 1));
  }

  #describe(type: string, message: Buffer): string {
    if (type === 'd') return 'a piece of a COPY';
    if (type === 'c') return 'the end of a COPY';
    const name = type === 'B' ? textOf(message, 5 + Buffer.byteLength(textOf(message)) + 1) : '';
    const statement = type === 'B' ? (this.#statements.get(name) ?? name) : textOf(message);
    return statement.replace(/\s+/g, ' ').trim().slice(0, 90);
  }
}
