/** Notices that are held when a wave is published, and released by a word of the operator. */
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { stagesOf } from '../../jobs/processor.ts';
import { advance } from '../../src/wave/advance.ts';
import { runHere } from '../support/commands.ts';
import type { Installation } from '../support/installation.ts';
import type { Ended } from '../support/program.ts';
import { documentOf } from './document.ts';
import {
  ALL,
  expectAllSent,
  expectConflict,
  expectDone,
  handedOver,
  NO_NOTICES,
  opened,
  run,
  statusOf,
  stopAt,
} from './held-notices.ts';

describe('a wave that is closed with its notices held', () => {
  let at: Installation;
  let closed: Ended;

  beforeAll(async () => {
    at = await opened();
    closed = await run(at, 'wave close 17 --hold-notices');
  });

  test('is published, says how many there are and how they are sent, and hands nothing over', async () => {
    expect(closed.code, closed.stderr).toBe(0);
    expect(closed.stdout).toMatch(/^Wave 17 is published: 9 accepted of 44 applications\.$/m);
    expect(closed.stdout).toMatch(/^Notices: 44 held; send them with: .+ notices release 17$/m);
    expect(closed.stderr).not.toMatch(/^notify/m);
    expect(await at.database.sql`select from notice`).toHaveLength(0);
    expect(await at.database.sql`select from stage where stage = 'notify'`).toHaveLength(0);
    expect(existsSync(at.notices)).toBe(false);
  });

  test('is through, and its status shows what is held', async () => {
    expect(documentOf(await runHere(at, 'wave status 17 --json'))).toMatchObject({
      state: 'published',
      run: { finished_at: expect.any(String) },
      progress: { finished: true, failed: 0 },
      notices_held: true,
      notices: { ...NO_NOTICES, created: ALL, held: ALL },
    });
    const { stdout } = await runHere(at, 'wave status 17');
    expect(stdout).toMatch(/^ {2}notify +held$/m);
    expect(stdout).toMatch(/^Notices: 44 created, 44 held, 0 waiting, 0 sent, 0 failed, 0 unknown\.$/m);
    expect(stdout).toMatch(/^Next: .* export 17 --out DIR\nTo send the notices: .* notices release 17\n$/m);
  });

  test('is exported and verified as any other', async () => {
    for (const line of [`export 17 --out ${at.folder}/out`, `verify ${at.folder}/out`]) {
      expect(await runHere(at, line)).toMatchObject({ code: 0 });
    }
  });

  test.each(['wave close 17', 'wave close 17 --hold-notices'])(
    'refuses `%s`, and names the release',
    async (line) => {
      await expectConflict(at, line, /^wave 17 is already closed/, 'gelombang notices release 17');
      expect(await statusOf(at)).toMatchObject({ notices_held: true });
    },
  );

  test('has nothing to be done, whoever asks the ledger', async () => {
    const { database, jobs, log } = at;
    const state = await advance(database, stagesOf(jobs), 17, log);
    expect(state).toMatchObject({ finished: true, pending: [], failed: [] });
    expect(await database.sql`select from stage where stage = 'notify'`).toHaveLength(0);
  });

  test('sends each notice once when it is released, the accepted first', async () => {
    const released = await run(at, 'notices release 17', { GELOMBANG_CONCURRENCY: '1' });
    expect(released.code, released.stderr).toBe(0);
    expect(released.stdout).toMatch(/^Notices: 44 sent, 0 failed, 0 unknown\.$/m);
    expect(released.stderr).toContain('notify: 100 %');
    expect(released.stderr).not.toContain('match');
    await expectAllSent(at);
    const accepted = (await handedOver(at)).map(({ outcome }) => outcome === 'ACCEPTED');
    expect(accepted).toEqual(accepted.toSorted((one, other) => Number(other) - Number(one)));
    const order = await at.database.sql`
      select min(changed_at) filter (where outcome <> 'ACCEPTED')
        > max(changed_at) filter (where outcome = 'ACCEPTED') as kept
      from notice join outcome using (wave_id, registration_no)`;
    expect([...order]).toEqual([{ kept: true }]);
  });

  test('releases them once', async () => {
    const before = await handedOver(at);
    await expectConflict(at, 'notices release 17', /run 1 has sent them$/, 'gelombang wave status 17');
    expect(await handedOver(at)).toEqual(before);
  });
});

describe('notices that are not held', () => {
  test('cannot be released: not of an unknown wave, nor of one that is not published', async () => {
    const at = await opened();
    expect(await runHere(at, 'notices release 99')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no wave 99'),
    });
    const close = 'Close it first: gelombang wave close 17 --hold-notices';
    await expectConflict(at, 'notices release 17', /^wave 17 is not published/, close);
    expect(await statusOf(at)).toMatchObject({ state: 'open', notices_held: false, notices: NO_NOTICES });
  });

  test('cannot be held any more while they are being sent, and a release goes on with them', async () => {
    const at = await opened();
    await stopAt(at, 'notice', 'wave close 17');
    const next = 'gelombang notices release 17';
    await expectConflict(at, 'wave close 17 --hold-notices', /cannot be held any more$/, next);
    await expectDone(at, 'notices release 17');
    await expectAllSent(at);
  });
});
