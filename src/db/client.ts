/**
 * postgres.js 3.4 where connections are lost. It rolls back on a connection that is gone, which throws outside of any
 * promise; a connection that goes while a write to it is pending never writes again, however often it is made anew; and what is
 * asked of one between the error of its socket and the end of that is never answered, unless the client is ended.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Sql, Transaction } from './database.ts';
import { isLoss } from './loss.ts';

/** Milliseconds after which a connection that is gone is known to be gone. */
const SETTLED = 100;

type Work = (sql: Transaction) => unknown;

const never = new Promise<never>(() => {});

/** What is done while a transaction goes on for long, each time that so many milliseconds of it have gone by. */
export interface WhenLong {
  readonly interval: number;
  readonly act: () => Promise<unknown>;
}

/** The same client, whose transactions do not roll back on a connection that is gone: there is nothing left to undo. */
function withSafeTransactions(client: Sql, whenLong: WhenLong): Sql {
  const begin = client.begin as (options: string, work: Work) => Promise<unknown>;
  const safe = (...given: readonly [Work] | readonly [string, Work]) => {
    const [options, work] = given.length === 1 ? ['', given[0]] : given;
    let isOver = false;
    // What it cannot do now, it can the next time.
    const timer = setInterval(() => void whenLong.act().catch(() => undefined), whenLong.interval);
    const over = () => {
      isOver = true;
      clearInterval(timer);
    };
    const outcome = begin(options, async (sql) => {
      try {
        const made = work(sql);
        return await (Array.isArray(made) ? Promise.all(made) : made);
      } catch (error) {
        if (isLoss(error)) await pause(SETTLED);
        // The client has given the transaction up by itself when its connection went.
        return isOver ? never : Promise.reject(error);
      }
    });
    outcome.then(over, over);
    return outcome;
  };
  return Object.assign(client, { begin: safe }) as Sql;
}

export interface LastingClient {
  /** `end` ends it for good: in its own time where no other is said, but that one of its connections is lost meanwhile. */
  readonly sql: Sql;
  /** Cuts all connections: what is under way fails at once, what comes next has new ones. */
  cut(): Promise<void>;
}

/**
 * One client for whoever uses it, and a new one below with each connection that is lost.
 * @param grace Seconds in which what is under way on other connections than the lost one can end on them.
 */
export function lastingClient(
  open: (onclose: () => void) => Sql,
  grace: number,
  whenLong: WhenLong,
): LastingClient {
  let ended = false;
  let onLost = () => {};
  const lost = new Promise<void>((resolve) => {
    onLost = resolve;
  });
  const renew = (): Sql => {
    const opened = withSafeTransactions(
      open(() => {
        if (opened !== current) return;
        if (ended) return onLost();
        current = renew();
        void opened.end({ timeout: grace }).catch(() => undefined);
      }),
      whenLong,
    );
    return opened;
  };
  let current = renew();
  const end: Sql['end'] = async (options) => {
    ended = true;
    // Asked to end between the error of its socket and the end of that, it waits for the answer to what has failed, for ever.
    await (options === undefined ? Promise.race([current.end(), lost]) : current.end(options));
  };
  const sql = new Proxy(function sql() {} as unknown as Sql, {
    apply: (_target, _this, given: Parameters<Sql>) => current(...given),
    get: (_target, key) => (key === 'end' ? end : (Reflect.get(current, key) as unknown)),
  });
  const cut = async () => {
    const before = current;
    current = renew();
    await before.end({ timeout: 0 });
  };
  return { sql, cut };
}
