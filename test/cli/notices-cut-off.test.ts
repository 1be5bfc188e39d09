/** Notices that are held, and a close or a release that is cut off: what counts, and who goes on. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Transaction } from '../../src/db/database.ts';
import { TRANSACTION_LOCKS } from '../../src/db/locks.ts';
import { readRun, takeLead, takeUp } from '../../src/wave/leader.ts';
import { beginRelease } from '../../src/wave/release.ts';
import { runHere } from '../support/commands.ts';
import { holdTable, until } from '../support/held-table.ts';
import { startProgram } from '../support/program.ts';
import { close } from '../support/wave.ts';
import { documentOf, type ErrorDocument } from './document.ts';
import {
  ALL,
  expectAllSent,
  expectConflict,
  expectDone,
  opened,
  published,
  run,
  statusOf,
  stopAt,
  stopped,
  untilNobodyLeads,
} from './held-notices.ts';

describe('a close that is cut off before the publication', () => {
  test('with its notices held, keeps the hold when it goes on with it', async () => {
    const at = await stopped();
    expect((await runHere(at, 'wave status 17')).stdout).toMatch(/^Next: .* wave resume 17$/m);
    const again = async (sql: Transaction) => takeUp(sql, (await readRun(sql, 17)).run);
    const led = await takeLead(at.database, 17, again);
    const { stdout } = await runHere(at, 'wave status 17');
    expect(stdout).toMatch(new RegExp(`^  > led by .*, process ${process.pid}, since`, 'm'));
    expect(stdout).toMatch(/^Next, to watch it: .* wave status 17$/m);
    await led.release();
    const next = 'Go on with its close first: gelombang wave close 17 --hold-notices';
    await expectConflict(at, 'notices release 17', /^wave 17 is not published/, next);
    await expectDone(at, 'wave close 17 --hold-notices');
    expect(await statusOf(at)).toMatchObject({ notices: { created: ALL, held: ALL } });
  });

  test('with its notices held, sends them when it goes on without, and warns', async () => {
    const at = await stopped();
    const { code, stderr } = await run(at, 'wave close 17');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('warning: the notices of wave 17 were to be held');
    await expectAllSent(at);
  });

  test('without, holds them when it goes on so', async () => {
    const at = await opened();
    await stopAt(at, 'pool', 'wave close 17');
    await close(at, 17, { request: { holdNotices: true } });
    expect(await statusOf(at)).toMatchObject({ notices: { created: ALL, held: ALL } });
    expect(existsSync(at.notices)).toBe(false);
  });

  test('by a signal, says how to go on without losing the hold', async () => {
    const at = await opened();
    const { code, stdout } = await stopAt(at, 'pool', 'wave close 17 --hold-notices --json', 'SIGTERM');
    expect(code).toBe(143);
    expect(documentOf<ErrorDocument>({ stdout }).error.next).toBe(
      'Nothing is lost. Go on with: gelombang wave close 17 --hold-notices',
    );
  });
});

describe('a wave that is published with its notices held, its run not finished yet', () => {
  test('is not closed without the hold, and its notices can be released', async () => {
    const at = await published();
    await at.database.sql`update run set finished_at = null`;
    await expectConflict(at, 'wave close 17', /and its notices are held$/, 'gelombang notices release 17');
    await expectDone(at, 'wave close 17 --hold-notices');
    expect(await statusOf(at)).toMatchObject({
      notices_held: true,
      run: { finished_at: expect.any(String) },
    });
    await at.database.sql`update run set finished_at = null`;
    await expectDone(at, 'notices release 17');
    await expectAllSent(at);
  });
});

describe('a release', () => {
  test('waits for whoever plans, or the run that it opens would be ended', async () => {
    const at = await published();
    const planning = at.database.connect();
    await planning.unsafe(`begin; select pg_advisory_xact_lock(${TRANSACTION_LOCKS.plan}, 17)`);
    const releasing = beginRelease(at.database, 17, at.log);
    await until(
      async () =>
        (
          await at.database
            .sql`select from pg_locks where not granted and locktype = 'advisory' and classid = ${TRANSACTION_LOCKS.plan}`
        ).length > 0,
    );
    expect(await statusOf(at)).toMatchObject({
      notices_held: true,
      run: { finished_at: expect.any(String) },
    });
    await planning.end();
    const run = await releasing;
    expect(await statusOf(at)).toMatchObject({ notices_held: false, run: { finished_at: null } });
    await run.release();
    await expectDone(at, 'notices release 17');
    await expectAllSent(at);
  });
});

describe('a release that is cut off', () => {
  test('goes on by the same command, and nobody else may meanwhile', async () => {
    const at = await published();
    const stop = await holdTable(at.database, 'notice');
    const release = startProgram(at, ['notices', 'release', '17']);
    await stop.reached();
    await expectConflict(at, 'notices release 17', /^someone else is at wave 17 already/, 'wave status 17');
    release.kill('SIGKILL');
    await release.ended();
    await stop.release();
    await untilNobodyLeads(at);
    await expectDone(at, 'notices release 17');
    await expectAllSent(at);
  });

  test('by a signal, says how to go on, and is gone on with by a worker', async () => {
    const at = await published();
    const worker = startProgram(at, ['worker'], { LOG_LEVEL: 'debug' });
    await until(() => worker.stderr().includes('worker.started'));
    const { code, stdout } = await stopAt(at, 'notice', 'notices release 17 --json', 'SIGTERM');
    expect(code).toBe(143);
    expect(documentOf<ErrorDocument>({ stdout }).error).toMatchObject({
      code: 'INTERRUPTED',
      next: 'Nothing is lost. Go on with: gelombang notices release 17',
    });
    await until(async () => (await at.database.sql`select from run where finished_at is null`).length === 0);
    worker.kill('SIGTERM');
    expect(await worker.ended()).toMatchObject({ code: 143 });
    await expectAllSent(at);
  });
});
