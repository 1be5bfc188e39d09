/** Notices go out through gateways that are slow, refuse, cut the line or are not there: each arrives once, or it is said why not. */
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { ALL } from '../../cli/held-notices.ts';
import { until } from '../../support/held-table.ts';
import { BACKENDS } from '../../support/installation.ts';
import { SmsGateway, TOKEN } from '../../support/sms-gateway.ts';
import { countsOf, expectSum, passTime, postOf, untilResting } from './post.ts';

const RELEASE = 'notices release 17';
const BY_SMS = `${RELEASE} --channels`;

describe('by e-mail', () => {
  test('everybody gets one letter, the accepted first, and it holds no identity number', async () => {
    const { at, server, run } = await postOf();
    const ended = await run(RELEASE);
    expect(ended.code, ended.stderr).toBe(0);
    expect(server.received.size).toBe(ALL);
    expect([...server.received.values()].every((times) => times === 1)).toBe(true);
    expect(await countsOf(at)).toMatchObject({ created: ALL, sent: ALL, waiting: 0, failed: 0, unknown: 0 });
    const letters = await Promise.all(server.texts.map((text) => simpleParser(text)));
    const accepted = letters.map(({ subject }) => /^Selamat/.test(subject ?? ''));
    expect(accepted.lastIndexOf(true)).toBeLessThan(accepted.indexOf(false));
    for (const { text = '', html } of letters) {
      expect(text).not.toMatch(/\d{16}/);
      expect(String(html)).toContain('Kartu Prakerja');
      expect(String(html)).not.toMatch(/\d{16}/);
    }
    const [words] = await at.database.sql`select count(distinct wording)::int as texts from notice`;
    expect(words).toEqual({ texts: 1 });
  });

  test('whoever is refused for good is so with the reason, and all others get theirs', async () => {
    const { at, say, deliver } = await postOf(({ moment, to }) =>
      moment === 'recipient' && /[05]@/.test(to)
        ? { reply: '550 5.1.1 No such user <x@y.example>' }
        : undefined,
    );
    await deliver();
    const { sent, failed } = await countsOf(at);
    expect(sent + failed).toBe(ALL);
    const reasons = await at.database.sql<
      { reason: string }[]
    >`select reason from notice where state = 'failed'`;
    expect(reasons).toHaveLength(failed);
    for (const { reason } of reasons) expect(reason).toMatch(/^550 5\.1\.1 [^@]*$/);
    const status = JSON.parse((await say('notices status 17 --json')).stdout);
    expect(failed).toBeGreaterThan(0);
    expect(status.reasons).toEqual([
      { channel: 'email', state: 'failed', reason: '550 5.1.1', count: failed },
    ]);
  });

  test('whoever is put off is tried again when it is time, and got one letter', async () => {
    const { at, server, deliver } = await postOf(({ moment, times }) =>
      moment === 'recipient' && times === 1 ? { reply: '451 4.7.1 Greylisted, come back later' } : undefined,
    );
    const sending = deliver();
    await untilResting(at);
    expect(server.received.size).toBe(0);
    const waiting = await at.database
      .sql`select distinct state, attempts, due_at > now() as later from notice`;
    expect(waiting).toEqual([{ state: 'created', attempts: 1, later: true }]);
    await passTime(at);
    await sending;
    expect(server.received.size).toBe(ALL);
    expect(server.count).toBe(ALL);
    expect(await countsOf(at)).toMatchObject({ sent: ALL });
  });

  test('a line that is cut once a letter is taken over leaves it unknown, and it is sent again on request alone', async () => {
    let isCut = true;
    const { at, server, run, say } = await postOf(({ moment }) =>
      moment === 'message' && isCut ? { cut: true, keeps: true } : undefined,
    );
    const ended = await run(RELEASE);
    expect(ended.code, ended.stderr).toBe(5);
    const { unknown } = await countsOf(at);
    expect(unknown).toBe(ALL);
    expect(server.count).toBe(ALL);
    await expectSum(at);

    const listed = JSON.parse((await say('notices unknown 17 --json')).stdout);
    expect(listed).toMatchObject({ count: ALL, state: 'unknown' });
    isCut = false;
    expect((await run(RELEASE)).code).toBe(4);
    expect((await say('notices resend 17')).stdout).toContain('Nothing was sent');
    expect(server.count).toBe(ALL);
    const [first] = listed.listed;
    expect(ended.stdout).toMatch(/^Next: .* notices unknown 17$/m);
    const again = await run(`notices resend 17 ${first.registration_no} --yes`);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toContain('1 notice of wave 17, unknown before, was taken up again');
    expect(again.stdout).toContain(`Notices: 1 sent, 0 failed, ${ALL - 1} unknown.`);
    expect(again.stdout).toMatch(/^Next: .* notices unknown 17$/m);
    expect(server.count).toBe(ALL + 1);
    expect((await run('notices resend 17 --yes')).code).toBe(0);
    expect(server.count).toBe(2 * ALL);
    expect(await countsOf(at)).toMatchObject({ sent: ALL, unknown: 0 });
  });

  test('a line that is cut before a letter is whole loses nobody', async () => {
    const { at, server, deliver } = await postOf(({ moment, times }) =>
      moment === 'beginning' && times === 1 ? { cut: true } : undefined,
    );
    const sending = deliver();
    await until(async () => {
      await passTime(at);
      return (await countsOf(at)).sent === ALL;
    });
    await sending;
    expect(server.count).toBe(ALL);
  });
});

