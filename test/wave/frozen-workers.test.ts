/** Worker processes that are frozen, killed, or whose clocks are wrong: each step is done once, and nobody waits long. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test, vi } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { LEASE_LIMIT } from '../../src/wave/lease.ts';
import { readWorkers } from '../../src/wave/workers.ts';
import { runHere } from '../support/commands.ts';
import { holdTable, until } from '../support/held-table.ts';
import { BACKENDS, type Installation } from '../support/installation.ts';
import { oracle } from '../support/oracle.ts';
import { prepared } from '../support/prepared.ts';
import { type Program, startProgram } from '../support/program.ts';
import { exported, madeUpWave, openAndImport, type WaveInput } from '../support/wave.ts';

/** Several programs start in each, and some wait for a lost worker to be missed. */
vi.setConfig({ testTimeout: 180_000 });

let input: WaveInput;
beforeAll(async () => {
  input = await madeUpWave({ applicants: 240, seed: 21 });
});

const opened = prepared((at) => openAndImport(at, input));

async function startWorker(
  at: Installation,
  settings: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const worker = startProgram(at, ['worker'], { LOG_LEVEL: 'debug', ...settings });
  await until(() => worker.stderr().includes('worker.started'));
  return worker;
}

async function expectOracle(at: Installation): Promise<void> {
  const { folder: _, ...answer } = await exported(at, 17);
  expect(answer).toEqual(oracle(input));
}

function events(worker: Program, event: string): Record<string, unknown>[] {
  const lines = worker.stderr().split('\n');
  return lines.filter((line) => line.includes(`"${event}"`)).map((line) => JSON.parse(line));
}

/** The process that has the lease of the step under way. */
async function holderOf({ database }: Installation): Promise<number | undefined> {
  const [holder] = await database.sql<{ pid: number }[]>`
    select pid from lease where stage <> 'lead' and backend_pid is not null`;
  return holder?.pid ?? undefined;
}

/** As the server sees a worker that it has not heard of for longer than the limit. */
async function silence({ database }: Installation, { pid }: Program): Promise<void> {
  await database.sql`
    update lease set renewed_at = renewed_at - ${LEASE_LIMIT + 1} * interval '1 second' where pid = ${pid}`;
  await database.sql`update worker set seen_at = seen_at - interval '1 minute' where pid = ${pid}`;
}

test('a step of a worker that is paused is taken over, and the worker goes on in health when it wakes', async () => {
  const at = await opened();
  const paused = await startWorker(at);
  const held = await holdTable(at.database, 'stage_block');
  const closing = startProgram(at, ['wave', 'close', '17']);
  await held.reached();
  paused.kill('SIGSTOP');
  await silence(at, paused);
  const workers = await readWorkers(at.database.sql);
  expect(workers.find(({ pid }) => pid === paused.pid)).toMatchObject({ health: 'gone' });
  // Whoever leads does not count on the one that is silent: there may be a worker of its own by now.
  const other = await startWorker(at);
  await until(async () => (await holderOf(at)) !== paused.pid);
  await held.release();
  expect(await closing.ended()).toMatchObject({ code: 0 });
  paused.kill('SIGCONT');
  await until(async () => (await readWorkers(at.database.sql)).every(({ health }) => health === 'healthy'));
  await expectOracle(at);
  expect(await at.database.sql`select distinct attempts from step`).toEqual([{ attempts: 1 }]);
  const woken = await runHere(at, 'worker status');
  expect(woken.code, woken.stdout).toBe(0);
  for (const worker of [paused, other]) worker.kill('SIGTERM');
  for (const worker of [paused, other]) expect(await worker.ended()).toMatchObject({ code: 143 });
});

/** Redis where there is one: jobs there have their times by the clock of whoever adds or takes them. */
function queueWithClocks(): string | undefined {
  return BACKENDS.find(({ redisUrl, missing }) => redisUrl !== undefined && !missing)?.redisUrl;
}

test('clocks ten minutes apart: no step is done twice, none is taken over, a killed one is done by others', async () => {
  const at = await opened(queueWithClocks());
  const preload = pathToFileURL(join(projectRoot(), 'test', 'support', 'shifted-clock.mjs')).href;
  const clock = (minutes: string) => ({ NODE_OPTIONS: `--import ${preload}`, CLOCK_MINUTES: minutes });
  const [early, late, killed] = await Promise.all([
    startWorker(at, clock('-10')),
    startWorker(at, clock('10')),
    startWorker(at, clock('10')),
  ]);
  const held = await holdTable(at.database, 'stage_block');
  const closing = startProgram(at, ['wave', 'close', '17']);
  await held.reached();
  const holder = await holderOf(at);
  const workers = [early, late, killed];
  const victim = workers.find(({ pid }) => pid === holder) as Program;
  victim.kill('SIGKILL');
  await victim.ended();
  await held.release();
  expect(await closing.ended()).toMatchObject({ code: 0 });
  await expectOracle(at);
  const others = workers.filter((worker) => worker !== victim);
  const done = others.flatMap((worker) => events(worker, 'step.done'));
  const names = done.map(({ stage, part }) => `${stage} ${part}`);
  expect(new Set(names).size).toBe(names.length);
  const steps = await at.database.sql`select stage, part, attempts from step`;
  expect(names.sort()).toEqual(steps.map(({ stage, part }) => `${stage} ${part}`).sort());
  expect(others.flatMap((worker) => events(worker, 'step.taken_over'))).toEqual([]);
  expect(steps.every(({ attempts }) => attempts === 1)).toBe(true);
  for (const worker of others) worker.kill('SIGTERM');
  for (const worker of others) expect(await worker.ended()).toMatchObject({ code: 143 });
});
