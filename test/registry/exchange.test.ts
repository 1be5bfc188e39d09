/** A registry that is asked in files: the wave comes to what it comes to with a snapshot, in however many files it answers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stageJob } from '../../jobs/processor.ts';
import { halvesOf } from '../../src/columns/identity.ts';
import { writeQuestions } from '../../src/export/questions.ts';
import { maskIdentity } from '../../src/identity/mask.ts';
import { isNik } from '../../src/identity/nik.ts';
import { readAsking } from '../../src/wave/asking.ts';
import { beginClose } from '../../src/wave/close.ts';
import { readWave } from '../../src/wave/record.ts';
import { waveStatus } from '../../src/wave/status.ts';
import { applicant } from '../ingest/applicant-files.ts';
import { applicationsOf } from '../support/applications.ts';
import { answer, answersFrom, ask, daysAgo, exchanged } from '../support/exchange.ts';
import { type Installation, installation } from '../support/installation.ts';
import type { OracleAnswer } from '../support/oracle.ts';
import { readRows } from '../support/oracle-rows.ts';
import { prepared } from '../support/prepared.ts';
import {
  type Closing,
  close,
  exported,
  importApplicants,
  madeUpWave,
  open,
  openAndImport,
  runWave,
  type WaveInput,
} from '../support/wave.ts';

/** Born in a thirteenth month: nobody is asked for such a number. */
const NO_NIK = '3171011713450001';
const row = applicant({ registration_no: 'NOBODY', nik: NO_NIK });
const NOBODY = { name: 'nobody.csv', text: `${Object.keys(row)}\n${Object.values(row)}\n` };

let input: WaveInput;
let expected: OracleAnswer;
let answersTo: (niks: readonly string[]) => string[];
let at: Installation;

beforeAll(async () => {
  const made = await madeUpWave({ applicants: 300, seed: 77 });
  input = { ...made, applicants: [...made.applicants, NOBODY] };
  expected = await runWave(await installation(), input);
  answersTo = answersFrom(input.registry);
});

const open17 = prepared((to) => openAndImport(to, exchanged(input)));

/** A wave that is open, with everything but the answers of the registry. */
async function opened(): Promise<void> {
  at = await open17();
}

/** Gives what the draw is said to depend on. */
async function closedAsExpected(closing: Closing = {}): Promise<Record<string, unknown>> {
  await close(at, 17, { request: { holdNotices: true }, ...closing });
  const { results, pool, folder } = await exported(at, 17);
  expect(results).toBe(expected.results);
  expect(pool).toBe(expected.pool);
  return JSON.parse(await readFile(join(folder, 'draw.json'), 'utf8'));
}

/** What the wave waits for, and what was counted of its questions. */
async function standing(): Promise<{ held: string | null; counts: Readonly<Record<string, number>> }> {
  const { held, progress } = await waveStatus(at.database, 17);
  return { held, counts: progress.stages.find(({ stage }) => stage === 'ask')?.counts ?? {} };
}