describe('a gateway that is not there', () => {
  test('rests, others go on, and when it is back everybody gets theirs', async () => {
    const gateway = await new SmsGateway().start();
    const sms = { SMS_URL: gateway.url, SMS_TOKEN: TOKEN, SMS_TO: 'all', SMS_FROM: 'PRAKERJA' };
    const { at, server, start, say } = await postOf(({ moment }) =>
      moment === 'connection' ? { reply: '421 4.3.2 Closed for today' } : undefined,
    );
    const sending = start(BY_SMS, sms);
    await countsOf(at, 'sms');
    await untilResting(at);
    expect(await countsOf(at, 'sms')).toMatchObject({ waiting: 0 });
    // One finds it out for all.
    expect(server.connections).toBe(1);
    const email = await countsOf(at);
    expect(email).toMatchObject({ waiting: ALL, sent: 0, failed: 0, unknown: 0 });
    expect(email.gateway_rests?.why).toMatch(/^421/);
    expect((await say('wave status 17')).stdout).toContain('nobody takes notices by email: 421');
    expect(gateway.taken.size).toBe(ALL);

    server.behaviour = () => undefined;
    await passTime(at);
    expect((await sending.ended()).code).toBe(0);
    expect(server.count).toBe(ALL);
    expect(await countsOf(at)).toMatchObject({ sent: ALL, gateway_rests: null });
    await expectSum(at, 'sms');
  });
});

describe('a gateway that refuses everybody alike', () => {
  test('is left alone before all are refused for good, and those that were are sent again once it is mended', async () => {
    const { at, server, run, say } = await postOf(({ moment }) =>
      moment === 'recipient' ? { reply: '554 5.7.1 Relay access denied' } : undefined,
    );
    const ended = await run(RELEASE, { SMTP_CONNECTIONS: '1' });
    expect(ended.code, ended.stderr).toBe(5);
    expect(ended.stderr).toMatch(/Look at the settings[\s\S]*notices resume 17$/m);
    expect(ended.stdout).toMatch(/paused since .* by gelombang: \d+ of \d+ answered with 554/);
    const { failed, waiting, sent, paused } = await countsOf(at);
    expect(failed).toBeGreaterThanOrEqual(20);
    expect(sent).toBe(0);
    // What is under way at that moment ends.
    expect(failed + waiting).toBe(ALL);
    expect(paused?.by).toBe('gelombang');

    server.behaviour = () => undefined;
    expect((await say('notices resume 17')).code).toBe(0);
    expect((await run('notices resend 17 --state failed --yes')).code).toBe(0);
    expect(server.count).toBe(ALL);
    expect(await countsOf(at)).toMatchObject({ sent: ALL, failed: 0 });
  });
});

