/** Redis goes away in the middle of a close, and comes back. */
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { holdTable, until } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { type Program, runProgram, startProgram } from '../support/program.ts';
import { type RedisServer, startRedis, stopRedis } from '../support/redis-server.ts';
import { openAndImport, waveFrom } from '../support/wave.ts';
import { documentOf, type ErrorDocument } from './document.ts';

const INPUT = join(projectRoot(), 'fixtures', 'small-wave', 'in');

const servers: RedisServer[] = [];

afterAll(async () => {
  for (const server of servers) await stopRedis(server);
});

async function redis(folder: string, port?: number): Promise<RedisServer> {
  const server = await startRedis(folder, port);
  if (server === null) throw new Error('there is no redis-server');
  servers.push(server);
  return server;
}

/** A close that loses its Redis in the middle of its first step. */
async function closingWithout(
  patience: string,
): Promise<{ at: Installation; program: Program; url: string }> {
  const at = await installation();
  await openAndImport(at, await waveFrom(INPUT));
  const lost = await redis(at.folder);
  const held = await holdTable(at.database, 'stage_block');
  const settings = { REDIS_URL: lost.url, GELOMBANG_PATIENCE: patience };
  const program = startProgram(at, ['wave', 'close', '17', '--json'], settings);
  await held.reached();
  lost.process.kill('SIGKILL');
  await held.release();
  return { at, program, url: lost.url };
}

describe.skipIf(inject('redisUrl') === null)('a Redis that goes away', () => {
  test('for longer than it is waited for, is said in a sentence, and wave resume goes on', async () => {
    const { at, program } = await closingWithout('1');
    const ended = await program.ended();
    expect(ended.code, ended.stderr).toBe(1);
    expect(documentOf<ErrorDocument>(ended).error).toMatchObject({
      code: 'UNEXPECTED',
      message: expect.stringMatching(/Redis|the queue/),
      next: expect.stringContaining('gelombang wave close 17'),
    });
    const said = ended.stderr.split('\n').filter((line) => !line.startsWith('{'));
    expect(said.join('\n')).not.toMatch(/^ +at |max retries/m);
    const { url } = await redis(at.folder);
    const again = await runProgram(at, ['wave', 'resume', '17'], { REDIS_URL: url });
    expect(again.code, again.stderr).toBe(0);
  });

  test('and comes back, is waited for: the command goes on by itself', async () => {
    const { at, program, url } = await closingWithout('300');
    await until(() => program.stderr().includes('it is waited for'));
    await redis(at.folder, Number(new URL(url).port));
    const ended = await program.ended();
    expect(ended.code, ended.stderr).toBe(0);
    expect(await at.database.sql`select distinct attempts from step`).toEqual([{ attempts: 1 }]);
  });
});

test('wave resume refuses a wave that is open, and says how it is closed', async () => {
  const at = await installation();
  await openAndImport(at, await waveFrom(INPUT));
  const open = await runProgram(at, ['wave', 'resume', '17', '--json']);
  expect(open.code).toBe(4);
  expect(documentOf<ErrorDocument>(open).error.next).toBe('Close it with: gelombang wave close 17');
});
