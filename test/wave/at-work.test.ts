/** Which processes are known to be at work, by the locks and signs of life that they give. */
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { processesAtWork } from '../../src/wave/at-work.ts';
import { takeLead } from '../../src/wave/leader.ts';
import { giveSignOfLife } from '../../src/wave/workers.ts';
import { installation } from '../support/installation.ts';
import { madeUpWave, open } from '../support/wave.ts';

test('whoever leads a wave is at work until the lead is given up, and a worker that gives signs of life', async () => {
  const at = await installation();
  const { sql } = at.database;
  await open(at, await madeUpWave({ applicants: 10, seed: 3 }));
  expect(await processesAtWork(sql)).toEqual([]);
  const lead = await takeLead(at.database, 17, async (session) => {
    await session`insert into run (wave_id, host, pid, parts) values (17, 'there', 4711, 1)`;
    return { run: 1, resumed: false };
  });
  expect(await processesAtWork(sql)).toEqual([{ host: 'there', pid: 4711 }]);
  await lead.release();
  expect(await processesAtWork(sql)).toEqual([]);
  const id = '0b4d6f3e-0000-4000-8000-000000000000';
  await giveSignOfLife(sql, { id, slots: 1, took: false, isIdle: false });
  expect(await processesAtWork(sql)).toMatchObject([{ host: hostname(), pid: process.pid }]);
});
