/** What an operator is told and refused who releases, pauses and sends again: over which channels, and who goes on. */
import { describe, expect, test } from 'vitest';
import { setChannels } from '../../../src/wave/channels.ts';
import { readWave } from '../../../src/wave/record.ts';
import { ALL, handedOver } from '../../cli/held-notices.ts';
import { runHere } from '../../support/commands.ts';
import { until } from '../../support/held-table.ts';
import type { Installation } from '../../support/installation.ts';
import { startProgram } from '../../support/program.ts';
import { countsOf, passTime, postOf, untilResting } from './post.ts';

const RELEASE = 'notices release 17';
const BY_SMS = { SMS_URL: 'http://127.0.0.1:9', SMS_TOKEN: 'a-token-of-tests' };
const NIGHT = (() => {
  const hour = (new Date().getUTCHours() + 7) % 24;
  const clock = (ahead: number) => `${String((hour + ahead + 24) % 24).padStart(2, '0')}:00`;
  return { NOTICE_QUIET_HOURS: `${clock(-1)}-${clock(5)}` };
})();

/** As if the wave had been closed with other settings. */
async function closedWith(at: Installation, channel: 'file' | 'sms', readers: 'all' | 'accepted' = 'all') {
  await at.database.sql.begin((sql) => setChannels(sql, 17, [{ channel, readers }]));
}

async function pauses({ database: { sql } }: Installation) {
  return [...(await sql`select channel, paused_by from sending where paused_at is not null order by 1`)];
}

describe('a release with other settings than the close', () => {
  test('is refused, and says how they are set and how they are changed', async () => {
    const { at, say } = await postOf();
    const here = (settings: Record<string, string>, line = RELEASE) => runHere(at, line, settings);
    const none = await here({});
    expect(none.code).toBe(3);
    expect(none.stderr).toContain('the notices of wave 17 go by email, and nothing is set for it here');
    expect(none.stderr).toMatch(/Set SMTP_URL and MAIL_FROM\.$/m);
    expect(none.stderr).toMatch(/To send them to files: .* notices release 17 --channels$/m);
    await at.database.sql`update run set finished_at = null`;
    const resumed = await here({}, 'wave close 17 --hold-notices');
    expect(resumed.code).toBe(3);
    expect(resumed.stderr).toContain('nothing is set for it here');
    await at.database.sql`update run set finished_at = now()`;

    await closedWith(at, 'sms', 'accepted');
    const others = await here({ ...BY_SMS, SMS_TO: 'all' });
    expect(others.code).toBe(3);
    expect(others.stderr).toContain('go by sms to the accepted, as it was closed, and here to everybody');
    expect(others.stderr).toMatch(/Set SMS_TO=accepted\.$/m);

    await closedWith(at, 'file');
    const more = await say(RELEASE);
    expect(more.code).toBe(3);
    expect(more.stderr).toContain('go to files, as it was closed, and SMTP_URL and MAIL_FROM are set here');
    expect(more.stderr).toMatch(/To send them by email: .* notices release 17 --channels$/m);
    expect((await readWave(at.database.sql, 17)).noticesHeld).toBe(true);
  });

  test('takes those that are set here on the word of an operator, and a pause stays', async () => {
    const { at, run, server, say } = await postOf();
    await closedWith(at, 'file');
    expect((await say('notices pause 17 --reason wait')).code).toBe(0);
    const released = await run(`${RELEASE} --channels`);
    expect(released.code, released.stderr).toBe(5);
    expect(server.count).toBe(0);
    expect(await pauses(at)).toEqual([{ channel: 'email', paused_by: expect.any(String) }]);
    const changed = await runHere(at, `${RELEASE} --channels`, {});
    expect(changed.code).toBe(4);
    expect(changed.stderr).toContain('on their way already by email');
    // Planned by now, and nobody is about who knows the mail server.
    const unset = await runHere(at, RELEASE, {});
    expect(unset.code).toBe(3);
    expect(unset.stderr).toContain('go by email: nothing is set for that here, and no worker is about');
    expect((await say('notices resume 17')).code).toBe(0);
    expect((await run(RELEASE)).code).toBe(0);
    expect(server.count).toBe(ALL);
  });
});