describe('an SMS', () => {
  test('whose answer is lost is asked about, and sent once', async () => {
    const gateway = await new SmsGateway().start();
    gateway.script = ({ path, number }) =>
      path.endsWith('/status') || number % 3 !== 0 ? {} : { cut: 'after' };
    const { at, deliver } = await postOf();
    const sms = { SMS_URL: gateway.url, SMS_TOKEN: TOKEN, SMS_TO: 'all', SMTP_URL: '', MAIL_FROM: '' };
    await deliver(sms);
    const { created, sent, failed, unknown } = await countsOf(at, 'sms');
    expect(unknown).toBe(0);
    expect({ sent, failed }).toEqual({ sent: created, failed: 0 });
    expect(gateway.taken.size).toBe(sent);
    expect(gateway.sends).toBe(sent);
  });

  test('of which nobody can be asked for the moment is asked about later, and sent once', async () => {
    const gateway = await new SmsGateway().start();
    gateway.script = () => ({ cut: 'after' });
    const { at, deliver } = await postOf();
    const sms = { SMS_URL: gateway.url, SMS_TOKEN: TOKEN, SMS_TO: 'all', SMTP_URL: '', MAIL_FROM: '' };
    const sending = deliver(sms);
    await untilResting(at);
    expect(await countsOf(at, 'sms')).toMatchObject({ sent: 0, unknown: 0 });
    gateway.script = () => ({});
    await passTime(at);
    await sending;
    expect(await countsOf(at, 'sms')).toMatchObject({ sent: ALL, failed: 0 });
    expect(gateway.taken.size).toBe(ALL);
    expect(gateway.sends).toBe(ALL);
  });

  test('goes to the accepted alone, unless it is said otherwise', async () => {
    const gateway = await new SmsGateway().start();
    const { at, deliver } = await postOf();
    const sms = { SMS_URL: gateway.url, SMS_TOKEN: TOKEN };
    await deliver(sms);
    const [accepted] = await at.database.sql<{ count: number }[]>`
      select count(*)::int as count from outcome where wave_id = 17 and outcome = 'ACCEPTED'`;
    expect(await countsOf(at, 'sms')).toMatchObject({
      created: accepted?.count,
      readers: 'accepted',
      waiting: 0,
    });
    expect(await countsOf(at)).toMatchObject({ created: ALL, readers: 'all', waiting: 0 });
  });
});

describe('an operator', () => {
  test('stops notices in the middle and lets them go on, and nobody gets two', async () => {
    const { at, server, start, say, deliver } = await postOf(({ moment }) =>
      moment === 'message' ? { after: 50 } : undefined,
    );
    const sending = start(RELEASE, { SMTP_CONNECTIONS: '1' });
    await until(async () => server.count >= 3);
    const paused = await say('notices pause 17 --reason check');
    expect(paused.code, paused.stderr).toBe(0);
    const stopped = await sending.ended();
    expect(stopped.code, stopped.stderr).toBe(5);
    expect(stopped.stderr).toMatch(/paused by .* \(email\)[\s\S]*notices resume 17$/m);
    const sent = server.count;
    expect(sent).toBeLessThan(ALL);
    expect((await say('notices status 17')).stdout).toMatch(/paused since .*: check/);
    expect(await countsOf(at)).toMatchObject({ sent, waiting: ALL - sent });

    expect((await say('notices resume 17')).stdout).toMatch(/To send them here: .* notices release 17/);
    await deliver();
    expect(server.count).toBe(ALL);
    expect([...server.received.values()].every((times) => times === 1)).toBe(true);
  });

  test('is told that nobody is written to at night, and what is left goes out in the morning', async () => {
    const { at, server, run, deliver } = await postOf();
    const hour = (new Date().getUTCHours() + 7) % 24;
    const clock = (ahead: number) => `${String((hour + ahead + 24) % 24).padStart(2, '0')}:00`;
    // Wherever in the country it is: it has three zones.
    const ended = await run(RELEASE, { NOTICE_QUIET_HOURS: `${clock(-1)}-${clock(5)}` });
    expect(ended.code, ended.stderr).toBe(5);
    expect(ended.stdout).toContain('goes on ');
    expect(ended.stderr).toMatch(/Start one: .* worker$[\s\S]*from .* UTC on: .*notices release 17$/m);
    expect(server.count).toBe(0);
    expect(await countsOf(at)).toMatchObject({ waiting: ALL, sent: 0 });
    await passTime(at);
    await deliver();
    expect(server.count).toBe(ALL);
  });

  test('gets a file of all notices, without addresses', async () => {
    const { at, say, deliver } = await postOf(({ moment, to }) =>
      moment === 'recipient' && /[05]@/.test(to) ? { reply: '550 =cmd No' } : undefined,
    );
    await deliver();
    const path = `${at.folder}/notices.csv`;
    const ended = await say(`notices export 17 --out ${path}`);
    expect(ended.code, ended.stderr).toBe(0);
    const { readFile, stat } = await import('node:fs/promises');
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(ALL + 1);
    expect(lines[0]).toBe(
      'registration_no,channel,outcome,state,attempts,changed_at,reason,reference,texts_sha256',
    );
    expect(lines.join('\n')).not.toContain('@');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const withAddresses = await say(`notices export 17 --out ${path} --addresses`);
    expect(withAddresses.code, withAddresses.stderr).toBe(0);
    expect(await readFile(path, 'utf8')).toContain('@');
  });
});

