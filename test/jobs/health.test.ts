/** A worker that lives and takes nothing although steps wait: it says so, is seen to be ill, and mends itself. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { Heartbeat } from '../../jobs/heartbeat.ts';
import { Tampered } from '../../src/keys/sealing.ts';
import { openBackend } from '../../src/queue/backend.ts';
import { giveSignOfLife, readWorkers, signOff } from '../../src/wave/workers.ts';
import { until } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { runProgram, startProgram } from '../support/program.ts';
import { madeUpWave, open } from '../support/wave.ts';

/** A beat every few milliseconds, with limits to match. */
const LIMITS = { interval: 20, mend: 60, idle: 120, hang: 600_000 };
const KEY = { waveId: 17, stage: 'match', part: 0 } as const;

/** With a step that nobody takes. */
async function waiting(at: Installation): Promise<void> {
  await open(at, await madeUpWave({ applicants: 20, seed: 3 }));
  await at.database.sql`insert into run (wave_id, host, pid, parts) values (17, 'here', 1, 1)`;
  await at.database.sql`insert into stage (wave_id, stage, parts) values (17, 'match', 1)`;
  await at.database.sql`insert into step (wave_id, stage, part) values (17, 'match', 0)`;
}

test('a worker that takes nothing while steps wait opens its queue anew, logs it, and is reported as unhealthy', async () => {
  const at = await installation();
  await waiting(at);
  const { database, log } = at;
  let mended = 0;
  const mend = () => {
    mended += 1;
  };
  const losses: Error[] = [];
  const heartbeat = new Heartbeat({
    ...{ database, log, limits: LIMITS, mend, cut: () => {}, id: randomUUID(), slots: 1 },
    backend: await openBackend(undefined, database),
    onLoss: (error) => losses.push(error),
  });
  await heartbeat.start();
  await until(() => mended > 1 && at.logged.some(({ event }) => event === 'worker.idle'));
  expect(at.logged.filter(({ event }) => event === 'worker.idle')).toHaveLength(1);
  // As it looks two minutes later.
  await until(async () => (await readWorkers(database.sql))[0]?.idle_since !== null);
  await database.sql`update worker set idle_since = idle_since - interval '3 minutes'`;
  const seen = await runProgram(at, ['worker', 'status']);
  expect(seen.code, seen.stderr).toBe(1);
  expect(seen.stdout).toContain('unhealthy, takes nothing since');

  await heartbeat.during(KEY, () =>
    until(async () => (await readWorkers(database.sql)).every(({ health }) => health === 'healthy')),
  );
  expect((await readWorkers(database.sql))[0]).toMatchObject({ last_step_at: expect.any(String) });
  await heartbeat.stop();
  expect(await readWorkers(database.sql)).toEqual([]);
  expect(losses).toEqual([]);
});

test('a worker that was killed is told as gone, and is unhealthy only where steps wait and no other is about', async () => {
  const at = await installation();
  const { sql } = at.database;
  const killed = startProgram(at, ['worker']);
  await until(() => killed.stderr().includes('worker.started'));
  expect((await readWorkers(sql)).map(({ health }) => health)).toEqual(['healthy']);
  killed.kill('SIGKILL');
  await killed.ended();

  const status = () => runProgram(at, ['worker', 'status']);
  const gone = `process ${killed.pid}: gone, not heard of since`;
  expect(await status()).toMatchObject({ code: 0, stdout: expect.stringContaining(gone) });

  await waiting(at);
  const unhealthy = expect.stringContaining('no worker is about, and 1 step to be done');
  expect(await status()).toMatchObject({ code: 1, stderr: unhealthy });

  const other = { id: randomUUID(), slots: 1, took: false, isIdle: false };
  await giveSignOfLife(sql, other);
  expect(await status()).toMatchObject({ code: 0, stdout: expect.stringContaining(gone) });

  // On another machine, nobody can tell before the time of a lease is over.
  await signOff(sql, other.id);
  await sql`update worker set machine = 'another'`;
  expect(await readWorkers(sql)).toMatchObject([{ pid: killed.pid, health: 'healthy' }]);
  await sql`update worker set seen_at = seen_at - interval '31 seconds'`;
  expect(await readWorkers(sql)).toMatchObject([{ pid: killed.pid, health: 'gone' }]);
  await sql`update worker set seen_at = seen_at - interval '10 minutes'`;
  expect(await readWorkers(sql)).toEqual([]);
});

/** What one beat comes to where the queue answers it with an error. */
async function afterBeat(error: Error): Promise<{ losses: readonly Error[]; errors: readonly unknown[] }> {
  const at = await installation();
  const { database, log } = at;
  const backend = await openBackend(undefined, database);
  const losses: Error[] = [];
  const heartbeat = new Heartbeat({
    ...{ database, log, id: randomUUID(), slots: 1, mend: () => {}, cut: () => {} },
    backend: { ...backend, ping: () => Promise.reject(error) },
    onLoss: (loss) => losses.push(loss),
  });
  await heartbeat.start();
  await heartbeat.stop();
  const errors = at.logged.filter(({ event }) => event === 'worker.error').map(({ err }) => err);
  return { losses, errors };
}

test('a server that is gone is told as a loss, and is no error of the worker', async () => {
  const gone = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
  expect(await afterBeat(gone)).toEqual({ losses: [gone], errors: [] });
});

test('an error that the program raises on purpose is logged without a stack, any other with it', async () => {
  const { errors: expected } = await afterBeat(new Tampered('a block is missing', { wave: 17 }));
  expect(expected).toEqual([
    { type: 'Tampered', message: 'a block is missing', code: 'UNEXPECTED', concerns: { wave: 17 } },
  ]);
  const { errors: others } = await afterBeat(new TypeError('not a function'));
  expect(others).toMatchObject([{ type: 'TypeError', stack: expect.stringContaining('health.test.ts') }]);
});