describe('a pause', () => {
  test('is shown while notices are held, outlives the release, and stops files too', async () => {
    const { at } = await postOf();
    await closedWith(at, 'file');
    const paused = await runHere(
      at,
      ['notices', 'pause', '17', '--channel', 'file', '--reason', 'wrong text'],
      {},
    );
    expect(paused.code, paused.stderr).toBe(0);
    const held = await runHere(at, 'notices status 17', {});
    expect(held.stdout).toMatch(/file paused since .*: wrong text$/m);
    expect(held.stdout).toMatch(/^Next: .*notices resume 17$/m);
    const released = await startProgram(at, RELEASE.split(' ')).ended();
    expect(released.code, released.stderr).toBe(5);
    expect(released.stderr).toMatch(/44 notices of wave 17 wait: paused by .* \(file\)/);
    expect(released.stderr).toMatch(/notices resume 17$/m);
    await expect(handedOver(at)).rejects.toThrow('ENOENT');
    expect(await countsOf(at, 'file')).toMatchObject({ waiting: ALL, sent: 0 });
    expect((await runHere(at, 'notices resume 17', {})).code).toBe(0);
    expect((await startProgram(at, RELEASE.split(' ')).ended()).code).toBe(0);
    expect(await handedOver(at)).toHaveLength(ALL);
    const idle = await runHere(at, 'notices resume 17', {});
    expect(idle.stdout).toMatch(/were not paused\.\n\nNext: .*notices status 17$/m);
    const late = await runHere(at, 'notices pause 17', {});
    expect(late.code).toBe(4);
    expect(late.stderr).toContain('no notice of wave 17 is left that could be paused');
  });

  test('is not kept with a reason that names a person', async () => {
    const { at, say } = await postOf();
    const refused = await say('notices pause 17 --reason 3171010101900005');
    expect(refused.code).toBe(3);
    expect(await pauses(at)).toEqual([]);
    await at.database.sql`
      update sending set paused_at = now(), paused_by = 'x', pause_reason = 'of 3171010101900005'`;
    for (const line of ['notices status 17', 'wave status 17 --json']) {
      const { stdout } = await say(line);
      expect(stdout).toContain('of ');
      expect(stdout).not.toContain('3171010101900005');
    }
  });

  test('by gelombang itself says to look at the settings first', async () => {
    const { at, say } = await postOf();
    await at.database
      .sql`update sending set paused_at = now(), paused_by = 'gelombang', pause_reason = 'refused'`;
    const { stdout } = await say('notices status 17');
    expect(stdout).toMatch(/^Next: Look at the settings of the gateway/m);
    expect(stdout).toMatch(/^Then: .*notices resume 17$/m);
  });
});

test('a void wave keeps what is on record of its notices', async () => {
  const { at, say } = await postOf();
  await at.database.sql`
    insert into notice (wave_id, registration_no, channel, state, part)
    select 17, registration_no, 'email', 'unknown', 0 from outcome where wave_id = 17`;
  expect((await say('wave void 17 --reason mistaken')).code).toBe(0);
  const lines = [
    'notices resend 17',
    'notices resend 17 --yes',
    RELEASE,
    'notices pause 17',
    'notices resume 17',
  ];
  for (const line of lines) {
    const { code, stderr } = await say(line);
    expect([line, code]).toEqual([line, 4]);
    expect(stderr).toMatch(/wave 17 is void since .*: mistaken; /);
  }
  expect(await countsOf(at)).toMatchObject({ unknown: ALL });
});

test('notices that wait for the morning with nobody who goes on end a command with 5, and with 0 where a worker is about', async () => {
  const { at, run, start } = await postOf();
  const alone = await run(RELEASE, NIGHT);
  expect(alone.code, alone.stderr).toBe(5);
  expect(alone.stderr).toContain('44 notices of wave 17 wait, and no worker is about');
  expect(alone.stdout).toMatch(/^Next: .* wave status 17$/m);
  expect(alone.stderr).toMatch(/^Start one: .* worker$/m);

  // A worker that does not know the mail server says so once, and lets be what it cannot do.
  const stranger = start('worker', { SMTP_URL: '', MAIL_FROM: '', GELOMBANG_CONCURRENCY: '1' });
  await untilWorker(at);
  await passTime(at);
  await until(() => stranger.stderr().includes('does not know how'));
  await untilResting(at);
  const [soon] = await at.database.sql`
    select bool_and(retry_at < now() + interval '16 seconds') as rests from step where stage = 'notify'`;
  expect(soon).toEqual({ rests: true });
  expect(stranger.stderr().match(/does not know how/g)).toHaveLength(1);
  stranger.kill('SIGTERM');
  await stranger.ended();
  await passTime(at);

  const worker = start('worker', { ...NIGHT, LOG_LEVEL: 'debug' });
  await untilWorker(at);
  const withOne = await run(RELEASE, NIGHT);
  expect(withOne.code, withOne.stderr).toBe(0);
  expect(withOne.stdout).toContain('Workers that are about go on with those that wait.');
  worker.kill('SIGTERM');
  expect((await worker.ended()).code).toBe(143);
});

async function untilWorker({ database: { sql } }: Installation): Promise<void> {
  await expect.poll(async () => (await sql`select from worker`).length, { timeout: 20_000 }).toBe(1);
}