describe('a wave whose registry answers in files', () => {
  test('comes to what it comes to with a snapshot, if it answers in three', async () => {
    await opened();
    const { niks } = await ask(at, 17);
    const files: string[] = [];
    for (const third of [0, 1, 2]) {
      const { file } = await answer(at, answersTo(niks.filter((_, place) => place % 3 === third)));
      files.push(file);
    }
    const draw = await closedAsExpected({ parts: 3 });
    expect(draw).toMatchObject({ registry: null, answers: files.map((file) => ({ file })) });
    const { held, counts } = await standing();
    expect(held).toBe('notices');
    expect(counts).toMatchObject({ unanswered: 0, answered: counts.questions, not_asked: 1 });
    const nobody = readRows(expected.results).find(({ registration_no: number }) => number === 'NOBODY');
    expect(nobody?.reasons).toContain('NIK_NOT_FOUND');
  });

  test('is held before it is matched while one is without an answer, and goes on when it is there', async () => {
    await opened();
    const { niks } = await ask(at, 17);
    const applying = await applicationsOf(at.database, 17);
    const last = applying.find(({ nik }) => niks.includes(nik))?.nik ?? '';
    await answer(at, answersTo(niks.filter((nik) => nik !== last)));
    await close(at, 17, { request: { holdNotices: true } });
    expect(await standing()).toMatchObject({ held: 'registry', counts: { unanswered: 1 } });
    expect((await readAsking(at.database.sql, await readWave(at.database.sql, 17)))?.ended_for).toContain(
      'gelombang registry ask 17 --out FILE',
    );
    expect((await ask(at, 17)).niks).toEqual([last]);
    const { waves } = await answer(at, answersTo([last]));
    expect(waves).toEqual([{ wave: 17, asked: niks.length, unanswered: 0 }]);
    await closedAsExpected();
    expect(await readAsking(at.database.sql, await readWave(at.database.sql, 17))).toMatchObject({
      ended_for: null,
      reused: 0,
    });
  });

  test('is not held by past recipients without an answer, whose households of now are not known then', async () => {
    await opened();
    const { niks, summary } = await ask(at, 17);
    const applying = await applicationsOf(at.database, 17);
    const applicants = new Set(applying.map(({ nik }) => nik));
    const asked = niks.filter((nik) => applicants.has(nik));
    expect(asked).toHaveLength(summary.of_applications);
    expect(summary.of_recipients).toBeGreaterThan(0);
    await answer(at, answersTo(asked));
    await close(at, 17, { request: { holdNotices: true } });
    expect(await standing()).toMatchObject({
      held: 'notices',
      counts: { unanswered: 0, recipients_unanswered: summary.of_recipients },
    });
  });

  test('is published with applications UNVERIFIED by the word of an operator alone', async () => {
    await opened();
    const { niks } = await ask(at, 17);
    await answer(at, answersTo(niks.slice(40)));
    await close(at, 17, { request: { unverifiedBy: 'ani', holdNotices: true } });
    const { results } = await exported(at, 17);
    const unverified = readRows(results).filter(({ outcome }) => outcome === 'UNVERIFIED');
    expect(unverified.length).toBeGreaterThan(0);
    const missing = niks.slice(0, 40).map(maskIdentity);
    expect(unverified.filter(({ nik = '' }) => !missing.includes(nik))).toEqual([]);
  });
});

describe('of several answers about somebody', () => {
  /** Everything about everybody is wrong: who is there is not, who is not there is, and all of them live with an applicant. */
  function wrong(niks: readonly string[]): string[] {
    const [eligible] = readRows(expected.pool);
    const applying = readRows(input.applicants[0]?.text ?? '');
    const home =
      applying.find(({ registration_no: number }) => number === eligible?.registration_no)?.kk ?? '';
    return answersTo(niks).map((row, place) => {
      const [nik = '', , name = '', born = '', sex = ''] = row.split(',');
      if (row.endsWith('NOT_FOUND')) return `${nik},${home},Orang Lain,1990-02-28,P,ACTIVE`;
      if (place % 2 === 0) return `${nik},,,,,NOT_FOUND`;
      return `${nik},${home},${name.slice(0, 2)},${born},${sex},DECEASED`;
    });
  }

  test.each([
    ['the later one stands, of two that are as of one day', [0, 0]],
    ['the one of the later day stands, whichever came in first', [1, 0]],
  ])('%s', async (_, [wrongDays = 0, rightDays = 0]) => {
    await opened();
    const { niks } = await ask(at, 17);
    const right = () => answer(at, answersTo(niks), { asOf: daysAgo(1 + rightDays) });
    if (wrongDays > rightDays) await right();
    await answer(at, wrong(niks), { asOf: daysAgo(1 + wrongDays) });
    if (wrongDays === rightDays) await right();
    await closedAsExpected();
  });

  test('none counts that comes when the wave is being matched', async () => {
    await opened();
    const { niks } = await ask(at, 17);
    await answer(at, answersTo(niks));
    const { stage } = at.jobs.match;
    let late: Promise<unknown> | undefined;
    const work: typeof stage.work = async (context) => {
      late ??= answer(at, wrong(niks));
      await late;
      return stage.work(context);
    };
    const jobs = { ...at.jobs, match: stageJob({ ...stage, work }) };
    await closedAsExpected({ jobs, parts: 3 });
    expect(late).toBeDefined();
  });
});

