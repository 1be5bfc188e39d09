/** A PostgreSQL of the harness's own, from the binaries that come along: it can be killed, stopped and started again. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { CHILD_ENVIRONMENT } from '../src/embedded/account.ts';
import { findPackage, usableBinaries } from '../src/embedded/binaries.ts';
import { ensureCluster } from '../src/embedded/cluster.ts';
import { ensureSocketDirectory, locate, type Place, PORT, USER } from '../src/embedded/place.ts';
import { readPostmaster } from '../src/embedded/postmaster.ts';
import { childrenOf, hasEnded, isGoneWithin, killQuietly } from './processes.ts';

const START_INTERVAL = 10;
const LONGEST_START = 60_000;
const LONGEST_STOP = 30_000;

/** What a case asks of it in place of the usual. */
export type ServerSettings = Readonly<Record<string, string>>;

/** No case outlives a power cut: nothing waits for the disk. */
const SETTINGS: ServerSettings = {
  ...{ fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', wal_level: 'minimal' },
  ...{ max_wal_senders: '0', shared_buffers: '64MB', max_connections: '300', listen_addresses: '' },
  ...{ jit: 'off', timezone: 'UTC', log_timezone: 'UTC', autovacuum_naptime: '1h' },
  // Statements, details and messages of errors hold made-up identities, which look like others.
  ...{ log_error_verbosity: 'terse', log_min_error_statement: 'panic' },
};

export class PostgresServer {
  readonly place: Place;
  readonly #settings: ServerSettings;
  readonly #password: string;
  #process: ChildProcess | undefined;

  private constructor(place: Place, password: string, settings: ServerSettings) {
    this.place = place;
    this.#password = password;
    this.#settings = settings;
  }

  /** Makes the cluster of the home where there is none yet. Not started. */
  static async at(home: string, settings: ServerSettings = {}): Promise<PostgresServer> {
    const place = await locate(home);
    await ensureCluster(place, await binariesFor(place));
    return new PostgresServer(place, await readFile(place.password, 'utf8'), settings);
  }

  /** Whoever started it, and whoever uses it: for a harness that ends, and for the server of the program itself. */
  endAtOnce(): void {
    const pid = this.#runningPid();
    for (const signal of ['SIGCONT', 'SIGQUIT'] as const) killQuietly(pid, signal);
    // The socket may lie elsewhere than the home does.
    rmSync(this.place.socketDirectory, { recursive: true, force: true });
  }

  /** 0 where none runs: after a crash the number in the lock may be another process's by now. */
  #runningPid(): number {
    try {
      const pid = Number(readFileSync(join(this.place.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.place.data) ? pid : 0;
    } catch {
      return 0;
    }
  }

  get socket(): string {
    return join(this.place.socketDirectory, `.s.PGSQL.${PORT}`);
  }

  /** @param port Of a proxy on this machine; the server's own socket where it is not given. */
  url(database: string, port?: number): string {
    const account = `${USER}:${encodeURIComponent(this.#password)}`;
    const where = port === undefined ? encodeURIComponent(this.place.socketDirectory) : '127.0.0.1';
    return `postgres://${account}@${where}:${port ?? PORT}/${database}`;
  }

  /** Returns when it takes connections, after a crash when it has recovered. */
  async start(): Promise<void> {
    const { postgres } = await binariesFor(this.place);
    await ensureSocketDirectory(this.place);
    const settings = { ...SETTINGS, ...this.#settings, unix_socket_directories: this.place.socketDirectory };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = await open(this.place.log, 'a');
    const server = spawn(postgres, ['-D', this.place.data, ...options], {
      ...this.place.account,
      stdio: ['ignore', log.fd, log.fd],
      cwd: '/',
      env: CHILD_ENVIRONMENT,
    });
    await log.close();
    this.#process = server;
    const until = Date.now() + LONGEST_START;
    while ((await readPostmaster(this.place))?.status !== 'ready') {
      if (hasEnded(server) || Date.now() > until) throw new Error(`no server: ${await this.lastLines()}`);
      await pause(START_INTERVAL);
    }
  }

  /** With every process of it at once: as a power cut of the machine, or whoever is short of memory. */
  async kill(): Promise<void> {
    const pid = this.#process?.pid ?? 0;
    // Stopped first, so that it starts no other meanwhile.
    killQuietly(pid, 'SIGSTOP');
    for (const child of childrenOf(pid)) killQuietly(child, 'SIGKILL');
    await this.#end('SIGKILL');
  }

  /** Only the first process: the others find out, and end. */
  async killPostmaster(): Promise<void> {
    const children = childrenOf(this.#process?.pid ?? 0);
    await this.#end('SIGKILL');
    // A new one would refuse to start beside them.
    await isGoneWithin(LONGEST_STOP, ...children);
  }

  /** One of those that serve connections: the server puts all others out and recovers, by itself. */
  async killBackend(database: string): Promise<boolean> {
    const [backend] = await this.ask<{ pid: number }>(
      `select pid from pg_stat_activity where datname = '${database}' order by query_start desc limit 1`,
    );
    return backend !== undefined && killQuietly(backend.pid, 'SIGKILL');
  }

  immediate(): Promise<void> {
    return this.#end('SIGQUIT');
  }

  async stop(): Promise<void> {
    await this.#end('SIGINT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process;
    if (server === undefined) return;
    const exited = hasEnded(server) ? undefined : once(server, 'exit');
    server.kill(signal);
    killQuietly(server.pid ?? 0, 'SIGCONT');
    const timer = setTimeout(() => server.kill('SIGKILL'), LONGEST_STOP);
    await exited;
    clearTimeout(timer);
  }

  /** A question to it, on a connection for it alone. */
  async ask<T extends pg.QueryResultRow>(statement: string, database = 'postgres'): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.url(database), application_name: 'chaos' });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<T>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  async lastLines(): Promise<string> {
    const text = await readFile(this.place.log, 'utf8').catch(() => '');
    return text.trimEnd().split('\n').slice(-5).join('\n');
  }
}

async function binariesFor(place: Place) {
  return usableBinaries(place, await findPackage());
}

/** A home with its stopped cluster, as it is. Root's may have it elsewhere, with a link in its place. */
export async function copyHome(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}
