/** The queue as the ledger uses it: forgetful on purpose, apart from others', and plain about what is wrong. */
import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { FAILING_FUNCTION, openSqlProxy } from '../../chaos/proxy/sql-proxy.ts';
import { openDatabase } from '../../src/db/database.ts';
import type { StepKey } from '../../src/pipeline.ts';
import { openBackend } from '../../src/queue/backend.ts';
import { openStepQueue, startStepWorker } from '../../src/queue/steps.ts';
import { asOwner } from '../support/database.ts';
import { until } from '../support/held-table.ts';
import { BACKENDS, installation } from '../support/installation.ts';
import { withQueue } from './with-queue.ts';

const key = (part: number): StepKey => ({ waveId: 17, stage: 'match', part });

for (const { backend: name, redisUrl, missing } of BACKENDS) {
  describe.skipIf(missing)(`the queue on ${name}`, () => {
    test('hands each step out once, also one that was put in twice, and then knows nothing of it', async () => {
      await withQueue(await installation(redisUrl), async (backend, queue) => {
        await queue.add([key(0), key(1)], 1);
        await queue.add([key(1), key(2)], 1);
        const taken: number[] = [];
        const take = async ({ part }: StepKey) => void taken.push(part);
        const worker = startStepWorker(backend, take, { concurrency: 1, log: (await installation()).log });
        await until(() => taken.length === 3);
        // One that is done can be put in again: the ledger says whether there is anything to do.
        await until(async () => {
          await queue.add([key(0)], 1);
          return taken.length > 3;
        });
        await worker.close();
        expect(taken.slice(0, 3).sort()).toEqual([0, 1, 2]);
      });
    });

    test('takes a job that fails for one that is over', async () => {
      await withQueue(await installation(redisUrl), async (backend, queue) => {
        let taken = 0;
        const fail = async () => {
          taken += 1;
          throw new Error('never to be seen by the ledger');
        };
        const worker = startStepWorker(backend, fail, { concurrency: 1, log: (await installation()).log });
        await queue.add([key(0)], 1);
        await until(async () => {
          await queue.add([key(0)], 1);
          return taken > 1;
        });
        await worker.close();
      });
    });

    test('knows how many workers listen', async () => {
      const at = await installation(redisUrl);
      await withQueue(at, async (backend, queue) => {
        expect(await queue.workersAbout()).toBe(0);
        const worker = startStepWorker(backend, async () => {}, { concurrency: 1, log: at.log });
        await until(async () => (await queue.workersAbout()) === 1);
        await worker.close();
        await until(async () => (await queue.workersAbout()) === 0);
      });
    });

    test('is not shared by installations: a step of one is never given to the other', async () => {
      const [here, there] = [await installation(redisUrl), await installation(redisUrl)];
      await withQueue(here, async (ours, queue) => {
        await withQueue(there, async (theirs) => {
          const taken: string[] = [];
          const stranger = startStepWorker(theirs, async () => void taken.push('there'), {
            concurrency: 1,
            log: there.log,
          });
          await queue.add([key(0), key(1)], 1);
          const worker = startStepWorker(ours, async () => void taken.push('here'), {
            concurrency: 1,
            log: here.log,
          });
          await until(() => taken.length === 2);
          await Promise.all([worker.close(), stranger.close()]);
          expect(taken).toEqual(['here', 'here']);
        });
      });
    });
  });
}

test('a Redis that does not answer is named, with what to do, and nothing waits for it', async () => {
  const { database } = await installation();
  const refused = openBackend('redis://127.0.0.1:1', database);
  await expect(refused).rejects.toMatchObject({
    code: 'UNEXPECTED',
    next: expect.stringContaining('REDIS_URL'),
  });
});

test('the tests know whether there is a Redis', () => {
  expect(BACKENDS[1].missing).toBe(inject('redisUrl') === null);
});

test('a queue on PostgreSQL that failed as it began, and a worker, begin again', async () => {
  const at = await installation();
  await asOwner(at.database, (sql) => sql.unsafe(FAILING_FUNCTION));
  const { host, port, user, password, database } = new pg.Client({ connectionString: at.url });
  const server = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const proxy = await openSqlProxy(server, '53300');
  const through = await openDatabase(`postgres://${user}:${password}@127.0.0.1:${proxy.port}/${database}`, 2);
  const backend = await openBackend(undefined, through);
  /** What is asked first of all. */
  const beginsBadly = () => {
    let failures = 0;
    proxy.decide((_, what) =>
      /COALESCE\(MAX\(version\)/.test(what) && failures++ === 0 ? { kind: 'fail' } : undefined,
    );
  };
  beginsBadly();
  const queue = openStepQueue(backend, at.log);
  await expect(queue.add([key(0)], 1)).rejects.toMatchObject({ code: '53300' });
  await queue.add([key(0)], 1);
  const taken: number[] = [];
  beginsBadly();
  const worker = startStepWorker(backend, async ({ part }) => void taken.push(part), {
    concurrency: 1,
    log: at.log,
  });
  await until(() => taken.length > 0);
  expect(at.logged.some(({ event }) => event === 'queue.error')).toBe(true);
  await worker.close();
  await queue.close();
  await backend.close();
  await through.close();
  await proxy.close();
});
