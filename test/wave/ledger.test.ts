/** The ledger decides: a step is done once, whatever becomes of workers, queue and leader meanwhile. */
import { createHash, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { type StageJobs, stageJob } from '../../jobs/processor.ts';
import { SESSION_LOCKS } from '../../src/db/locks.ts';
import { fileNoticePort } from '../../src/notify/file-port.ts';
import { notifyStage } from '../../src/notify/notify.ts';
import type { NoticeBatch, NoticePort } from '../../src/notify/port.ts';
import { STAGES, type StageName } from '../../src/pipeline.ts';
import type { Stage, StepContext } from '../../src/wave/stage.ts';
import { waveStatus } from '../../src/wave/status.ts';
import { runStep } from '../../src/wave/step.ts';
import { runHere } from '../support/commands.ts';
import { asOwner } from '../support/database.ts';
import { holdTable, until } from '../support/held-table.ts';
import { BACKENDS, type Installation, installation } from '../support/installation.ts';
import { noticesTo } from '../support/notices.ts';
import { oracle } from '../support/oracle.ts';
import { prepared } from '../support/prepared.ts';
import { runProgram, startProgram } from '../support/program.ts';
import { close, exported, madeUpWave, openAndImport, type WaveInput } from '../support/wave.ts';

let input: WaveInput;
beforeAll(async () => {
  input = await madeUpWave({ applicants: 240, seed: 21 });
});

const opened = prepared((at) => openAndImport(at, input));

/** What the wave came to is what the oracle says: nothing was lost, nothing was done twice. */
async function expectOracle(at: Installation, expected: WaveInput = input): Promise<void> {
  const { folder: _, ...answer } = await exported(at, expected.waveId);
  expect(answer).toEqual(oracle(expected));
}

function whyOf(logged: Installation['logged'], event: string): unknown[] {
  return logged.filter((line) => line.event === event).map((line) => line.why);
}

describe('a finished wave', () => {
  const TABLES = 'stage_block pool result_block decision_block notice recipient_block step stage wave';

  /** One hash over all rows that the run wrote. */
  async function contents({ database }: Installation): Promise<Record<string, string>> {
    const hashes: Record<string, string> = {};
    for (const table of TABLES.split(' ')) {
      const rows = await database.sql.unsafe(`select t::text as row from ${table} t order by 1`);
      hashes[table] = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
    }
    return hashes;
  }

  test('is as it was after each of its jobs has run again', async () => {
    const at = await opened();
    const { jobs } = at;
    await close(at, 17, { parts: 5 });
    const before = await contents(at);
    const steps = await at.database.sql<{ stage: StageName; part: number }[]>`select stage, part from step`;
    expect(new Set(steps.map(({ stage }) => stage))).toEqual(
      new Set(STAGES.filter((stage) => stage !== 'ask')),
    );
    expect(steps.length).toBeGreaterThan(STAGES.length + 6);

    const { signal } = new AbortController();
    const worker = randomUUID();
    const skippedBefore = whyOf(at.logged, 'step.skipped').length;
    for (const { stage, part } of steps) {
      const data = JSON.parse(JSON.stringify({ waveId: 17, stage, part }));
      await jobs[stage].process(data, { database: at.database, log: at.log, signal, worker });
    }
    expect(whyOf(at.logged, 'step.skipped').slice(skippedBefore)).toEqual(steps.map(() => 'already done'));
    expect(await contents(at)).toEqual(before);
  });
});

describe('a step that fails', () => {
  const NIK = '3171011708880001';

  /** The jobs, with something that comes before the work of `match`. */
  function disturbed(jobs: StageJobs, before: (attempt: number) => void): StageJobs {
    let attempt = 0;
    const { stage } = jobs.match;
    const work = (context: StepContext) => {
      attempt += 1;
      before(attempt);
      return stage.work(context);
    };
    return { ...jobs, match: stageJob({ ...stage, work }) };
  }

  test('is tried again', async () => {
    const at = await opened();
    const twice = disturbed(at.jobs, (attempt) => {
      if (attempt < 3) throw new Error('the wind blew');
    });
    await close(at, 17, { jobs: twice });
    await expectOracle(at);
    const [step] = await at.database.sql`select state, attempts, error from step where stage = 'match'`;
    expect(step).toMatchObject({ state: 'done', attempts: 3, error: null });
  });

  test('three times stops the run, which says where and how to go on, and goes on', async () => {
    const at = await opened();
    const broken = disturbed(at.jobs, () => {
      throw new Error(`no room for ${NIK}`);
    });
    await expect(close(at, 17, { jobs: broken })).rejects.toMatchObject({
      code: 'UNEXPECTED',
      message: expect.stringContaining('stage match'),
      concerns: { wave: 17 },
      faults: [{ where: 'match, part 0', what: expect.stringContaining('no room for') }],
      next: expect.stringContaining('gelombang wave resume 17'),
    });
    const [step] = await at.database.sql`select state, attempts, error from step where stage = 'match'`;
    expect(step).toMatchObject({ state: 'failed', attempts: 3 });
    expect(step?.error).toContain('no room for');
    expect(step?.error).not.toContain(NIK);
    const later = await at.database.sql`select from stage where stage not in ('ask', 'match')`;
    expect(later).toHaveLength(0);

    await close(at, 17);
    await expectOracle(at);
  });
});

describe('a block that somebody has tampered with', () => {
  /** Of what was handed to the filter. Done again, all is as it was. */
  async function flipBit({ database }: Installation): Promise<void> {
    await asOwner(database, async (sql) => {
      await sql`
        update stage_block set columns = set_bit(columns, length(columns) - 1, 1 - get_bit(columns, length(columns) - 1))
        where name = 'matched'`;
    });
  }

  test('stops the run at the first attempt, with what is to be done, and wave resume goes on once it is restored', async () => {
    const at = await opened();
    const { stage } = at.jobs.filter;
    const work = async (context: StepContext) => {
      await flipBit(at);
      return stage.work(context);
    };
    const restore =
      'Look at who did what with: gelombang audit verify\nThen go on with: gelombang wave resume 17';
    await expect(
      close(at, 17, { jobs: { ...at.jobs, filter: stageJob({ ...stage, work }) } }),
    ).rejects.toMatchObject({
      code: 'UNEXPECTED',
      message: expect.stringMatching(/stage filter: a step failed in a way that trying again does not mend$/),
      faults: [{ where: 'filter, part 0', what: expect.stringContaining('it was changed') }],
      next: expect.stringContaining(restore),
    });
    const { steps_failed: failures } = await waveStatus(at.database, 17);
    expect(failures).toMatchObject([{ stage: 'filter', attempts: 1, next: expect.any(String) }]);
    const { stdout } = await runHere(at, 'wave status 17');
    expect(stdout).toMatch(
      /^Next: Somebody wrote .* a backup of before\. Look .* audit verify\nThen go on with: .* wave resume 17$/m,
    );

    await flipBit(at);
    expect(await runProgram(at, ['wave', 'resume', '17'])).toMatchObject({ code: 0 });
    await expectOracle(at);
  });
});

describe('two workers at one step', () => {
  test('do not both do it: the second lets it be', async () => {
    const at = await opened();
    const { database, log } = at;
    const key = { waveId: 17, stage: 'match', part: 0 } as const;
    await database.sql`insert into run (wave_id, host, pid, parts) values (17, 'here', 1, 1)`;
    await database.sql`insert into stage (wave_id, stage, parts) values (17, 'match', 1)`;
    await database.sql`insert into step (wave_id, stage, part) values (17, 'match', 0)`;
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let worked = 0;
    const slow: Stage = {
      plan: async () => [],
      work: async () => {
        worked += 1;
        await held;
        return { counts: {}, digest: 'slow' };
      },
    };
    const { signal } = new AbortController();
    const work = { database, stage: slow, key, log, signal, worker: randomUUID() };
    const attempt = () => runStep(work);
    const first = attempt();
    await until(() => worked === 1);
    expect(await attempt()).toEqual({ kind: 'waiting' });
    letGo();
    expect(await first).toMatchObject({ kind: 'done' });
    expect(await attempt()).toEqual({ kind: 'already done' });
    expect(worked).toBe(1);
    expect(await runStep({ ...work, key: { ...key, part: 1 } })).toMatchObject({
      kind: 'refused',
    });
  });
});

describe('notices whose sending was cut off', () => {
  /** Loses the answer of the first batch, after it has or before it has gone out. */
  function cutOff(folder: string, goesOut: boolean): { port: NoticePort; sent: string[] } {
    const file = fileNoticePort(folder);
    const sent: string[] = [];
    let cut = false;
    const send = async (batch: NoticeBatch, signal: AbortSignal) => {
      const first = !cut;
      cut = true;
      if (first && !goesOut) throw new Error('cut off');
      sent.push(...batch.notices.map((notice) => notice.registration_no));
      const receipts = await file.send(batch, signal);
      if (first) throw new Error('cut off');
      return receipts;
    };
    return { port: { send, ask: file.ask }, sent };
  }

  test.each([
    ['after they went out, are not sent again', true],
    ['before they went out, are sent', false],
  ])('%s', async (_, goesOut) => {
    const at = await opened();
    const { port, sent } = cutOff(at.notices, goesOut);
    await close(at, 17, { jobs: { ...at.jobs, notify: stageJob(notifyStage(noticesTo(at.notices), port)) } });
    const notices = await at.database.sql<{ number: string; state: string }[]>`
      select registration_no as number, state from notice order by registration_no`;
    expect(notices.every(({ state }) => state === 'sent')).toBe(true);
    expect(sent.sort()).toEqual(notices.map(({ number }) => number));
    await expectOracle(at);
  });
});

for (const { backend, redisUrl, missing } of BACKENDS) {
  describe.skipIf(missing)(`with the queue on ${backend}`, () => {
    test('a close that is killed in mid-step goes on where it was, however often', async () => {
      const at = await opened(redisUrl);
      for (const table of ['stage_block', 'pool', 'notice']) {
        const held = await holdTable(at.database, table);
        const closing = startProgram(at, ['wave', 'close', '17']);
        await held.reached();
        closing.kill('SIGKILL');
        await closing.ended();
        await held.release();
        await untilNobodyLeads(at);
      }
      await close(at, 17);
      await expectOracle(at);
      const attempts = await at.database.sql`select distinct attempts from step`;
      expect(attempts.map((row) => row.attempts)).toEqual([1]);
    });

    test('a queue that has lost everything is filled again from the ledger', async () => {
      const at = await opened(redisUrl === undefined ? undefined : `${redisUrl}/1`);
      const held = await holdTable(at.database, 'stage_block');
      const closing = close(at, 17, { parts: 6 });
      await held.reached(2);
      await emptyQueue(at);
      await held.release();
      await closing;
      await expectOracle(at);
    });

    describe('two worker processes', () => {
      const second = { waveId: 18 };
      let at: Installation;

      beforeAll(async () => {
        at = await installation(redisUrl);
        const empty = { ...input, recipients: 'nik,kk,wave\n' };
        await openAndImport(at, empty);
        const others = await madeUpWave({ applicants: 150, seed: 22, registry: 40, quota: 0 }, 18);
        await openAndImport(at, { ...others, registry: input.registry, lists: input.lists });
      });

      test('share the work, no step is done twice, and one that is stopped ends what it has begun', async () => {
        const settings = { LOG_LEVEL: 'debug', GELOMBANG_CONCURRENCY: '1' };
        const workers = [0, 1].map(() => startProgram(at, ['worker'], settings));
        await until(() => workers.every((worker) => worker.stderr().includes('worker.started')));
        const held = await holdTable(at.database, 'stage_block');
        const closings = [17, second.waveId].map((waveId) =>
          startProgram(at, ['wave', 'close', String(waveId)]),
        );
        // Each has one step at a time, so both are at work now.
        await held.reached(2);
        const [stopped, other] = workers;
        stopped?.kill('SIGTERM');
        await until(() => stopped?.stderr().includes('worker.stopping') === true);
        await held.release();
        expect(await stopped?.ended()).toMatchObject({ code: 143 });
        for (const closing of closings) expect(await closing.ended()).toMatchObject({ code: 0 });
        other?.kill('SIGTERM');
        expect(await other?.ended()).toMatchObject({ code: 143 });

        const done = workers.map((worker) => stepsDone(worker.stderr()));
        expect(done.map((steps) => steps.length > 0)).toEqual([true, true]);
        const planned = await at.database.sql`select wave_id, stage, part from step`;
        const all = planned.map((step) => `${step.wave_id} ${step.stage} ${step.part}`);
        expect(done.flat().sort()).toEqual(all.sort());
        await expectOracle(at, { ...input, recipients: 'nik,kk,wave\n' });
      });
    });
  });
}

async function untilNobodyLeads({ database }: Installation): Promise<void> {
  await until(async () => {
    const leading = await database.sql`
      select from pg_locks where locktype = 'advisory' and classid = ${SESSION_LOCKS.lead}
        and database = (select oid from pg_database where datname = current_database())`;
    return leading.length === 0;
  });
}

async function emptyQueue({ database, redisUrl }: Installation): Promise<void> {
  if (redisUrl !== undefined) {
    const client = new Redis(redisUrl);
    await client.flushdb();
    client.disconnect();
    return;
  }
  const tables = await database.sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname = 'gelombang_queue' and tablename not like '%migration%'`;
  expect(tables.length).toBeGreaterThan(2);
  await asOwner(database, (sql) => sql.unsafe(`truncate ${tables.map(({ name }) => name).join(', ')}`));
}

function stepsDone(log: string): string[] {
  const lines = log.split('\n').filter((line) => line.includes('"step.done"'));
  return lines.map((line) => JSON.parse(line)).map((line) => `${line.wave} ${line.stage} ${line.part}`);
}