describe('an answer', () => {
  test('counts for as many days as the policy says, in Jakarta, up to the day of the close', async () => {
    await opened();
    const { niks } = await ask(at, 17);
    const run = await beginClose(
      at.database,
      { waveId: 17, entropy: undefined, withoutUnfinished: false, empty: false },
      at.log,
    );
    await run.release();
    // Half past midnight of 1 February in Jakarta.
    await at.database.sql`update run set started_at = '2026-01-31T17:30:00Z' where wave_id = 17`;
    await answer(at, answersTo(niks), { asOf: '2026-01-01' });
    expect((await ask(at, 17)).niks).toEqual(niks);
    await answer(at, answersTo(niks), { asOf: '2026-01-02' });
    expect((await ask(at, 17)).niks).toEqual([]);
  });

  test('counts for the next wave too, which asks for nobody', async () => {
    await opened();
    await open(at, { ...exchanged(input), waveId: 18 });
    for (const file of input.applicants) await importApplicants(at, 18, file);
    const { niks } = await ask(at, 17);
    await answer(at, answersTo(niks));
    await closedAsExpected();
    const { summary } = await ask(at, 18);
    expect(summary).toMatchObject({ file: null, niks: 0, answered: niks.length });
    await close(at, 18, { request: { holdNotices: true } });
    const asking = await readAsking(at.database.sql, await readWave(at.database.sql, 18));
    expect(asking).toMatchObject({ answered: asking?.questions, reused: asking?.questions });
  });
});

describe('a file of questions', () => {
  test('has every NIK once that is one, in order, of applications and of past recipients', async () => {
    await opened();
    const { niks, summary } = await ask(at, 17);
    const applying = await applicationsOf(at.database, 17);
    const recipients = readRows(input.recipients).map(({ nik = '' }) => nik);
    const all = new Set([...applying.map(({ nik }) => nik), ...recipients]);
    const real = [...all].filter((nik) => isNik(...halvesOf(nik)));
    expect(niks).toEqual(real.toSorted());
    expect([...all].filter((nik) => !niks.includes(nik))).toEqual([NO_NIK]);
    expect(summary).toMatchObject({ niks: real.length, not_asked: 1, answered: 0 });
    expect(summary.of_applications + summary.of_recipients).toBe(real.length);
  });

  test('is on record with who asked, once for the same questions', async () => {
    await opened();
    const { summary, niks } = await ask(at, 17);
    expect((await ask(at, 17)).niks).toEqual(niks);
    await answer(at, answersTo(niks.slice(0, 100)));
    expect((await ask(at, 17)).niks).toEqual(niks.slice(100));
    expect(
      await at.database.sql`select wave_id, sha256, niks, asked_by from question_file order by id`,
    ).toEqual([
      { wave_id: 17, sha256: summary.sha256, niks: niks.length, asked_by: 'tester' },
      expect.objectContaining({ niks: niks.length - 100 }),
    ]);
  });

  test('is not written where the signal is given, nor anything of it kept', async () => {
    await opened();
    const stopped = { waveId: 17, path: `${at.folder}/q.csv`, operator: 'x', signal: AbortSignal.abort() };
    await expect(writeQuestions(at.database, stopped, at.log)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await at.database.sql`select from question_file`).toEqual([]);
  });
});
