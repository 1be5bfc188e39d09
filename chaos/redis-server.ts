/** A Redis of the harness's own, which keeps nothing on the disk: started again, it is empty. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import type { Cleanup } from './cleanup.ts';
import { hasEnded, killQuietly } from './processes.ts';

const PROGRAM = 'redis-server';

export function hasRedis(): boolean {
  return spawnSync(PROGRAM, ['--version'], { stdio: 'ignore' }).status === 0;
}

export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  /** Not started. */
  static async in(folder: string): Promise<RedisServer> {
    return new RedisServer(await freePort(), folder);
  }

  /** For a harness that ends. */
  endAtOnce(): void {
    killQuietly(this.#process?.pid ?? 0, 'SIGKILL');
  }

  url(port = this.port): string {
    return `redis://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const nothingKept = ['--save', '', '--appendonly', 'no', '--dir', this.#folder];
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', ...nothingKept];
    this.#process = spawn(PROGRAM, options, { stdio: 'ignore' });
    await this.#withClient((client) => client.ping());
  }

  async flush(): Promise<void> {
    await this.#withClient((client) => client.flushall());
  }

  /** It answers nobody, and keeps its connections. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const server = this.#process;
    if (server === undefined || hasEnded(server)) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  }

  async #withClient(ask: (client: Redis) => Promise<unknown>): Promise<void> {
    const client = new Redis(this.url(), { maxRetriesPerRequest: 200, retryStrategy: () => 20 });
    client.on('error', () => {});
    try {
      await ask(client);
    } finally {
      client.disconnect();
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const closed = once(server, 'close');
  server.close();
  await closed;
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** One that runs in the folder until it is undone. */
export async function startedRedis(folder: string, cleanup: Cleanup): Promise<RedisServer> {
  const redis = await RedisServer.in(folder);
  cleanup.add(
    () => redis.kill(),
    () => redis.endAtOnce(),
  );
  await redis.start();
  return redis;
}
