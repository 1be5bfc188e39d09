/** Leases: a worker that is frozen loses its step, and what it does when it wakes does not count. */
import { beforeAll, describe, expect, test } from 'vitest';
import { lastStatements, markSession, renewLeases } from '../../src/wave/lease.ts';
import { waveStatus } from '../../src/wave/status.ts';
import { runStep } from '../../src/wave/step.ts';
import { until } from '../support/held-table.ts';
import { KEY, ledger, silence, sleeper, withOneStep } from '../support/one-step.ts';
import { madeUpWave, type WaveInput } from '../support/wave.ts';

let input: WaveInput;
beforeAll(async () => {
  input = await madeUpWave({ applicants: 20, seed: 3 });
});

const planned = () => withOneStep(input);

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
    const holder = at.database.connect();
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
    const further = at.database.connect();
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

  test('hangs where neither its session nor a further one of it has been at a statement', async () => {
    const at = await planned();
    const { work, reached, wake } = sleeper(at, 'slow');
    const step = runStep(work);
    const { client, lease } = await reached;
    const other = { ...KEY, part: 1 };
    const last = async () => {
      const statements = await lastStatements(at.database.sql, work.worker, [other, KEY]);
      expect(statements.get(other)).toBeNull();
      return statements.get(KEY);
    };
    const before = await last();
    expect(before).not.toBeNull();
    expect(await last()).toBe(before);
    await client.query('select 1');
    const after = await last();
    expect(after).not.toBe(before);
    const further = at.database.connect();
    await markSession(further, lease.token);
    const marked = await last();
    expect(marked).not.toBe(after);
    expect(await last()).toBe(marked);
    const sleeping = client.query('select pg_sleep(0.2)');
    await until(async () => (await last()) !== marked);
    expect(await last()).not.toBe(await last());
    await sleeping;
    await further.end();
    wake();
    expect(await step).toMatchObject({ kind: 'done' });
  });
});
