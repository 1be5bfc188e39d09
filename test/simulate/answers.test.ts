/** Waves that are played again where the registry was asked: with the answers of then, or with those that are known now. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { simulatedLines } from '../../src/cli/simulation-lines.ts';
import { importRegistry } from '../../src/ingest/registry.ts';
import { projectRoot } from '../../src/project-root.ts';
import type { SimulationReport } from '../../src/simulate/report.ts';
import { answerAll, askingNobody, askingService } from '../support/answers.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { readRows } from '../support/oracle-rows.ts';
import { close, openAndImport, runWave, unguarded, type WaveInput, waveFrom } from '../support/wave.ts';
import { type Asked, countOf, simulated } from './simulated.ts';

const SMALL_WAVE = join(projectRoot(), 'fixtures', 'small-wave');
const UNANSWERED = ['3171026902560008', '3171011102890031'];

let input: WaveInput;

beforeAll(async () => {
  input = await waveFrom(join(SMALL_WAVE, 'in'));
});

async function refused(at: Installation, asked: Asked): Promise<unknown> {
  return simulated(at, asked).then(
    () => 'not refused',
    ({ code, message, faults }) => ({ code, message, faults }),
  );
}

function unverified(report: SimulationReport) {
  return countOf(report, 'outcomes', 'UNVERIFIED');
}

describe('a wave of which the web service was asked', () => {
  let at: Installation;

  /** Without a snapshot, and without an answer about two. */
  beforeAll(async () => {
    at = await installation();
    const asked = askingService(input);
    await openAndImport(at, asked);
    await unguarded(at.database, async (sql) => {
      await sql`delete from registry_block`;
      await sql`delete from registry_snapshot`;
    });
    const instead = <Said>(said: Said, nik: string) => (UNANSWERED.includes(nik) ? undefined : said);
    await answerAll(at, asked, { instead });
    await close(at, 17, { jobs: askingNobody(at.jobs), request: { unverifiedBy: 'tester' } });
  });

  test('comes out as it did, to the byte', async () => {
    const report = await simulated(at);
    expect(report.replay).toMatchObject({ nothing_changed: true, identical: true, lines_differing: 0 });
    expect(unverified(report)).toEqual({ before: 2, after: 2 });
    expect(report.held_against.registry).toEqual({
      ...{ source: 'dukcapil', as_closed: true, snapshot: null, last_answer: expect.any(Number) },
    });
    expect(simulatedLines(report, undefined)).toContain('data    as the wave was closed with');
  });

  test('is held against the same answers under another quota', async () => {
    const report = await simulated(at, { set: { quota: '12' } });
    expect(countOf(report, 'outcomes', 'ACCEPTED').after).toBe(12);
    expect(report.held_against.registry.as_closed).toBe(true);
  });

  test('knows answers that came later where the newest data are asked for, and nowhere else', async () => {
    await answerAll(at, askingService(input));
    const frozen = await simulated(at);
    expect(frozen.replay.identical).toBe(true);
    const current = await simulated(at, { data: 'current' });
    expect(unverified(current)).toEqual({ before: 2, after: 0 });
    expect(current.held_against.registry.as_closed).toBe(false);
    expect(simulatedLines(current, undefined)).toContainEqual(
      expect.stringMatching(/^ +registry by its web service: answers up to number \d+$/),
    );
  });

  test('has no answers to another threshold, and says so', async () => {
    expect(await refused(at, { set: { 'match.name': '85' } })).toMatchObject({
      code: 'INPUT_REFUSED',
      message: expect.stringContaining('nobody of it has an answer of the registry to what this policy asks'),
      faults: [{ where: 'match', what: expect.stringContaining('"name":85') }],
    });
    expect(await refused(at, { set: { 'match.name': '70' } })).toMatchObject({ code: 'INPUT_REFUSED' });
  });

  test('says of how many nothing is known, where some answers are too old for the policy', async () => {
    await unguarded(at.database, async (sql) => {
      await sql`update answer set answered_at = answered_at - interval '40 days' where bucket % 2 = 0`;
    });
    const report = await simulated(at, { set: { 'match.reuse_days': '20' }, data: 'current' });
    const { before, after } = unverified(report);
    expect(after).toBeGreaterThan(before);
    expect(simulatedLines(report, undefined)).toContainEqual(
      expect.stringMatching(/^\d+ applications? ha(s|ve) no answer of the registry to what is asked here/),
    );
  });

  test('is held against a snapshot only once there is one', async () => {
    const set = { 'match.source': 'snapshot' };
    expect(await refused(at, { set })).toMatchObject({
      code: 'INPUT_REFUSED',
      faults: [{ where: 'registry', what: 'no snapshot was imported, or none is left' }],
    });
    const path = await fileOf(at, 'later.csv', input.registry);
    const { signal } = new AbortController();
    const file = { path, onProgress: () => {}, signal, asOf: input.policy.as_of };
    await importRegistry(at.database, file, at.log);
    const report = await simulated(at, { set });
    const expected = readRows(await readFile(join(SMALL_WAVE, 'expected', 'results.csv'), 'utf8'));
    expect(unverified(report).after).toBe(0);
    for (const code of new Set(expected.flatMap(({ reasons = '' }) => reasons.split('|')))) {
      const count = expected.filter(({ reasons = '' }) => reasons.split('|').includes(code)).length;
      if (code !== '') expect(countOf(report, 'reasons', code).after, code).toBe(count);
    }
    expect(report.held_against.registry).toMatchObject({ source: 'snapshot', file: 'later.csv' });
  });
});

