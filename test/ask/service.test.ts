/** Waves that ask the web service: what they end in, whatever the service does, and what is asked of it. */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type StageJobs, type StepEnd, stagesOf } from '../../jobs/processor.ts';
import { PROVINCES } from '../../src/identity/provinces.ts';
import { advance } from '../../src/wave/advance.ts';
import { beginClose } from '../../src/wave/close.ts';
import { readProgress } from '../../src/wave/progress.ts';
import { waveStatus } from '../../src/wave/status.ts';
import { voidWave } from '../../src/wave/void.ts';
import { askingService } from '../support/answers.ts';
import { asOwner } from '../support/database.ts';
import { jobsCalling, serve, settingsFor } from '../support/dukcapil.ts';
import { until } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { oracle } from '../support/oracle.ts';
import { readRows } from '../support/oracle-rows.ts';
import { prepared } from '../support/prepared.ts';
import {
  type Closing,
  close,
  exported,
  funnelOf,
  importApplicants,
  madeUpWave,
  open,
  openAndImport,
  runWave,
  type WaveInput,
} from '../support/wave.ts';

let snapshot: WaveInput;
let input: WaveInput;

beforeAll(async () => {
  snapshot = await madeUpWave({ applicants: 220, seed: 5, registry: 180 });
  input = askingService(snapshot);
});

const opened = prepared((at) => openAndImport(at, input));

/** As the same wave with a snapshot of the registry ends. */
async function expectSnapshot(at: Installation, waveId = 17): Promise<void> {
  const { folder: _, ...found } = await exported(at, waveId);
  expect(found).toEqual(oracle({ ...snapshot, waveId }));
}

describe('a wave that asks the web service', () => {
  test('ends as with a snapshot, asks about everybody once, and about nobody again who was answered for', async () => {
    const at = await installation();
    const server = await serve({ registry: input.registry });
    const closing = { jobs: jobsCalling(at, settingsFor(server)) };
    await runWave(at, input, closing);
    await expectSnapshot(at);

    const rows = readRows(input.applicants[0]?.text ?? '');
    const { asking } = await readProgress(at.database.sql, 17);
    const { questions = 0, answered, not_asked: notAsked } = asking ?? {};
    expect([server.calls(), answered]).toEqual([questions, questions]);
    expect(questions).toBeLessThan(rows.length);
    const impossible = rows.map(({ nik = '' }) => nik.replace(/\D/g, '')).filter(isImpossible);
    expect(notAsked).toBe(new Set(impossible).size);
    for (const nik of impossible) expect(server.asked().get(nik)).toBeUndefined();

    await closeAgain(at, 18, closing);
    expect(server.calls()).toBe(questions);
    const again = await readProgress(at.database.sql, 18);
    expect(again.asking).toMatchObject({ questions, reused: questions });

    await asOwner(
      at.database,
      (sql) => sql`update answer set answered_at = answered_at - interval '31 days'`,
    );
    await closeAgain(at, 19, closing);
    expect(server.calls()).toBe(2 * questions);
  });

  test('keeps what was asked under a hash that nobody can compute without the key', async () => {
    const at = await installation();
    const few = askingService(await madeUpWave({ applicants: 40, seed: 5 }));
    const server = await serve({ registry: few.registry });
    await runWave(at, few, { jobs: jobsCalling(at, settingsFor(server)) });
    const kept = await at.database.sql<{ asked: string }[]>`select encode(asked, 'hex') as asked from answer`;
    const own = at.database.keys.forQuestions;
    const foundWith = (hash: (text: string) => string) => {
      const texts = readRows(few.applicants[0]?.text ?? '').flatMap(textsOf);
      const hashes = new Set(texts.map(hash));
      return kept.filter(({ asked }) => hashes.has(asked)).length;
    };
    const withKey = (key: Uint8Array | string) => (text: string) =>
      createHmac('sha256', key).update(text).digest('hex');
    expect(foundWith(withKey(own))).toBe(kept.length);
    expect(kept.length).toBeGreaterThan(20);
    expect(foundWith((text) => createHash('sha256').update(text).digest('hex'))).toBe(0);
    expect(foundWith(withKey(''))).toBe(0);
  });

  test('that needs no answer does not wait for a service that is not to be called', async () => {
    const at = await installation();
    const server = await serve({ registry: input.registry });
    const jobs = jobsCalling(at, settingsFor(server));
    await runWave(at, input, { jobs });
    await open(at, { ...input, waveId: 18 });
    for (const { name, text } of input.applicants) {
      await importApplicants(at, 18, { name: `18-${name}`, text });
    }
    await begun(at, 18);
    await at.database.sql`
      update registry_service set paused_until = now() + interval '1 day', paused_for = 'a test'`;
    expect(await askStep(at, jobs, 18)).toBe('done');
  });

  test('pauses when the quota of a day is spent, ten times if need be, and ends the same', async () => {
    const at = await opened();
    const quota = 16;
    const server = await serve({ registry: input.registry, quota });
    const closing = { jobs: jobsCalling(at, settingsFor(server)), waits: false };
    let pauses = 0;
    for (await close(at, 17, closing); await isPaused(at); await close(at, 17, closing)) {
      const { progress, state } = await waveStatus(at.database, 17);
      expect(state).toBe('closing');
      expect(progress.asking).toMatchObject({ calls_left: 0, quota_suffices: false });
      expect(Date.parse(progress.asking?.paused_until ?? '')).toBeGreaterThan(Date.now());
      pauses++;
      server.newDay();
    }
    const { asking } = await readProgress(at.database.sql, 17);
    expect(pauses).toBe(Math.ceil((asking?.questions ?? 0) / quota) - 1);
    expect(pauses).toBeGreaterThanOrEqual(10);
    await expectSnapshot(at);
  });

  test('ends the same with every kind of fault in a fifth of the calls', async () => {
    const at = await installation();
    const faults = {
      status_429: 0.02,
      status_500: 0.03,
      cut: 0.03,
      half: 0.03,
      drip: 0.02,
      html: 0.03,
      empty: 0.02,
      unknown_code: 0.01,
      no_element: 0.01,
    };
    const server = await serve({ registry: input.registry, faults, retryAfter: 0, seed: 3 });
    await runWave(at, input, { jobs: jobsCalling(at, settingsFor(server, { timeout: 300 })) });
    await expectSnapshot(at);
    expect((await readProgress(at.database.sql, 17)).asking?.failed).toBeGreaterThan(20);
  });
});

