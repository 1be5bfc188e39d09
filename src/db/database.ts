/** The connections of one process: postgres.js for queries and LISTEN, node-postgres for COPY and the queue. */

import postgres from 'postgres';
import { GelombangError } from '../errors.ts';
import { Keys } from '../keys/keys.ts';
import type pg from '../node-postgres.ts';
import { ABANDONED_AFTER, endAbandoned, SHORT_SESSION } from './abandoned.ts';
import { type LastingClient, lastingClient } from './client.ts';
import { openCopyPool } from './copy-pool.ts';
import { checkServer } from './server-check.ts';
import { OWN_SETTINGS } from './settings.ts';
import { type Transport, transportOf } from './tls.ts';

/** Anything that a query can be asked of; what is sealed in the database is opened with its keys. */
export interface Queryable extends postgres.ISql {
  readonly keys: Keys;
}
export interface Transaction extends postgres.TransactionSql {
  readonly keys: Keys;
}
/** As the client has it: of several promises, all of what they give. */
type Unwrapped<T> = T extends unknown[]
  ? { [place in keyof T]: T[place] extends Promise<infer Given> ? Given : T[place] }
  : T;
export interface Sql extends postgres.Sql {
  readonly keys: Keys;
  begin<T>(work: (sql: Transaction) => T | Promise<T>): Promise<Unwrapped<T>>;
  begin<T>(options: string, work: (sql: Transaction) => T | Promise<T>): Promise<Unwrapped<T>>;
}

/** A server and how to sign in; `host` may be the folder of a unix socket. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface Database {
  /** For a thread, which opens connections of its own. Holds a password. */
  readonly address: string | DatabaseAddress;
  /** Who may change the tables, where that is known and somebody else. Holds a password, which no thread is given. */
  readonly owner?: DatabaseAddress;
  readonly transport: Pick<Transport, 'isLocal'> & { readonly isEncrypted: boolean };
  readonly sql: Sql;
  /** Of all connections: what is kept of people is sealed with them. Without a key until it is given some. */
  readonly keys: Keys;
  /** For COPY: a COPY that the server refuses never settles on postgres.js 3.4. */
  readonly copyPool: pg.Pool;
  /** For what opens node-postgres connections of its own. */
  readonly poolConfig: pg.PoolConfig;
  /** A session of its own, made anew where it is lost; the caller ends it. */
  connect(): Sql;
  /** Cuts all connections, where the server does not answer: what is under way fails, what comes next has new ones. */
  cut(): Promise<void>;
  /** Within seconds, whatever the server does. */
  close(): Promise<void>;
}

const asItIs = (value: unknown) => value;

/**
 * JSON goes as text that was made here, and times come as the server writes them: the client would put a text into quotes
 * once more, and take times for dates of this machine. (By their OIDs: json and jsonb; date, timestamp, timestamptz.)
 */
const TYPES = {
  json: { to: 114, from: [114, 3802], serialize: asItIs, parse: JSON.parse },
  date: { to: 1184, from: [1082, 1114, 1184], serialize: asItIs, parse: asItIs },
};

/** Seconds: a server that does not answer by then is reported, not waited for. */
const CONNECT_TIMEOUT = 10;

/** Seconds without a word, after which it is asked whether the other side is there: an answer that is lost on the way is waited for in vain. */
const KEEP_ALIVE = 60;

/** What the server goes by: a session whose machine is gone without a word is at an end after half a minute, and its locks with it. */
const FORGETFUL = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 4 };

/**
 * A statement is planned each time: tables grow by a million rows while a connection lasts, and a plan that was made when one was nearly empty
 * reads all of it.
 */
const FRESH_PLANS = { plan_cache_mode: 'force_custom_plan' };

/** What the server itself goes by. */
const ABANDONED = { idle_in_transaction_session_timeout: ABANDONED_AFTER * 1000 };

/** Seconds that connections may take to be closed in order. */
const CLOSE_TIMEOUT = 5;

/** Seconds in which what is under way can end where another connection was lost: statements of this client are short. */
const GRACE = 1;