describe('a wave that was matched with a snapshot', () => {
  let at: Installation;

  beforeAll(async () => {
    at = await installation();
    await runWave(at, input);
  });

  test('is told what is missing of another source', async () => {
    expect(await refused(at, { set: { 'match.source': 'dukcapil' } })).toMatchObject({
      code: 'INPUT_REFUSED',
      faults: [{ where: 'registry', what: "Dukcapil's web service has answered nothing yet" }],
    });
    expect(await refused(at, { set: { 'match.source': 'exchange' } })).toMatchObject({
      faults: [{ where: 'registry', what: 'no file of answers has come in' }],
    });
  });

  test('is held against the answers of another source, where there are some to what it asks', async () => {
    await answerAll(at, askingService(input));
    const report = await simulated(at, { set: { 'match.source': 'dukcapil' } });
    expect(unverified(report)).toEqual({ before: 0, after: 0 });
    expect(report.changed_sides).toBe(0);
    expect(report.held_against.registry).toMatchObject({
      ...{ source: 'dukcapil', as_closed: false, snapshot: { id: 1, as_closed: true } },
    });
  });

  test('is not held against answers to what was asked for, as if they were the whole registry', async () => {
    const become = (kind: string) =>
      unguarded(at.database, async (sql) => {
        await sql`insert into registry_snapshot (kind, import_id, as_of, people)
        select ${kind}, import_id, as_of, 0 from registry_snapshot order by id limit 1`;
      });
    await become('answers');
    const report = await simulated(at, { data: 'current' });
    expect(report.held_against.registry).toMatchObject({ source: 'snapshot', id: 1 });
  });

  test('cannot be played again once the people of its snapshot are dropped', async () => {
    await unguarded(at.database, async (sql) => {
      await sql`update registry_snapshot set dropped_at = '2021-06-01T00:00:00Z', dropped_by = 'sari' where kind = 'whole'`;
    });
    expect(await refused(at, {})).toMatchObject({
      code: 'INPUT_REFUSED',
      faults: [
        {
          where: 'registry',
          what: 'version 1, which it was closed with, was dropped on 2021-06-01 by sari',
        },
      ],
    });
    expect(await refused(at, { data: 'current' })).toMatchObject({
      faults: [{ where: 'registry', what: 'no snapshot was imported, or none is left' }],
    });
  });
});
