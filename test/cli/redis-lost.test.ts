/** Redis goes away in the middle of a close, and comes back. */
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { projectRoot } from '../../src/config.ts';
import { holdTable } from '../support/held-table.ts';
import { installation } from '../support/installation.ts';
import { runProgram, startProgram } from '../support/program.ts';
import { type RedisServer, startRedis, stopRedis } from '../support/redis-server.ts';
import { openAndImport, waveFrom } from '../support/wave.ts';
import { documentOf, type ErrorDocument } from './document.ts';

const INPUT = join(projectRoot(), 'fixtures', 'small-wave', 'in');

const servers: RedisServer[] = [];

afterAll(async () => {
  for (const server of servers) await stopRedis(server);
});

async function redis(folder: string): Promise<RedisServer> {
  const server = await startRedis(folder);
  if (server === null) throw new Error('there is no redis-server');
  servers.push(server);
  return server;
}

test.skipIf(inject('redisUrl') === null)('is said in a sentence, and the same command goes on', async () => {
  const at = await installation();
  await openAndImport(at, await waveFrom(INPUT));
  const lost = await redis(at.folder);
  const held = await holdTable(at.database, 'stage_block');
  const program = startProgram(at, ['wave', 'close', '17', '--json'], { REDIS_URL: lost.url });
  await held.reached();
  lost.process.kill('SIGKILL');
  await held.release();
  const ended = await program.ended();
  expect(ended.code, ended.stderr).toBe(1);
  expect(documentOf<ErrorDocument>(ended).error).toMatchObject({
    code: 'UNEXPECTED',
    message: 'the connection to Redis was lost',
  });
  const said = ended.stderr.split('\n').filter((line) => !line.startsWith('{'));
  expect(said.join('\n')).not.toMatch(/^ +at |max retries/m);
  const { url } = await redis(at.folder);
  const again = await runProgram(at, ['wave', 'close', '17'], { REDIS_URL: url });
  expect(again.code, again.stderr).toBe(0);
});
