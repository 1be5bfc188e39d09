/** The command line and the workers, and a web service that is asked: exit codes, pauses, processes that come and go. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type WaveStatus, waveStatus } from '../../src/wave/status.ts';
import { askingService } from '../support/answers.ts';
import { runHere } from '../support/commands.ts';
import { environmentFor, serve } from '../support/dukcapil.ts';
import { until } from '../support/held-table.ts';
import type { Installation } from '../support/installation.ts';
import { oracle } from '../support/oracle.ts';
import { readRows } from '../support/oracle-rows.ts';
import { prepared } from '../support/prepared.ts';
import { runProgram, startProgram } from '../support/program.ts';
import { exported, madeUpWave, openAndImport, type WaveInput } from '../support/wave.ts';
import { documentOf, type ErrorDocument } from './document.ts';

let snapshot: WaveInput;
let input: WaveInput;

beforeAll(async () => {
  snapshot = await madeUpWave({ applicants: 300, seed: 8, registry: 250 });
  input = askingService(snapshot);
});

const opened = prepared((at) => openAndImport(at, input));

async function expectSnapshot(at: Installation): Promise<void> {
  const { folder: _, ...found } = await exported(at, 17);
  expect(found).toEqual(oracle(snapshot));
}

function statusOf({ database }: Installation): Promise<WaveStatus> {
  return waveStatus(database, 17);
}

const CLOSE = ['wave', 'close', '17'];

describe('wave close', () => {
  test('is refused before it touches anything where the service is not set, or not wholly', async () => {
    const at = await opened();
    const without = await runHere(at, [...CLOSE, '--json']);
    expect(without.code).toBe(3);
    expect(documentOf<ErrorDocument>(without).error.next).toContain('DUKCAPIL_URL');
    const half = await runHere(at, [...CLOSE, '--json'], { DUKCAPIL_URL: 'http://127.0.0.1:9/a' });
    expect(half.code).toBe(3);
    expect(JSON.stringify(documentOf<ErrorDocument>(half).error.faults)).toContain('DUKCAPIL_PASSWORD');
    expect((await statusOf(at)).state).toBe('open');
  });

  test('ends with 5 where the service is dead, says so, and publishes only by a word', async () => {
    const at = await opened();
    const dead = await serve({ registry: 'nik,kk,full_name,birth_date,sex,status\n' });
    await dead.close();
    const ended = await runProgram(
      at,
      [...CLOSE, '--json'],
      environmentFor(dead, { DUKCAPIL_PATIENCE: '0.2' }),
    );
    expect(ended.code, ended.stderr).toBe(5);
    const { error } = documentOf<ErrorDocument>(ended);
    expect(error.code).toBe('UNKNOWNS_LEFT');
    expect(error.next).toContain('gelombang wave close 17 --with-unverified');
    const { state, held, funnel, frozen_at: frozen } = await statusOf(at);
    expect({ state, held, funnel, frozen }).toEqual({
      state: 'closing',
      held: 'registry',
      funnel: null,
      frozen: null,
    });

    const anyway = await runProgram(
      at,
      [...CLOSE, '--with-unverified'],
      environmentFor(dead, { DUKCAPIL_PATIENCE: '0.2' }),
    );
    expect(anyway.code, anyway.stderr).toBe(5);
    const published = await statusOf(at);
    expect(published.state).toBe('published');
    expect(published.funnel).toMatchObject({ ACCEPTED: 0 });
    expect(published.funnel?.UNVERIFIED).toBeGreaterThan(200);
  });

  test('with --no-wait ends with 5 in a pause, and a worker that is started later goes on by itself when it is over', async () => {
    const at = await opened();
    const server = await serve({ registry: input.registry, quota: 150 });
    const settings = environmentFor(server);
    const ended = await runProgram(at, [...CLOSE, '--no-wait'], settings);
    expect(ended.code, ended.stderr).toBe(5);
    expect(ended.stderr).toMatch(/waits for [\d,]+ of [\d,]+ questions to the registry, paused until/);
    const { stdout } = await runHere(at, 'wave status 17');
    expect(stdout).toMatch(/ 150 of \d+ questions/);
    expect(stdout).toContain('0 calls left today');
    expect(stdout).toContain('not enough for what is left');

    const worker = startProgram(at, ['worker'], settings);
    await until(async () => worker.stderr().includes('worker.started'));
    server.newDay();
    expect(server.answered()).toBe(150);
    // A day goes by.
    await at.database.sql`update registry_service set paused_until = now() - interval '1 second'`;
    await until(async () => {
      const [run] = await at.database.sql`select finished_at from run`;
      return run?.finished_at !== null;
    });
    worker.kill('SIGTERM');
    await worker.ended();
    await expectSnapshot(at);
  });

  test('goes on after it was killed, and asks hardly anybody twice', async () => {
    const at = await opened();
    const server = await serve({ registry: input.registry });
    const settings = environmentFor(server, { DUKCAPIL_CALLS_A_SECOND: '200' });
    for (const answered of [60, 150]) {
      const close = startProgram(at, CLOSE, settings);
      await until(async () => server.answered() >= answered);
      close.kill('SIGKILL');
      await close.ended();
    }
    const ended = await runProgram(at, CLOSE, environmentFor(server));
    expect(ended.code, ended.stderr).toBe(0);
    await expectSnapshot(at);
    const { questions = 0 } = (await statusOf(at)).progress.asking ?? {};
    // What a process had not kept when it was killed: the answers of a quarter of a second or so.
    expect(server.answered()).toBeLessThan(questions + 2 * 120);
  });
});

test('several workers never call more often than they may', async () => {
  const at = await opened();
  const server = await serve({ registry: input.registry, latency: 20 });
  const settings = environmentFor(server, { DUKCAPIL_CALLS_A_SECOND: '150' });
  const workers = Array.from({ length: 2 }, () => startProgram(at, ['worker'], settings));
  for (const worker of workers) await until(async () => worker.stderr().includes('worker.started'));
  const ended = await runProgram(at, CLOSE, settings);
  expect(ended.code, ended.stderr).toBe(0);
  for (const worker of workers) worker.kill('SIGTERM');
  for (const worker of workers) await worker.ended();
  expect(server.mostInASecond()).toBeLessThanOrEqual(150);
  await expectSnapshot(at);
});

test('neither a NIK nor what the service is called with is in a log, whatever goes wrong', async () => {
  const at = await opened();
  const faults = { status_500: 0.05, cut: 0.05, half: 0.05, html: 0.05 };
  const server = await serve({ registry: input.registry, faults, seed: 2 });
  const settings = environmentFor(server, { LOG_LEVEL: 'trace' });
  const wrong = await runProgram(at, CLOSE, { ...settings, DUKCAPIL_PASSWORD: 'a wrong one' });
  expect(wrong.code).toBe(5);
  const ended = await runProgram(at, CLOSE, settings);
  expect(ended.code, ended.stderr).toBe(0);
  const said = [wrong, ended].map(({ stdout, stderr }) => stdout + stderr).join('');
  expect(said).toContain('03');
  for (const secret of ['a wrong one', settings.DUKCAPIL_PASSWORD, settings.DUKCAPIL_IP_USER]) {
    expect(said).not.toContain(secret);
  }
  for (const { nik = '', full_name: name = '' } of readRows(input.applicants[0]?.text ?? '')) {
    const digits = nik.replace(/\D/g, '');
    if (digits.length > 8) expect(said).not.toContain(digits);
    if (name.length > 8) expect(said).not.toContain(name);
  }
});
