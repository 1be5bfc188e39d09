/** Leases: a worker that is frozen loses its step, and what it does when it wakes does not count. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { LEASE_LIMIT, markSession, renewLeases } from '../../src/wave/lease.ts';
import type { Stage, StepContext } from '../../src/wave/stage.ts';
import { waveStatus } from '../../src/wave/status.ts';
import { runStep, type StepWork } from '../../src/wave/step.ts';
import { until } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { madeUpWave, open, type WaveInput } from '../support/wave.ts';

const KEY = { waveId: 17, stage: 'match', part: 0 } as const;

let input: WaveInput;
beforeAll(async () => {
  input = await madeUpWave({ applicants: 20, seed: 3 });
});

/** With one step that nobody has done yet. */
async function planned(): Promise<Installation> {
  const at = await installation();
  await open(at, input);
  await at.database.sql`insert into run (wave_id, host, pid, parts) values (17, 'here', 1, 1)`;
  await at.database.sql`insert into stage (wave_id, stage, parts) values (17, 'match', 1)`;
  await at.database.sql`insert into step (wave_id, stage, part) values (17, 'match', 0)`;
  return at;
}

interface Worker {
  readonly work: StepWork;
  /** What its step is done with, once it is at it. */
  readonly reached: Promise<StepContext>;
  wake(): void;
}

/** One that is in the middle of the step until it is woken, and then writes who it was. */
function sleeper({ database, log }: Installation, name: string): Worker {
  let wake = () => {};
  let reach = (_: StepContext) => {};
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const reached = new Promise<StepContext>((resolve) => {
    reach = resolve;
  });
  const stage: Stage = {
    plan: async () => [],
    work: async (context) => {
      reach(context);
      await awake;
      await context.client.query(`update wave set entropy_given = coalesce(entropy_given, '') || $1`, [name]);
      return { counts: {}, digest: name };
    },
  };
  const { signal } = new AbortController();
  return { work: { database, stage, key: KEY, log, signal, worker: randomUUID() }, reached, wake };
}

/** As if nothing had been heard of any holder for longer than the limit. */
async function silence({ database }: Installation): Promise<void> {
  await database.sql`update lease set renewed_at = renewed_at - ${LEASE_LIMIT + 1} * interval '1 second'`;
}

async function ledger({ database }: Installation): Promise<unknown> {
  const [found] = await database.sql`
    select step.state, step.digest, attempts, entropy_given as written, (select count(*)::int from lease) as leases
    from step join wave on wave.id = step.wave_id`;
  return found;
}

describe('a step', () => {
  test('is taken over from a worker that is silent: one result, and the first one is told when it wakes', async () => {
    const at = await planned();
    const [frozen, other] = [sleeper(at, 'frozen'), sleeper(at, 'other')];
    const first = runStep(frozen.work).catch((error: unknown) => error);
    await frozen.reached;
    await silence(at);
    const second = runStep(other.work);
    await other.reached;
    frozen.wake();
    // Its session is gone: what it says is that of a lost connection, which is no attempt.
    expect(await first).toBeInstanceOf(Error);
    other.wake();
    expect(await second).toMatchObject({ kind: 'done' });
    expect(await ledger(at)).toEqual({
      ...{ state: 'done', digest: 'other', attempts: 1, written: 'other', leases: 0 },
    });
    expect(at.logged.filter(({ event }) => event === 'step.taken_over')).toHaveLength(1);
  });

  test('is not done where the token was raised meanwhile, though its session is alive', async () => {
    const at = await planned();
    const { work, reached, wake } = sleeper(at, 'late');
    const step = runStep(work);
    const { lease } = await reached;
    await lease.check();
    await at.database.sql`update lease set token = default`;
    await expect(lease.check()).rejects.toMatchObject({ message: expect.stringContaining('taken over') });
    wake();
    expect(await step).toEqual({ kind: 'taken over' });
    expect(await ledger(at)).toMatchObject({ state: 'planned', digest: null, attempts: 0, written: null });
  });

  test('is let alone while its worker is heard of, and shown with it', async () => {
    const at = await planned();
    const [busy, other] = [sleeper(at, 'busy'), sleeper(at, 'other')];
    const first = runStep(busy.work);
    await busy.reached;
    expect(await runStep(other.work)).toEqual({ kind: 'waiting' });
    expect((await waveStatus(at.database, 17)).steps_under_way).toMatchObject([
      { stage: 'match', part: 0, pid: process.pid, silent: false },
    ]);
    await silence(at);
    const { worker } = busy.work;
    await renewLeases(at.database.sql, worker, [{ ...KEY, part: 1 }]);
    expect((await waveStatus(at.database, 17)).steps_under_way).toMatchObject([{ silent: true }]);
    await renewLeases(at.database.sql, worker, [{ ...KEY, part: 1 }, KEY]);
    expect((await waveStatus(at.database, 17)).steps_under_way).toMatchObject([{ silent: false }]);
    busy.wake();
    expect(await first).toMatchObject({ kind: 'done' });
  });

  test('of a worker that was frozen before it could write a lease is watched from then on, and taken over', async () => {
    const at = await planned();
    const holder = at.database.connect(1);
    await holder.unsafe('begin; select from step for update');
    const other = sleeper(at, 'other');
    expect(await runStep(other.work)).toEqual({ kind: 'waiting' });
    const [watched] = await at.database.sql`select worker, backend_pid from lease`;
    expect(watched).toMatchObject({ worker: null, backend_pid: expect.any(Number) });
    other.wake();
    await silence(at);
    expect(await runStep(other.work)).toMatchObject({ kind: 'done' });
    await until(async () => (await holder`select 1`.catch(() => [])).length === 1);
    await holder.end();
  });

  test('has its further sessions ended with it', async () => {
    const at = await planned();
    const [frozen, other] = [sleeper(at, 'frozen'), sleeper(at, 'other')];
    const first = runStep(frozen.work).catch(() => undefined);
    const { lease } = await frozen.reached;
    const further = at.database.connect(1);
    await markSession(further, lease.token);
    const [before] = await further`select pg_backend_pid() as pid`;
    await silence(at);
    other.wake();
    await runStep(other.work);
    expect(await at.database.sql`select from pg_stat_activity where pid = ${before?.pid}`).toHaveLength(0);
    frozen.wake();
    await first;
    await further.end();
  });
});
