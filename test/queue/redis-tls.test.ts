/** The queue in a Redis over TLS: its certificate is verified, whatever is or is not set. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { TlsFiles } from '../../src/db/tls-files.ts';
import { openBackend } from '../../src/queue/backend.ts';
import { selfSigned } from '../dukcapil/self-signed.ts';
import { installation } from '../support/installation.ts';
import { freePort } from '../support/redis-server.ts';

const folder = await mkdtemp(join(tmpdir(), 'gelombang-redis-tls-'));
const authority = join(folder, 'own.crt');
const stranger = join(folder, 'stranger.crt');
const server = await startRedisWithTls();

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Undefined where there is no redis-server, or one that was built without TLS. */
async function startRedisWithTls(): Promise<{ url: string; stop(): Promise<void> } | undefined> {
  const { key, cert } = selfSigned();
  const keyFile = join(folder, 'own.key');
  await writeFile(keyFile, key, { mode: 0o600 });
  await writeFile(authority, cert);
  await writeFile(stranger, selfSigned().cert);
  const port = await freePort();
  const settings = {
    ...{ port: '0', bind: '127.0.0.1', save: '', dir: folder, 'tls-port': String(port) },
    ...{ 'tls-cert-file': authority, 'tls-key-file': keyFile, 'tls-ca-cert-file': authority },
    'tls-auth-clients': 'no',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const redis = spawn('redis-server', options, { stdio: 'ignore' });
  let hasEnded = false;
  const ended = Promise.race([once(redis, 'exit'), once(redis, 'error')]).then(() => {
    hasEnded = true;
  });
  while (!hasEnded && !(await answers(port))) await pause(20);
  if (hasEnded) return undefined;
  const stop = async () => {
    redis.kill('SIGTERM');
    await ended;
  };
  return { url: `rediss://127.0.0.1:${port}`, stop };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  const shaken = once(socket, 'secureConnect').then(
    () => true,
    () => false,
  );
  const is = await shaken;
  socket.destroy();
  return is;
}

const what =
  server === undefined ? 'a Redis with TLS (skipped: no redis-server that has it)' : 'a Redis with TLS';

describe.skipIf(server === undefined)(what, () => {
  const backendWith = async (files: TlsFiles) => {
    const { database } = await installation();
    return openBackend(server?.url, database, files);
  };
  const named = (path: string) => ({ ca: { setting: 'REDIS_CA_FILE', path } });

  test('takes jobs where its authority is named', async () => {
    const backend = await backendWith(named(authority));
    const queue = backend.queue('of-a-test');
    await queue.add('one', {});
    expect(await queue.count()).toBe(1);
    await queue.close();
    await backend.close();
  });

  test.each([
    ['no authority is named', {}],
    ['another authority is named', named(stranger)],
  ])('is refused where %s', async (_, files) => {
    await expect(backendWith(files)).rejects.toMatchObject({
      message: expect.stringMatching(/^the certificate of Redis is not trusted: /),
      next: expect.stringContaining('REDIS_CA_FILE'),
    });
  });
});

test('the files are named by settings, which are for TLS alone', () => {
  const { redisFiles } = readConfig({ REDIS_URL: 'rediss://far:6379', REDIS_CA_FILE: '/etc/ca.crt' });
  expect(redisFiles).toMatchObject({ ca: { setting: 'REDIS_CA_FILE', path: '/etc/ca.crt' } });
  expect(() => readConfig({ REDIS_URL: 'redis://far:6379', REDIS_CA_FILE: '/etc/ca.crt' })).toThrow(
    expect.objectContaining({
      faults: [{ where: 'REDIS_CA_FILE', what: 'expected REDIS_URL to begin with rediss://' }],
    }),
  );
});
