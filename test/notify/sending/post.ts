/** The small wave, published with its notices held, and a mail server and an SMS gateway that they go out through. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { createJobs } from '../../../jobs/jobs.ts';
import { readConfig } from '../../../src/config.ts';
import { channelsBy } from '../../../src/notify/environment.ts';
import { projectRoot } from '../../../src/project-root.ts';
import { type ChannelStatus, channelsOfWave } from '../../../src/wave/notices.ts';
import { readWave } from '../../../src/wave/record.ts';
import { beginRelease } from '../../../src/wave/release.ts';
import { runHere } from '../../support/commands.ts';
import { afterTest } from '../../support/ends.ts';
import { until } from '../../support/held-table.ts';
import { inThisProcess } from '../../support/in-this-process.ts';
import type { Installation } from '../../support/installation.ts';
import { prepared } from '../../support/prepared.ts';
import { type Ended, type Program, runProgram, startProgram } from '../../support/program.ts';
import { type Behaviour, type ScriptedSmtp, type SmtpOptions, startSmtp } from '../../support/smtp.ts';
import { close, leadHere, openAndImport, waveFrom } from '../../support/wave.ts';

export interface Post {
  readonly at: Installation;
  readonly server: ScriptedSmtp;
  readonly settings: Readonly<Record<string, string>>;
  run(line: string, more?: Readonly<Record<string, string>>): Promise<Ended>;
  /** In this process: of what sends nothing. */
  say(line: string): Promise<Ended>;
  start(line: string, more?: Readonly<Record<string, string>>): Program;
  /** Sends all that can be sent, in this process: a release by the program takes a second of a processor. */
  deliver(more?: Readonly<Record<string, string>>): Promise<void>;
}

/** The same wave with numbers that a gateway takes: those of made-up people reach nobody, and no gateway is asked to try. */
const published = prepared(async (at) => {
  const wave = await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in'));
  const [file] = wave.applicants;
  const text = (file?.text ?? '').replaceAll('+6200000000', '+628000000000');
  await openAndImport(at, { ...wave, applicants: [{ name: 'applicants.csv', text }] });
  await close(at, 17, {
    request: { holdNotices: true, channels: [{ channel: 'email', readers: 'all' }] },
  });
});

/** @param behaviour Of the mail server. */
export async function postOf(
  behaviour?: Behaviour,
  options: SmtpOptions = {},
  redisUrl?: string,
): Promise<Post> {
  const at = await published(redisUrl);
  const server = await startSmtp(behaviour, { keepsTexts: true, ...options });
  afterTest(() => server.stop());
  const settings = {
    ...{ SMTP_URL: server.url, MAIL_FROM: 'Kartu Prakerja <info@prakerja.example>', SMTP_TIMEOUT: '3' },
    NOTICE_QUIET_HOURS: 'none',
  };
  return {
    ...{ at, server, settings },
    run: (line, more) => runProgram(at, line.split(' '), { ...settings, ...more }),
    say: (line) => runHere(at, line, settings),
    start: (line, more) => startProgram(at, line.split(' '), { ...settings, ...more }),
    deliver: (more) => deliver(at, { ...settings, ...more }),
  };
}

async function deliver(at: Installation, settings: Readonly<Record<string, string>>): Promise<void> {
  const { notices } = readConfig({ ...settings, GELOMBANG_HOME: at.folder });
  const jobs = createJobs({ notices, dukcapil: undefined });
  const channels = channelsBy(notices);
  const run = await beginRelease(at.database, 17, at.log, { channels, changesChannels: true });
  const runner = inThisProcess(at.database, jobs, 2, at.log);
  await leadHere(at, { waveId: 17, run, jobs, runner, waits: true });
}

/** Of one channel, once it is chosen. */
export async function countsOf({ database: { sql } }: Installation, channel = 'email') {
  await until(
    async () => (await sql`select from sending where wave_id = 17 and channel = ${channel}`).length > 0,
  );
  const channels = await channelsOfWave(sql, await readWave(sql, 17));
  return channels.find((one) => one.channel === channel) as ChannelStatus;
}

export async function expectSum(at: Installation, channel = 'email'): Promise<void> {
  const { created, held, waiting, sent, delivered, failed, unknown } = await countsOf(at, channel);
  expect(held + waiting + sent + delivered + failed + unknown).toBe(created);
}

/** As if the time had come for all that wait. */
export async function passTime({ database: { sql } }: Installation): Promise<void> {
  await sql`update notice set due_at = now() where due_at is not null`;
  await sql`update gateway set rests_until = now() where rests_until is not null`;
  await sql`update step set retry_at = null where stage = 'notify'`;
}

/** Steps that wait for a moment that is not there yet. */
export async function untilResting({ database: { sql } }: Installation): Promise<void> {
  await until(async () => {
    const [steps] = await sql<{ open: number; resting: number }[]>`
      select count(*)::int as open, count(*) filter (where retry_at > now())::int as resting from step
      where stage = 'notify' and state = 'planned'`;
    return (steps?.open ?? 0) > 0 && steps?.open === steps?.resting;
  });
}