describe('a service that does not answer', () => {
  test('leaves the wave undecided: nothing is drawn, and the same close goes on when it is back', async () => {
    const at = await opened();
    const dead = await serve({ registry: input.registry });
    await dead.close();
    await close(at, 17, { jobs: jobsCalling(at, settingsFor(dead, { patience: 100 })) });
    const held = await waveStatus(at.database, 17);
    expect(held).toMatchObject({
      state: 'closing',
      held: 'registry',
      pool_root: null,
      seed: null,
      funnel: null,
    });
    expect(held.progress.asking).toMatchObject({ answered: 0, ended_for: expect.any(String) });
    const [written] = await at.database.sql`
      select (select count(*)::int from answer) as answers, (select count(*)::int from stage_block) as blocks,
        (select count(*)::int from result_block) as results`;
    expect(written).toEqual({ answers: 0, blocks: 0, results: 0 });

    const server = await serve({ registry: input.registry });
    await close(at, 17, { jobs: jobsCalling(at, settingsFor(server)) });
    await expectSnapshot(at);
  });

  test('leaves applications UNVERIFIED where an operator says that the wave is published without its answers', async () => {
    const at = await installation();
    const server = await serve({ registry: input.registry, quota: 60 });
    await openAndImport(at, input);
    const request = { unverifiedBy: 'Siti at the ministry' };
    await close(at, 17, { jobs: jobsCalling(at, settingsFor(server)), request });
    const found = await exported(at, 17);
    const unverified = readRows(found.results).filter(({ outcome }) => outcome === 'UNVERIFIED');
    expect(unverified.length).toBe(funnelOf(found).get('UNVERIFIED'));
    expect(unverified.length).toBeGreaterThan(100);
    const registryReasons = /NIK_NOT_FOUND|NIK_INACTIVE|NIK_DECEASED|NIK_DUPLICATE|MISMATCH/;
    for (const { reasons, tier, rank } of unverified) {
      expect(reasons).not.toMatch(registryReasons);
      expect([tier, rank]).toEqual(['', '']);
    }
    const { unverified_by: by } = await waveStatus(at.database, 17);
    expect(by).toBe('Siti at the ministry');
  });

  test('that refuses the login is called once: the operator is told what and why, whatever was said before', async () => {
    const at = await opened();
    const server = await serve({ registry: input.registry });
    const jobs = jobsCalling(at, settingsFor(server, { password: 'another one' }));
    const request = { unverifiedBy: 'Siti at the ministry' };
    await close(at, 17, { jobs, request });
    const { held, progress, unverified_by: by } = await waveStatus(at.database, 17);
    expect({ held, by }).toEqual({ held: 'registry', by: null });
    expect(progress.asking?.ended_for).toMatch(/code 03.*DUKCAPIL_PASSWORD/);
    expect(server.calls()).toBe(1);
    // Said again, by who knows it now.
    await close(at, 17, { jobs, request });
    expect((await waveStatus(at.database, 17)).state).toBe('published');
  });

  test('for one person alone leaves that one without an answer, and all others have theirs', async () => {
    const at = await opened();
    const [person] = readRows(input.registry).filter(({ nik = '' }) =>
      input.applicants[0]?.text.includes(nik),
    );
    const server = await serve({ registry: input.registry, codes: { [person?.nik ?? '']: '99' } });
    await close(at, 17, { jobs: jobsCalling(at, settingsFor(server, { patience: 60_000 })) });
    const { held, progress } = await waveStatus(at.database, 17);
    const { questions = 0, answered = 0, ended_for: why } = progress.asking ?? {};
    expect({ held, left: questions - answered }).toEqual({ held: 'registry', left: 1 });
    expect(why).toMatch(/^one question/);
  });

  test('is left to others by a worker that does not know how it is called', async () => {
    const at = await opened();
    const server = await serve({ registry: input.registry });
    await begun(at, 17);
    expect(await askStep(at, at.jobs, 17)).toBe('waiting');
    expect(at.logged.some(({ event }) => event === 'dukcapil.unknown')).toBe(true);
    const { steps_failed: failed } = await waveStatus(at.database, 17);
    expect(failed).toEqual([]);
    expect(await askStep(at, jobsCalling(at, settingsFor(server)), 17)).toBe('done');
  });

  test('is not called any more for a wave that is void', async () => {
    const at = await opened();
    const server = await serve({ registry: input.registry });
    const jobs = jobsCalling(at, settingsFor(server, { callsASecond: 40 }));
    await begun(at, 17);
    const asking = askStep(at, jobs, 17);
    await until(() => server.answered() > 5);
    await voidWave(at.database, { waveId: 17, reason: 'a wrong file', by: 'tester' }, at.log);
    expect(await asking).toBe('waiting');
    expect(server.answered()).toBeLessThan(200);
  });
});

