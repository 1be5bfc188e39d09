/**
 * A wave's notices by e-mail beside a bare loop over nodemailer's pool, on the same server in turn; then once more with workers that are
 * killed in between: what arrived, how often, and what is unknown.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { amount } from '../../src/cli/words.ts';
import { runNode } from '../command.ts';
import { type Installation, inInstallation } from '../installation.ts';
import { closeWave, importApplicants, prepareWave, WAVE } from '../project.ts';
import { median } from '../statistics.ts';
import { type MeasuredWave, measuredWave } from '../waves.ts';
import type { Taken } from './mail-server.ts';

const USAGE = `Measures the notices of a wave, by e-mail to a server on loopback, beside a bare loop over nodemailer's pool.

  npm run bench:notices -- [options]

  --applications N   size of the wave, and so its notices; 100000 if not given
  --rounds N         the program and the bare loop in turn, so many times; 3 if not given
  --kills N          then once more, with so many kills of the process that sends; 10 if not given
  --connections N    to the server, of each thread, and of the bare loop as many as of all threads; 4 if not given
  --dir FOLDER       where waves are kept and databases made; gelombang-bench among the temporary files if not given`;

const { values } = parseArgs({
  options: {
    ...{
      help: { type: 'boolean' },
      applications: { type: 'string', default: '100000' },
      dir: { type: 'string' },
    },
    ...{ rounds: { type: 'string', default: '3' }, kills: { type: 'string', default: '10' } },
    connections: { type: 'string', default: '4' },
  },
});

const THREADS = 2;
const BARE = new URL('./bare.js', import.meta.url).pathname;
const folder = resolve(values.dir ?? join(tmpdir(), 'gelombang-bench'));
const connections = Number(values.connections);
const never = new AbortController().signal;

/** The server, and what it says of itself. */
class MailServer {
  readonly #child: ChildProcess = fork(new URL('./mail-server.js', import.meta.url));
  port = 0;

  async start(): Promise<void> {
    const [{ port }] = (await once(this.#child, 'message')) as [{ port: number }];
    this.port = port;
  }

  /** Since it was asked last. */
  async taken(): Promise<Taken> {
    this.#child.send('what came?');
    const [taken] = (await once(this.#child, 'message')) as [Taken];
    return taken;
  }

  stop(): void {
    this.#child.disconnect();
  }

  get settings(): Record<string, string> {
    return {
      ...{ SMTP_URL: `smtp://127.0.0.1:${this.port}`, MAIL_FROM: 'Kartu Prakerja <info@prakerja.example>' },
      ...{ SMTP_CONNECTIONS: String(connections), NOTICE_QUIET_HOURS: 'none' },
      GELOMBANG_CONCURRENCY: String(THREADS),
    };
  }
}

async function publishedWave<T>(
  wave: MeasuredWave,
  server: MailServer,
  work: (at: Installation) => Promise<T>,
): Promise<T> {
  const home = join(folder, 'notices');
  try {
    return await inInstallation(
      { databaseUrl: undefined, redisUrl: undefined, concurrency: THREADS },
      home,
      never,
      async (at) => {
        await prepareWave(at, wave);
        await importApplicants(at, wave);
        // What is set at the close is how its notices go.
        await closeWave(at.with(server.settings));
        await at.settle();
        return work(at);
      },
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const RELEASE = ['notices', 'release', String(WAVE)] as const;

/** Notices a second of the program, and of the bare loop behind it. */
async function round(
  wave: MeasuredWave,
  server: MailServer,
): Promise<readonly [program: number, bare: number]> {
  const program = await publishedWave(wave, server, async (at) => {
    const before = at.databaseCpuSeconds();
    const { milliseconds, cpuSeconds } = await at.with(server.settings).run(...RELEASE);
    const database = (at.databaseCpuSeconds() ?? 0) - (before ?? 0);
    const { letters, ids } = await server.taken();
    const cpu = `CPU of Node ${cpuSeconds?.toFixed(1)} s, of PostgreSQL ${database.toFixed(1)} s`;
    console.log(
      `  program: ${amount(letters)} letters, ${amount(ids.length)} different, ${milliseconds} ms; ${cpu}`,
    );
    return letters / (milliseconds / 1000);
  });
  const args = [
    BARE,
    server.settings.SMTP_URL as string,
    String(wave.applications),
    String(connections * THREADS),
  ];
  const { milliseconds } = await runNode(args, { PATH: process.env.PATH ?? '' }, never);
  const { letters } = await server.taken();
  console.log(`  bare:    ${amount(letters)} letters, ${milliseconds} ms`);
  return [program, letters / (milliseconds / 1000)];
}

/** With kills; gives what does not add up. */
async function killed(wave: MeasuredWave, server: MailServer, kills: number, rate: number): Promise<number> {
  return publishedWave(wave, server, async (at) => {
    const whole = (wave.applications / rate) * 1000;
    for (let kill = 0; kill < kills; kill++) {
      const sending = at.with(server.settings).start(...RELEASE);
      await pause(2_000 + whole / (kills + 2));
      process.kill(sending.pid, 'SIGKILL');
      await sending.end();
    }
    const last = at.with(server.settings).start(...RELEASE);
    await last.end();
    const { letters, ids } = await server.taken();
    const states = await at.database.sql<{ id: string; state: string }[]>`
      select wave_id || '-' || registration_no || '-' || channel as id, state from notice`;
    const received = new Set(ids);
    const lost = states.filter(
      ({ id, state }) => !received.has(id) && state !== 'unknown' && state !== 'failed',
    ).length;
    const unknown = states.filter(({ state }) => state === 'unknown');
    const out = unknown.filter(({ id }) => received.has(id)).length;
    const twice = letters - ids.length;
    console.log(
      `  ${kills} kills: ${amount(states.length)} notices, ${amount(letters)} letters, twice: ${twice}, lost: ${lost}, ` +
        `unknown: ${amount(unknown.length)}, of which ${amount(out)} arrived`,
    );
    return twice + lost;
  });
}

async function measure(): Promise<number> {
  const wave = await measuredWave(Number(values.applications), 1, folder, never);
  const server = new MailServer();
  await server.start();
  try {
    const rounds: (readonly [number, number])[] = [];
    for (let at = 0; at < Number(values.rounds); at++) rounds.push(await round(wave, server));
    const ratios = rounds.map(([program, bare]) => program / bare);
    const rate = rounds.length === 0 ? 1_000 : median(rounds.map(([program]) => program));
    if (rounds.length > 0)
      console.log(
        `program ÷ bare loop: ${median(ratios).toFixed(2)} (${ratios.map((one) => one.toFixed(2)).join(', ')})`,
      );
    return (await killed(wave, server, Number(values.kills), rate)) === 0 ? 0 : 1;
  } finally {
    server.stop();
  }
}

if (values.help === true) console.log(USAGE);
else process.exitCode = await measure();
