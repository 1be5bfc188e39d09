/** The queue is trusted with nothing: whatever stands in it, only a step that the ledger has planned is done. */
import { expect, test } from 'vitest';
import { stagesOf } from '../../jobs/processor.ts';
import { startWorker } from '../../jobs/worker.ts';
import { STEP_QUEUE } from '../../src/queue/tables.ts';
import { until } from '../support/held-table.ts';
import { inThisProcess } from '../support/in-this-process.ts';
import { BACKENDS, type Installation } from '../support/installation.ts';
import { prepared } from '../support/prepared.ts';
import { madeUpWave, openAndImport, runWave } from '../support/wave.ts';
import { withQueue } from './with-queue.ts';

/** With wave 17, which is published, and wave 18, which is open. */
const twoWaves = prepared(async (at) => {
  const input = await madeUpWave({ applicants: 60, seed: 3 });
  await runWave(at, input);
  await openAndImport(at, { ...input, waveId: 18 });
});

const DONE = [
  { waveId: 17, stage: 'match', part: 0 },
  { waveId: 17, stage: 'draw', part: 0, state: 'planned', seed: '0'.repeat(64) },
  { waveId: 17, stage: 'notify', part: 0 },
];
const UNKNOWN = [
  { waveId: 17, stage: 'match', part: 99 },
  { waveId: 17, stage: 'publish', part: -1 },
  { waveId: 18, stage: 'match', part: 0 },
  { waveId: 18, stage: 'publish', part: 0 },
  { waveId: 99, stage: 'draw', part: 0 },
];
const NO_STEPS = [
  {},
  'a text',
  { waveId: 17, stage: '__proto__', part: 0 },
  { waveId: '17 or true', stage: 'match', part: 0 },
  { waveId: 17, stage: 'match', part: 0.5 },
];

/** One hash for each table; not of the workers, who say of themselves that they are about. */
async function contents({ database: { sql } }: Installation): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'worker'`;
  const hashes: Record<string, string> = {};
  for (const { name } of tables) {
    const [found] = await sql<{ hash: string }[]>`
      select md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) as hash from ${sql(name)} t`.catch(
      () => [],
    );
    hashes[name] = found?.hash ?? 'not for the program to see';
  }
  return hashes;
}

for (const { backend: name, redisUrl, missing } of BACKENDS) {
  test.skipIf(missing)(`a forged job changes nothing, with the queue on ${name}`, async () => {
    const at = await twoWaves(redisUrl);
    const before = await contents(at);
    await withQueue(at, async (backend, queue) => {
      const forger = backend.queue(STEP_QUEUE);
      const forged = [...DONE, ...UNKNOWN, ...NO_STEPS].map((data, place) => ({
        name: 'match',
        data,
        opts: { jobId: `forged-${place}`, removeOnComplete: true, removeOnFail: true },
      }));
      await forger.addBulk(forged);
      const { database, jobs, log } = at;
      const runner = inThisProcess(database, jobs, 1, log);
      const worker = startWorker({ database, backend, queue, stages: stagesOf(jobs), runner, log });
      await until(async () => {
        const { waiting = 0, active = 0 } = await forger.getJobCounts('waiting', 'active');
        return waiting + active === 0;
      });
      await worker.stop();
      await forger.close();
    });
    const said = at.logged.filter(({ event }) => event === 'step.skipped').map(({ why }) => why);
    expect(said).toEqual([...DONE.map(() => 'already done'), ...UNKNOWN.map(() => 'refused')]);
    expect(await contents(at)).toEqual(before);
  });

  test.skipIf(missing)(`a job carries the name of its step and nothing else, on ${name}`, async () => {
    await withQueue(await twoWaves(redisUrl), async (backend, queue) => {
      const step = { waveId: 17, stage: 'match', part: 3, token: 5, nik: 'of nobody' } as const;
      await queue.add([step], 2);
      const reader = backend.queue(STEP_QUEUE);
      const jobs = await reader.getWaiting();
      expect(jobs.map(({ id, name, data }) => ({ id, name, data }))).toEqual([
        { id: 'wave-17-match-3-2-5', name: 'match', data: { waveId: 17, stage: 'match', part: 3 } },
      ]);
      await reader.close();
    });
  });
}
