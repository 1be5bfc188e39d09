/** One case's installation: a database, a queue, a home, an outbox; what is done to it, and what goes against the promise. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Base, DATABASE, OPENED } from './base.ts';
import type { Cleanup } from './cleanup.ts';
import { environmentOf } from './environment.ts';
import { type Ground, makeFolder, ownServer, redisFor } from './ground.ts';
import type { PostgresServer } from './postgres-server.ts';
import { type Ended, Program } from './programs.ts';
import type { ServerProxy } from './proxy/proxy.ts';
import { openRedisProxy, type RedisError } from './proxy/redis-proxy.ts';
import { openSqlProxy } from './proxy/sql-proxy.ts';
import type { RedisServer } from './redis-server.ts';
import { sessionsAt } from './sessions.ts';
import type { Backend, How, Stand } from './stand.ts';

/** Milliseconds for one command. A wave takes two or three seconds; what takes so long does not end. */
const LONGEST_COMMAND = 180_000;

const KNOWN_CODES: readonly (number | undefined)[] = [0, 1, 2, 3, 4, 5, 130, 143];

export class Rig {
  readonly folder: string;
  readonly backend: Backend;
  readonly base: Base;
  readonly server: PostgresServer;
  readonly redis: RedisServer | undefined;
  readonly cleanup: Cleanup;
  /** What was done, for the report of a failure. */
  readonly story: string[] = [];
  /** What goes against the promise. */
  readonly faults: string[] = [];
  /** Side by side in each process. */
  threads = '1';
  /** Of all commands from now on, over those of the harness. */
  settings: Readonly<Record<string, string>> = {};
  /** How often something was broken. */
  broken = 0;
  /** How many commands were given. */
  commands = 0;
  #database: string;
  readonly #stand: Stand;
  readonly #programs: Program[] = [];

  private constructor(base: Base, { folder, backend, stand }: Ground, cleanup: Cleanup, servers: Servers) {
    this.base = base;
    this.folder = folder;
    this.backend = backend;
    this.cleanup = cleanup;
    this.server = servers.server;
    this.redis = servers.redis;
    this.#database = stand.from === 'opened' ? OPENED : DATABASE;
    this.#stand = stand;
  }

  /** @param folder Made here, and gone with the rig. @param cleanup For what has to be undone, however it goes on. */
  static async open(base: Base, ground: Ground, cleanup: Cleanup): Promise<Rig> {
    const { folder, backend, stand } = ground;
    const room =
      stand.room === undefined || stand.server === 'shared' ? stand.room : base.homeSize + stand.room;
    await makeFolder(folder, room, cleanup);
    const redis = backend === 'redis' ? await redisFor(base, ground, cleanup) : undefined;
    const server = stand.server === 'shared' ? base.server : await ownServer(base, ground, cleanup);
    const rig = new Rig(base, ground, cleanup, { server, redis });
    if (stand.server === 'shared') await rig.#makeDatabase(stand.from);
    return rig;
  }

  async #makeDatabase(from: Stand['from']): Promise<void> {
    const { server, base } = this;
    const name = `chaos_${randomBytes(6).toString('hex')}`;
    this.#database = name;
    this.cleanup.add(() => server.ask(`drop database if exists ${name} with (force)`));
    await base.clone(name, from);
    await base.copyKept(this.home);
  }

  /** The same wave before its applications came in, and nothing of what it had come to. */
  async beginAnew(): Promise<void> {
    await this.#makeDatabase('opened');
    for (const path of [this.notices, this.config]) await rm(path, { recursive: true, force: true });
  }

  get home(): string {
    return join(this.folder, 'home');
  }

  /** What a user has of databases that are not in a home: the note of the audit log. */
  get config(): string {
    return join(this.folder, 'config');
  }

  get notices(): string {
    return join(this.folder, 'notices');
  }

  get database(): string {
    return this.#database;
  }

  get stand(): Stand {
    return this.#stand;
  }

  get programs(): readonly Program[] {
    return this.#programs;
  }

  /** A command, begun. */
  start(args: readonly string[], how: How = {}): Program {
    this.commands += 1;
    const { nodeOptions = [] } = how;
    const program = new Program({ args, environment: environmentOf(this, how), nodeOptions });
    this.#programs.push(program);
    return program;
  }

  /** A command, to its end; one that does not end is a fault, and is killed. */
  run(args: readonly string[], how: How = {}): Promise<Ended> {
    return this.end(this.start(args, how));
  }

  /** What a command has come to. A hang and an end that the program did not choose are faults. */
  async end(program: Program, longest = LONGEST_COMMAND): Promise<Ended> {
    const ended = await program.endedWithin(longest);
    if (ended === undefined) {
      this.fault(`${program.command} went on for ${longest / 1000} seconds; it said:\n${program.said}`);
      const sessions = await sessionsAt(this.server, this.#database).catch((error: Error) => [error.message]);
      this.fault(`the server had:\n${sessions.join('\n')}`);
      program.kill();
      return program.ended();
    }
    const { code, signal, stderr } = ended;
    this.did(`${program.command}: ${signal ?? code}`);
    const isUncaught = /^Node\.js v\d+/m.test(stderr) || /unhandledRejection/i.test(stderr);
    if (isUncaught || (signal === undefined && !KNOWN_CODES.includes(code)))
      this.fault(`${program.command} ended with ${code}, and not by its own will:\n${stderr}`);
    return ended;
  }

  /** Gone with the rig. @param sqlState With which statements fail that are to fail. */
  async sqlProxy(sqlState?: string): Promise<ServerProxy> {
    const proxy = await openSqlProxy({ path: this.server.socket }, sqlState);
    this.cleanup.add(() => proxy.close());
    return proxy;
  }

  async redisProxy(error?: RedisError): Promise<ServerProxy> {
    if (this.redis === undefined) throw new Error('this case has no Redis');
    const proxy = await openRedisProxy(this.redis.port, error);
    this.cleanup.add(() => proxy.close());
    return proxy;
  }

  did(what: string): void {
    this.story.push(what);
  }

  /** Something was broken now. */
  broke(what: string): void {
    this.broken += 1;
    this.did(what);
  }

  fault(what: string): void {
    this.faults.push(what);
  }

  /** Everything of it is gone when this returns. */
  async close(): Promise<void> {
    for (const program of this.#programs) if (!program.hasEnded) program.kill();
    await Promise.all(this.#programs.map((program) => program.ended()));
    await this.cleanup.run();
  }
}

/** Where files of a case are, and those that it reads. */
export function foldersOf({ folder, base }: Rig): readonly string[] {
  return [folder, dirname(base.files.policy)];
}

interface Servers {
  readonly server: PostgresServer;
  readonly redis: RedisServer | undefined;
}