describe('at a pace', () => {
  const slow = { SMTP_RATE: '4', SMTP_CONNECTIONS: '2' };

  test('what waits for its turn is not taken for what may be out, when the process is killed', async () => {
    const { at, server, start } = await postOf();
    const sending = start(RELEASE, slow);
    await until(async () => server.count >= 3);
    sending.kill('SIGKILL');
    await sending.ended();
    const [marked] = await at.database.sql<{ count: number }[]>`
      select count(*)::int as count from notice where state = 'sending'`;
    // Those of a second, of two groups.
    expect(marked?.count).toBeLessThanOrEqual(8);
  });

  test('nothing more goes out of a wave that is void', async () => {
    const { at, server, start, say } = await postOf();
    const releasing = start(RELEASE, slow);
    await until(async () => server.count >= 1);
    releasing.kill('SIGTERM');
    await releasing.ended();
    const worker = start('worker', slow);
    const before = server.count;
    await until(async () => server.count > before + 1);
    const voided = await say('wave void 17 --reason mistake');
    expect(voided.code, voided.stderr).toBe(0);
    await until(async () => (await at.database.sql`select from notice where state = 'sending'`).length === 0);
    const sent = server.count;
    expect(sent).toBeLessThan(ALL);
    await until(async () => (await at.database.sql`select from run where finished_at is null`).length === 0);
    expect(server.count).toBe(sent);
    worker.kill('SIGTERM');
    await worker.ended();
    expect((await countsOf(at)).waiting).toBe(ALL - sent);
  });
});

test('a database that is lost in the middle, twice, makes nobody get two, and leaves nobody out', async () => {
  const { at, server, start } = await postOf(({ moment }) =>
    moment === 'message' ? { after: 30 } : undefined,
  );
  const sending = start(RELEASE, { SMTP_CONNECTIONS: '1' });
  for (const least of [3, 20]) {
    await until(async () => server.count >= least);
    await at.database.sql`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and usename = current_user`;
  }
  const ended = await sending.ended();
  expect([0, 5], ended.stderr).toContain(ended.code);
  expect([...server.received.values()].every((times) => times === 1)).toBe(true);
  // What was on its way when the step was lost may be unknown; all others arrived.
  const { sent, unknown } = await countsOf(at);
  expect(sent + unknown).toBe(ALL);
  expect(server.count).toBeGreaterThanOrEqual(sent);
});

for (const { backend, redisUrl, missing } of BACKENDS) {
  describe.skipIf(missing)(`a process that is killed in the middle, with the queue on ${backend},`, () => {
    test('leaves nobody out and sends to nobody twice: what may be out is unknown', async () => {
      const { at, server, start, run } = await postOf(
        ({ moment }) => (moment === 'message' ? { after: 20 } : undefined),
        {},
        redisUrl,
      );
      for (let kills = 1; kills <= 3; kills++) {
        const before = server.count;
        const sending = start(RELEASE, { SMTP_CONNECTIONS: '1' });
        let hasEnded = false;
        void sending.ended().then(() => {
          hasEnded = true;
        });
        await until(async () => hasEnded || server.count >= before + 4);
        sending.kill('SIGKILL');
        await sending.ended();
      }
      const last = await run(RELEASE);
      // All of them may have been on their way already.
      expect([0, 4, 5], last.stderr).toContain(last.code);
      expect([...server.received.values()].every((times) => times === 1)).toBe(true);
      const states = await at.database.sql<{ id: string; state: string }[]>`
        select wave_id || '-' || registration_no || '-' || channel as id, state from notice`;
      expect(states).toHaveLength(ALL);
      for (const { id, state } of states) {
        const isReceived = [...server.received.keys()].some((key) => key.startsWith(`${id}@`));
        if (!isReceived) expect([id, state]).toEqual([id, 'unknown']);
        else expect(['sent', 'unknown']).toContain(state);
      }
      await expectSum(at);
    });
  });
}
