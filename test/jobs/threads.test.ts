/** Steps in threads: those of the compiled program, since a thread loads no TypeScript. */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { Heartbeat } from '../../jobs/heartbeat.ts';
import type { StepRunner } from '../../jobs/runner.ts';
import { inThreads } from '../../jobs/threads.ts';
import type { StepKey } from '../../src/pipeline.ts';
import { projectRoot } from '../../src/project-root.ts';
import { openBackend } from '../../src/queue/backend.ts';
import { holdTable } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { noticesTo } from '../support/notices.ts';
import { oracle } from '../support/oracle.ts';
import { madeUpWave, openAndImport, runWave, unguarded, type WaveInput } from '../support/wave.ts';

let input: WaveInput;
beforeAll(async () => {
  input = await madeUpWave({ applicants: 240, seed: 21 });
});

function threads({ database, notices, log }: Installation, entry = 'jobs/step-thread.js'): StepRunner {
  const compiled = pathToFileURL(join(projectRoot(), 'dist', entry));
  return inThreads({
    database,
    id: randomUUID(),
    settings: { notices: noticesTo(notices), dukcapil: undefined },
    threads: 2,
    log,
    entry: compiled,
  });
}

describe('a wave whose steps are done in threads', () => {
  test('comes to what the oracle says, and what is logged in them is in the log', async () => {
    const at = await installation();
    const { folder: _, ...answer } = await runWave(at, input, { runner: threads(at), parts: 3 });
    expect(answer).toEqual(oracle(input));
    const [{ steps } = { steps: 0 }] = await at.database.sql`select count(*)::int as steps from step`;
    expect(at.logged.filter(({ event }) => event === 'step.done')).toHaveLength(steps);
  });

  test('comes to the same where threads break: their steps are tried again in others', async () => {
    const at = await installation();
    const runner = threads(at, 'test/jobs/breaking-thread.js');
    const { folder: _, ...answer } = await runWave(at, input, { runner });
    expect(answer).toEqual(oracle(input));
    const again = await at.database.sql`select stage, attempts, error from step where attempts > 1`;
    expect(again.map(({ stage, attempts, error }) => [stage, attempts, error]).sort()).toEqual([
      ['filter', 2, null],
      ['freeze', 2, null],
      ['match', 2, null],
    ]);
    const failed = at.logged.filter(({ event }) => event === 'step.failed');
    expect(failed.map(({ stage, err }) => [stage, (err as Error).message])).toEqual([
      ['match', 'the thread that did it ended with code 3'],
      ['filter', 'caught by nobody'],
      ['freeze', expect.stringContaining('memory limit')],
    ]);
  });
});

describe('threads', () => {
  const key = (part: number): StepKey => ({ waveId: 17, stage: 'match', part });

  async function planned(parts: number): Promise<Installation> {
    const at = await installation();
    const { sql } = at.database;
    await openAndImport(at, input);
    await unguarded(
      at.database,
      (owner) => owner`update wave set snapshot_id = (select max(id) from registry_snapshot)`,
    );
    await sql`insert into run (wave_id, host, pid, parts) values (17, 'here', 1, ${parts})`;
    await sql`insert into stage (wave_id, stage, parts) values (17, 'match', ${parts})`;
    await sql`
      insert into step (wave_id, stage, part, lower, upper)
      select 17, 'match', part, part, part + 1 from generate_series(0, ${parts - 1}) as part`;
    return at;
  }

  /** A thread has one connection for its transactions, and keeps it. */
  async function countThreads({ database }: Installation): Promise<number> {
    const rows = await database.sql`
      select from pg_stat_activity where datname = current_database() and application_name like 'gelombang copy%'`;
    return rows.length - database.copyPool.totalCount;
  }

  test('are started when there is a step and the others are at work, and gone in the end', async () => {
    const at = await planned(4);
    const runner = threads(at);
    expect(await countThreads(at)).toBe(0);
    expect([await runner.run(key(0)), await runner.run(key(1))]).toEqual(['done', 'done']);
    expect(await runner.run(key(1))).toBe('already done');
    expect(await countThreads(at)).toBe(1);
    expect(await Promise.all([runner.run(key(2)), runner.run(key(3))])).toEqual(['done', 'done']);
    expect(await countThreads(at)).toBe(2);
    await runner.end();
    expect(await countThreads(at)).toBe(0);
  });

  test('that hang are cut: the step has failed, and is done in another one', async () => {
    const at = await planned(1);
    const runner = threads(at, 'test/jobs/hanging-thread.js');
    const { database, log } = at;
    const heartbeat = new Heartbeat({
      ...{ database, log, id: runner.worker, slots: runner.atOnce },
      backend: await openBackend(undefined, database),
      limits: { interval: 50, mend: 60_000, idle: 60_000, hang: 2_000 },
      mend: () => {},
      cut: (step, why) => runner.cut(step, why),
      onLoss: () => {},
    });
    await heartbeat.start();
    const step = key(0);
    const held = await holdTable(database, 'stage_block');
    expect(await heartbeat.during(step, () => runner.run(step))).toBe('failed');
    expect(await database.sql`select state, attempts, error from step`).toEqual([
      { state: 'planned', attempts: 1, error: expect.stringContaining('it hangs: nothing was asked') },
    ]);
    expect(await database.sql`select from lease`).toEqual([]);
    // One that waits for the server does not hang.
    const again = heartbeat.during(step, () => runner.run(step));
    await held.reached();
    await pause(2_500);
    await held.release();
    expect(await again).toBe('done');
    await heartbeat.stop();
    await runner.end();
    expect(await countThreads(at)).toBe(0);
  });

  test('that are stopped leave a step as it was, and take no other', async () => {
    const at = await planned(2);
    const runner = threads(at);
    const held = await holdTable(at.database, 'stage_block');
    const step = runner.run(key(0));
    await held.reached();
    runner.stop();
    expect(await step).toBe('stopped');
    expect(await runner.run(key(1))).toBe('stopped');
    await runner.end();
    await held.release();
    const steps = await at.database.sql`select state, attempts, error from step`;
    expect(steps).toEqual(steps.map(() => ({ state: 'planned', attempts: 0, error: null })));
  });

  test('are cut off where they do not end by themselves', async () => {
    const at = await planned(1);
    const runner = threads(at);
    const held = await holdTable(at.database, 'stage_block');
    const step = runner.run(key(0));
    await held.reached();
    await runner.end();
    expect(await step).toBe('stopped');
    await held.release();
    expect(await at.database.sql`select state, attempts from step`).toEqual([
      { state: 'planned', attempts: 0 },
    ]);
  });
});