/** Opens the connections (lazily) and checks that the server answers and is new enough. */
export async function openDatabase(where: string | DatabaseAddress, connections: number): Promise<Database> {
  const way = await wayTo(where);
  const keys = new Keys();
  const open = (max: number, onclose = () => {}) => withKeys(clientTo(where, way, max, onclose), keys);
  const whenLong = { interval: ABANDONED_AFTER * 1000, act: () => endAbandoned(client.sql) };
  const client: LastingClient = lastingClient((onclose) => open(connections, onclose), GRACE, whenLong);
  const poolConfig = poolConfigTo(where, way);
  const copies = openCopyPool(poolConfig, connections, keys);
  const close = async () => {
    const timer = setTimeout(copies.cut, CLOSE_TIMEOUT * 1000);
    await Promise.all([client.sql.end({ timeout: CLOSE_TIMEOUT }), copies.pool.end()]);
    clearTimeout(timer);
  };
  try {
    await checkServer(client.sql);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...{ address: where, sql: client.sql, keys, copyPool: copies.pool, poolConfig, close },
    transport: { isLocal: way.isLocal, isEncrypted: way.tls !== false },
    connect: () => lastingClient((onclose) => open(1, onclose), 0, whenLong).sql,
    cut: async () => {
      copies.cut();
      await client.cut();
    },
  };
}

function clientTo(
  where: string | DatabaseAddress,
  { url, tls }: Transport,
  max: number,
  onclose: () => void,
): postgres.Sql {
  const settings = {
    ssl: tls === false ? false : { ...tls },
    max,
    onclose,
    connect_timeout: CONNECT_TIMEOUT,
    keep_alive: KEEP_ALIVE,
    onnotice: () => {},
    connection: {
      application_name: SHORT_SESSION,
      jit: 'off',
      ...FRESH_PLANS,
      ...OWN_SETTINGS,
      ...FORGETFUL,
      ...ABANDONED,
    },
    types: TYPES,
  };
  // Nor is what is set for other servers (PGTARGETSESSIONATTRS) for the embedded one.
  if (typeof where !== 'string')
    return postgres({ ...where, ...settings, target_session_attrs: 'read-write' });
  const host = socketFolder(url);
  return postgres(url, host === undefined ? settings : { ...settings, host });
}

function poolConfigTo(where: string | DatabaseAddress, { url, tls }: Transport): pg.PoolConfig {
  return {
    ...(typeof where === 'string' ? { connectionString: url } : where),
    // A copy: node-postgres hides the key in what it is given, and postgres.js would not find it.
    ssl: tls === false ? false : { ...tls },
    connectionTimeoutMillis: CONNECT_TIMEOUT * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE * 1000,
    // The queue adds where its own tables are looked for: the last one that is said holds.
    options: Object.entries({ ...OWN_SETTINGS, ...FORGETFUL })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  };
}

/** The embedded server's is a unix socket. */
async function wayTo(where: string | DatabaseAddress): Promise<Transport> {
  return typeof where === 'string' ? await transportOf(where) : { url: '', tls: false, isLocal: true };
}

/** The client, which carries the keys, as do its transactions. */
function withKeys(client: postgres.Sql, keys: Keys): Sql {
  const plainBegin = client.begin.bind(client) as (...given: unknown[]) => Promise<unknown>;
  const begin = (...given: unknown[]) => {
    const work = given.pop() as (sql: Transaction) => unknown;
    return plainBegin(...given, (sql: postgres.TransactionSql) => work(Object.assign(sql, { keys })));
  };
  return Object.assign(client, { keys, begin }) as unknown as Sql;
}

/** The keys of a connection that can COPY. @throws GelombangError UNEXPECTED for one that is not of a `copyPool`. */
export function keysOf(client: pg.ClientBase): Keys {
  if ('keys' in client && client.keys instanceof Keys) return client.keys;
  throw new GelombangError('UNEXPECTED', 'a connection without keys was to read or write what is sealed');
}

/** Does the work with keys of its own on a connection that can COPY. @throws as `keysOf` does. */
export async function withOwnKeys<T>(client: pg.ClientBase, keys: Keys, work: () => Promise<T>): Promise<T> {
  const before = keysOf(client);
  const carrier = client as pg.ClientBase & { keys: Keys };
  carrier.keys = keys;
  try {
    return await work();
  } finally {
    carrier.keys = before;
  }
}

/** A unix socket's folder stands percent-encoded where the host does; postgres.js 3.4 would look it up as a name. */
function socketFolder(url: string): string | undefined {
  const host = decodeURIComponent(new URL(url).hostname);
  return host.startsWith('/') ? host : undefined;
}