/** The same applications in another wave. */
async function closeAgain(at: Installation, waveId: number, closing: Closing): Promise<void> {
  await open(at, { ...input, waveId });
  for (const { name, text } of input.applicants) {
    await importApplicants(at, waveId, { name: `${waveId}-${name}`, text });
  }
  await close(at, waveId, closing);
}

/** Closed, and nobody asked yet. */
async function begun(at: Installation, waveId: number): Promise<void> {
  const request = { waveId, entropy: undefined, withoutUnfinished: false, empty: true };
  const run = await beginClose(at.database, request, at.log);
  await run.release();
  await advance(at.database, stagesOf(at.jobs), waveId, at.log);
}

/** As a worker does it that has these jobs. */
function askStep({ database, log }: Installation, jobs: StageJobs, waveId: number): Promise<StepEnd> {
  const { signal } = new AbortController();
  return jobs.ask.process({ waveId, stage: 'ask', part: 0 }, { database, log, signal, worker: randomUUID() });
}

async function isPaused(at: Installation): Promise<boolean> {
  const { progress } = await waveStatus(at.database, 17);
  return progress.asking !== null && progress.asking.paused_until !== null;
}

/** What may have been hashed about somebody, with the least similarities that a policy may say. */
function textsOf(row: Readonly<Record<string, string>>): string[] {
  const { nik = '', kk = '', full_name = '', birth_date = '' } = row;
  const [digits, ofHousehold] = [nik, kk].map((text) => text.replace(/\D/g, ''));
  const name = full_name.trim().replace(/\s+/gu, ' ').toUpperCase();
  const whole = Array.from({ length: 101 }, (_, threshold) =>
    [digits, ofHousehold, birth_date, threshold, name].join('\n'),
  );
  return [...whole, digits ?? '', nik];
}

/** In another way than the program tells it. */
function isImpossible(nik: string): boolean {
  if (!/^\d{16}$/.test(nik)) return false;
  if (!Object.hasOwn(PROVINCES, nik.slice(0, 2))) return true;
  const [digits, month] = [Number(nik.slice(6, 8)), Number(nik.slice(8, 10))];
  const day = digits > 40 ? digits - 40 : digits;
  const years = [`19${nik.slice(10, 12)}`, `20${nik.slice(10, 12)}`];
  return years.every((year) => {
    const date = new Date(Date.UTC(Number(year), month - 1, day));
    return date.getUTCDate() !== day || date.getUTCMonth() !== month - 1;
  });
}
