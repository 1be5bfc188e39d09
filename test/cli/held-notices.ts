/** A wave whose notices are held, by the program alone, and what became of them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SESSION_LOCKS } from '../../src/db/locks.ts';
import { projectRoot } from '../../src/project-root.ts';
import { type WaveStatus, waveStatus } from '../../src/wave/status.ts';
import { runHere } from '../support/commands.ts';
import { holdTable, until } from '../support/held-table.ts';
import type { Installation } from '../support/installation.ts';
import { prepared } from '../support/prepared.ts';
import { type Ended, runProgram, startProgram } from '../support/program.ts';
import { close, openAndImport, waveFrom } from '../support/wave.ts';
import { documentOf, type ErrorDocument } from './document.ts';

const INPUT = join(projectRoot(), 'fixtures', 'small-wave', 'in');

export const NO_NOTICES = { created: 0, held: 0, waiting: 0, sent: 0, delivered: 0, failed: 0, unknown: 0 };

/** The notices of the small wave: as many as it has applications. */
export const ALL = 44;

/** The small wave, with all of its files and not closed. */
export const opened = prepared(async (at) => openAndImport(at, await waveFrom(INPUT)));

/** The same, published with its notices held. */
export const published = prepared(async (at) => {
  await openAndImport(at, await waveFrom(INPUT));
  await close(at, 17, { request: { holdNotices: true } });
});

export function run(
  at: Installation,
  line: string,
  settings?: Readonly<Record<string, string>>,
): Promise<Ended> {
  return runProgram(at, line.split(' '), settings);
}

export function statusOf({ database }: Installation): Promise<WaveStatus> {
  return waveStatus(database, 17);
}

export async function expectDone(at: Installation, line: string): Promise<Ended> {
  const ended = await run(at, line);
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

export async function expectConflict(
  at: Installation,
  line: string,
  message: RegExp,
  next: string,
): Promise<void> {
  const ended = await runHere(at, `${line} --json`);
  expect(ended.code, ended.stderr).toBe(4);
  expect(documentOf<ErrorDocument>(ended).error).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(message),
    next: expect.stringContaining(next),
  });
}

/** The same close, killed before the draw, its notices to be held. */
export const stopped = prepared(async (at) => {
  await openAndImport(at, await waveFrom(INPUT));
  await stopAt(at, 'pool', 'wave close 17 --hold-notices');
});

/** Begins a command and stops it in the middle of a step that writes the table. */
export async function stopAt(
  at: Installation,
  table: string,
  line: string,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<Ended> {
  const stop = await holdTable(at.database, table);
  const program = startProgram(at, line.split(' '));
  await Promise.race([stop.reached(), program.ended().then(failEarly)]);
  program.kill(signal);
  const ended = await program.ended();
  await stop.release();
  await untilNobodyLeads(at);
  return ended;
}

function failEarly({ code, stderr }: Ended): never {
  throw new Error(`the command ended with ${code} before it could be stopped: ${stderr}`);
}

export async function untilNobodyLeads({ database }: Installation): Promise<void> {
  const leading = () => database.sql`
    select from pg_locks join pg_database on pg_database.oid = database
    where datname = current_database() and locktype = 'advisory' and classid = ${SESSION_LOCKS.lead}`;
  await until(async () => (await leading()).length === 0);
}

interface SentNotice {
  readonly id: string;
  readonly registration_no: string;
  readonly outcome: string;
}

/** As they were handed over, file after file. */
export async function handedOver({ notices }: Installation): Promise<SentNotice[]> {
  const folder = join(notices, 'wave-17');
  const names = (await readdir(folder)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line));
}

/** To everyone, once, and the ledger knows of nothing that went wrong. */
export async function expectAllSent(at: Installation): Promise<void> {
  const numbers = (await handedOver(at)).map((notice) => notice.registration_no).toSorted();
  const outcomes = await at.database.sql<{ number: string }[]>`
    select registration_no as number from outcome where wave_id = 17 order by 1`;
  expect(numbers).toEqual(outcomes.map(({ number }) => number));
  const states = await at.database.sql`select state, count(*)::int as notices from notice group by state`;
  expect([...states]).toEqual([{ state: 'sent', notices: ALL }]);
  const attempts = await at.database.sql`select distinct attempts from step`;
  expect(attempts.map((row) => row.attempts)).toEqual([1]);
  expect(await statusOf(at)).toMatchObject({
    notices_held: false,
    notices: { ...NO_NOTICES, created: ALL, sent: ALL },
    run: { finished_at: expect.any(String) },
    progress: { finished: true },
  });
}
