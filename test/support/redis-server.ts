/** A real Redis for the suite, which keeps nothing on the disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';

export interface RedisServer {
  readonly url: string;
  readonly process: ChildProcess;
}

/**
 * @param at Its port, where it takes the place of one that was killed.
 * @returns null where there is no redis-server on the path.
 */
export async function startRedis(folder: string, at?: number): Promise<RedisServer | null> {
  const port = at ?? (await freePort());
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...options, '--dir', folder], { stdio: 'ignore' });
  const failure = once(server, 'error').then(([error]) => error as NodeJS.ErrnoException);
  const failed = await Promise.race([failure, once(server, 'spawn').then(() => undefined)]);
  if (failed?.code === 'ENOENT') return null;
  if (failed !== undefined) throw failed;
  const url = `redis://127.0.0.1:${port}`;
  await untilItAnswers(url);
  return { url, process: server };
}

export async function stopRedis({ process: server }: RedisServer): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGTERM');
  await once(server, 'exit');
}

async function untilItAnswers(url: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 100, retryStrategy: () => 50 });
  client.on('error', () => {});
  try {
    await client.ping();
  } finally {
    client.disconnect();
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
