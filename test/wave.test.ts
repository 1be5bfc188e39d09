/** Waves from end to end, held against the oracle: another implementation that shares no code with this one. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { TRANSACTION_LOCKS } from '../src/db/locks.ts';
import { verifyExport } from '../src/verify/verify.ts';
import { beginClose } from '../src/wave/close.ts';
import { until } from './support/held-table.ts';
import { BACKENDS, fileOf, type Installation, installation } from './support/installation.ts';
import { type OracleAnswer, oracle } from './support/oracle.ts';
import { type Row, readCsv, readRows } from './support/oracle-rows.ts';
import { runProgram } from './support/program.ts';
import {
  close,
  exported,
  funnelOf,
  importApplicants,
  importReferences,
  madeUpWave,
  open,
  openAndImport,
  rowsOf,
  runWave,
  type WaveInput,
} from './support/wave.ts';

type Exported = OracleAnswer & { folder: string };

/** To the byte, and the files prove each other. */
async function expectOracle({ folder, ...answer }: Exported, input: WaveInput): Promise<void> {
  const expected = oracle(input);
  for (const name of Object.keys(expected) as (keyof OracleAnswer)[]) {
    expect(answer[name], name).toBe(expected[name]);
  }
  await expectProven(folder);
}

async function expectProven(folder: string): Promise<void> {
  expect(await verifyExport(folder, () => {})).toMatchObject({ faults: [], faultCount: 0 });
}

let madeUp: Promise<WaveInput>;
beforeAll(() => {
  madeUp = madeUpWave({ applicants: 4_000, seed: 17 });
});

for (const { backend, redisUrl, missing } of BACKENDS) {
  describe.skipIf(missing)(`a wave of 4,000, with the queue on ${backend}`, () => {
    let input: WaveInput;
    let at: Installation;
    let answer: Exported;

    beforeAll(async () => {
      input = await madeUp;
      at = await installation(redisUrl);
      answer = await runWave(at, input);
    });

    test('is decided as the oracle decides it', async () => {
      await expectOracle(answer, input);
    });

    test('has amounts that agree', () => {
      const count = (step: string) => funnelOf(answer).get(step) ?? 0;
      expect(count('rows_read')).toBe(4_000);
      expect(count('rows_read')).toBe(count('rows_rejected') + count('applications'));
      expect(count('applications')).toBe(count('INELIGIBLE') + count('ELIGIBLE'));
      expect(count('ELIGIBLE')).toBe(count('HOUSEHOLD_CAP') + count('CANDIDATES'));
      expect(count('CANDIDATES')).toBe(count('NOT_DRAWN') + count('ACCEPTED'));
      expect(readCsv(answer.accepted).records).toHaveLength(count('ACCEPTED'));
      expect(readCsv(answer.pool).records).toHaveLength(count('ELIGIBLE'));
    });

    test('tells every application its outcome, once', async () => {
      const outcomes = readRows(answer.results).map((row) => `${row.registration_no} ${row.outcome}`);
      const notices = await noticesOf(at, 17);
      expect(notices.map((notice) => `${notice.registration_no} ${notice.outcome}`).sort()).toEqual(outcomes);
      const states = await at.database.sql`select distinct state from notice where wave_id = 17`;
      expect(states.map((row) => row.state)).toEqual(['sent']);
    });

    test('tells nobody a whole identity number', async () => {
      for (const notice of await noticesOf(at, 17)) {
        const { registration_no: _public, ...said } = notice;
        const text = JSON.stringify(said).replaceAll(String(notice.registration_no), '');
        expect(text).not.toMatch(/\d{16}/);
      }
    });

    test('did every step once', () => {
      const done = at.logged.filter((line) => line.event === 'step.done');
      const steps = done.map((line) => `${line.stage} ${line.part}`);
      expect(steps).toHaveLength(9 + 2);
      expect(new Set(steps).size).toBe(steps.length);
    });

    test('takes no application any more', async () => {
      const late = { name: 'late.csv', text: rowsOf(input.applicants[0]?.text ?? '').fileOf(['x']) };
      await expect(importApplicants(at, 17, late)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    test('is not closed again, and the refusal names the run', async () => {
      const [run] = await at.database.sql`select id from run where wave_id = 17`;
      await expect(close(at, 17)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining(`published by run ${run?.id}`),
        concerns: { wave: 17, run: run?.id },
      });
    });
  });
}

async function noticesOf({ notices }: Installation, waveId: number): Promise<Record<string, unknown>[]> {
  const folder = join(notices, `wave-${waveId}`);
  const texts = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line));
}

describe('files that come in at the same time', () => {
  test('are all in the wave, and of a number that stands in several one row stands', async () => {
    const input = await madeUpWave({ applicants: 600, seed: 3 });
    const at = await installation();
    await open(at, input);
    await importReferences(at, input);
    const { rows, fileOf: withRows } = rowsOf(input.applicants[0]?.text ?? '');
    const repeated = rows.slice(0, 120).map((row) => row.replace(/false/g, 'true'));
    const files = [0, 1, 2, 3].map((place) => ({
      name: `part-${place}.csv`,
      text: withRows([...rows.filter((_, row) => row % 4 === place), ...repeated.slice(place * 30)]),
    }));
    await Promise.all(files.map((file) => importApplicants(at, 17, file)));
    await close(at, 17);

    const settled = await at.database.sql<{ name: string; id: number }[]>`
      select file_name as name, id from import_file where wave_id = 17 order by finished_at`;
    const inOrder = settled.flatMap(({ name }) => files.filter((file) => file.name === name));
    const { rejects, folder, ...answer } = await exported(at, 17);
    const { rejects: expectedRejects, ...expected } = oracle({ ...input, applicants: inOrder });
    expect(answer).toEqual(expected);
    expect(rejects.split('\n').sort()).toEqual(expectedRejects.split('\n').sort());
    await expectProven(folder);
  });

  test('may be called the same, if what is in them differs', async () => {
    const input = await madeUpWave({ applicants: 320, seed: 4, registry: 50 });
    const at = await installation();
    await open(at, input);
    const { rows, fileOf: withRows } = rowsOf(input.applicants[0]?.text ?? '');
    const imports = Array.from({ length: 8 }, async (_, place) => {
      const folder = `from-${place}`;
      await mkdir(join(at.folder, folder));
      const text = withRows(rows.slice(place * 40, (place + 1) * 40));
      return importApplicants(at, 17, { name: join(folder, 'applicants.csv'), text });
    });
    await Promise.all(imports);
    const [sums] = await at.database.sql`
      select sum(rows_read)::int as read, sum(rows_taken)::int as taken, count(*)::int as files,
        (select sum(rows)::int from application_block where wave_id = 17) as applications
      from import_file where wave_id = 17 and finished_at is not null`;
    expect(sums).toMatchObject({ read: 320, files: 8, taken: sums?.applications });
  });

  test('and hold the same, whatever they are called, are taken once', async () => {
    const input = await madeUpWave({ applicants: 100, seed: 5, registry: 50 });
    const at = await installation();
    await open(at, input);
    const session = at.database.connect();
    await session`select pg_advisory_lock(${TRANSACTION_LOCKS.settle}, 17)`;
    const text = input.applicants[0]?.text ?? '';
    const imports = ['one.csv', 'other.csv'].map((name) => importApplicants(at, 17, { name, text }));
    await untilTheyWaitFor(at, TRANSACTION_LOCKS.settle, 2);
    await session.end();
    const summaries = await Promise.all(imports);
    expect(summaries.map(({ unchanged }) => unchanged).sort()).toEqual([false, true]);
    const taken = summaries.find(({ unchanged }) => !unchanged)?.rows_taken;
    expect(await countsOf(at)).toEqual({ applications: taken, files: 1 });
  });

  test('and are the same file, by two processes, are taken once', async () => {
    const input = await madeUpWave({ applicants: 400, seed: 5, registry: 50 });
    const at = await installation();
    await open(at, input);
    const path = await fileOf(at, 'applicants.csv', input.applicants[0]?.text ?? '');
    const command = ['import', 'applicants', path, '--wave', '17', '--json'];
    const ended = await Promise.all([runProgram(at, command), runProgram(at, command)]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const summaries = ended.map(({ stdout }) => JSON.parse(stdout));
    expect(summaries.map((summary) => summary.unchanged).sort()).toEqual([false, true]);
    const taken = summaries.find((summary) => !summary.unchanged)?.rows_taken;
    expect(await countsOf(at)).toEqual({ applications: taken, files: 1 });
  });
});

async function countsOf({ database }: Installation): Promise<unknown> {
  const [counts] = await database.sql`
    select (select sum(rows)::int from application_block) as applications, (select count(*)::int from import_file) as files`;
  return { ...counts };
}

describe('a file that is in the wave already', () => {
  test('changes nothing and says so, whatever it is called now', async () => {
    const input = await madeUpWave({ applicants: 200, seed: 6, registry: 50 });
    const at = await installation();
    await open(at, input);
    const [file = { name: '', text: '' }] = input.applicants;
    const first = await importApplicants(at, 17, file);
    const before = await countsOf(at);
    const again = await importApplicants(at, 17, { ...file, name: 'renamed.csv' });
    expect(again).toMatchObject({
      unchanged: true,
      import_id: first.import_id,
      rows_taken: first.rows_taken,
    });
    expect(await countsOf(at)).toEqual(before);
  });
});

describe('people who re-join', () => {
  let first: WaveInput;
  let at: Installation;
  let answer: Exported;
  let accounts: Record<string, { row: Row; unsuccessfulWaves: number }>;

  beforeAll(async () => {
    first = await madeUpWave({ applicants: 500, seed: 8 });
    at = await installation();
    answer = await runWave(at, first);
    const rows = readRows(first.applicants[0]?.text ?? '');
    const inWave = new Set(readRows(answer.results).map((row) => row.registration_no ?? ''));
    accounts = Object.fromEntries(
      rows
        .filter((row) => inWave.has(row.registration_no ?? ''))
        .reverse()
        .map((row) => [row.registration_no ?? '', { row, unsuccessfulWaves: 0 }]),
    );
  });

  /** Who was accepted is a past recipient from then on. */
  function recipientsAfter(): string {
    const accepted = readRows(answer.accepted).map((result) => accounts[result.registration_no ?? '']?.row);
    const digits = (value = '') => value.replace(/\D/g, '');
    const lines = accepted.map((row) => `${digits(row?.nik)},${digits(row?.kk)},17\n`);
    return `${first.recipients}${lines.join('')}`;
  }

  test('enter with the data that they gave before; unknown and repeated ones do not', async () => {
    const known = Object.keys(accounts);
    const lines = [...known, 'NOBODY', ...known.slice(0, 3)].map(
      (number) => `${number},2021-05-01T08:00:00+07:00`,
    );
    const second: WaveInput = {
      ...first,
      waveId: 18,
      applicants: [{ name: 're-join.csv', text: `registration_no,joined_at\n${lines.join('\n')}\n` }],
      recipients: recipientsAfter(),
      accounts,
    };
    await open(at, second);
    for (const file of second.applicants) await importApplicants(at, 18, file);
    await close(at, 18);
    const again = await exported(at, 18);
    await expectOracle(again, second);
    const accepted = new Set(readRows(answer.accepted).map((row) => row.registration_no));
    const tried = readRows(again.results).filter((row) => accepted.has(row.registration_no));
    expect(tried.length).toBeGreaterThan(0);
    for (const { reasons } of tried) expect(reasons).toBe('PAST_RECIPIENT');
    expect(again.rejects.match(/REGISTRATION_NO_UNKNOWN/g)).toHaveLength(1);
    expect(again.rejects.match(/REGISTRATION_NO_REPEATED/g)).toHaveLength(3);
  });
});

describe('a close', () => {
  test('is refused while an import is under way, and goes when that has ended', async () => {
    const input = await madeUpWave({ applicants: 200, seed: 9 });
    const at = await installation();
    await openAndImport(at, { ...input, applicants: [] });
    const session = at.database.connect();
    await session`select pg_advisory_lock(${TRANSACTION_LOCKS.settle}, 17)`;
    const [file = { name: '', text: '' }] = input.applicants;
    const importing = importApplicants(at, 17, file);
    await untilTheyWaitFor(at, TRANSACTION_LOCKS.settle, 1);
    await expect(close(at, 17)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('under way'),
      faults: [{ where: file.name, what: expect.stringContaining(` by process ${process.pid} on `) }],
      next: expect.stringMatching(/ wave close 17$/),
    });
    await session.end();
    await importing;
    await close(at, 17);
    await expectOracle(await exported(at, 17), input);
  });

  test('is refused after an import that was cut off, until it is made again', async () => {
    const input = await madeUpWave({ applicants: 100, seed: 10 });
    const at = await installation();
    await openAndImport(at, { ...input, applicants: [] });
    // What a process that is killed leaves behind.
    await at.database.sql`
      insert into import_file (kind, wave_id, file_name, path, bytes)
      values ('applicants', 17, 'applicants.csv', ${join(at.folder, 'applicants.csv')}, 1)`;
    await importApplicants(at, 17, { name: 'others.csv', text: input.applicants[0]?.text ?? '' });
    await expect(close(at, 17)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('cut off'),
      next: expect.stringContaining('--without-unfinished'),
    });
    for (const file of input.applicants) await importApplicants(at, 17, file);
    await close(at, 17);
    await expectOracle(await exported(at, 17), input);
  });

  test('names all that is missing, and leaves the wave open', async () => {
    const input = await madeUpWave({ applicants: 1, seed: 11 });
    const at = await installation();
    await open(at, input);
    await expect(close(at, 17)).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      faults: [{ where: 'registry' }, { where: 'list dtks' }, { where: 'list kemnaker' }],
    });
    const [wave] = await at.database.sql`select state from wave where id = 17`;
    expect(wave?.state).toBe('open');
  });
});

async function untilTheyWaitFor({ database }: Installation, lock: number, imports: number): Promise<void> {
  await until(async () => {
    const waiting = await database.sql`
      select from pg_locks where locktype = 'advisory' and not granted and classid = ${lock}
        and database = (select oid from pg_database where datname = current_database())`;
    return waiting.length === imports;
  });
}

describe('a wave at the edge', () => {
  test('that has no applications publishes the empty pool of the RFC', async () => {
    const input = { ...(await madeUpWave({ applicants: 10, seed: 12 })), applicants: [] };
    const answer = await runWave(await installation(), input);
    expect(answer.pool_root).toBe(createHash('sha256').digest('hex'));
    await expectOracle(answer, input);
  });

  test.each([
    ['no seats', 0],
    ['more seats than candidates', 1_000_000],
  ])('that has %s is decided as the oracle decides it', async (_, quota) => {
    const input = await madeUpWave({ applicants: 200, seed: 13, quota });
    const answer = await runWave(await installation(), input);
    await expectOracle(answer, input);
    const taken = funnelOf(answer).get(quota === 0 ? 'ACCEPTED' : 'NOT_DRAWN');
    expect(taken).toBe(0);
  });
});

test('the name of a list means one thing: what was imported as another kind is asked for again', async () => {
  const at = await installation();
  const input = await madeUpWave({ applicants: 100, seed: 14 });
  await openAndImport(at, input);
  const path = await fileOf(at, 'again.csv', input.lists.dtks ?? '');
  const command = ['import', 'list', path, '--name', 'dtks', '--kind'];
  // It meets more than one in twenty of so small a wave.
  const bring = async (kind: string, version: string) => {
    expect((await runProgram(at, [...command, kind])).code).toBe(0);
    expect((await runProgram(at, ['list', 'release', version])).code).toBe(0);
  };
  await bring('priority', '3');
  await expect(close(at, 17)).rejects.toMatchObject({
    code: 'INPUT_REFUSED',
    faults: [
      { where: 'list dtks', what: 'its newest version is a priority list, and the policy means a deny list' },
    ],
  });
  await bring('deny', '4');
  await close(at, 17);
  await expectOracle(await exported(at, 17), input);
});

test('a wave into which nothing was imported is closed on purpose only', async () => {
  const at = await installation();
  await openAndImport(at, { ...(await madeUpWave({ applicants: 1, seed: 15 })), applicants: [] });
  expect((await runProgram(at, ['wave', 'close', '17'])).code).toBe(3);
  expect((await runProgram(at, ['wave', 'close', '17', '--empty'])).code).toBe(0);
});

test('recipients who come to be known after the close do not count, also when the run is taken up later', async () => {
  const at = await installation();
  const input = await madeUpWave({ applicants: 1_000, seed: 16 });
  await openAndImport(at, input);
  const request = { waveId: 17, entropy: undefined, withoutUnfinished: false, empty: false };
  const run = await beginClose(at.database, request, at.log);
  await run.release();
  const everyone = readRows(input.registry).map(({ nik, kk }) => `${nik},${kk},16`);
  const late = await fileOf(at, 'late.csv', `nik,kk,wave\n${everyone.join('\n')}\n`);
  expect((await runProgram(at, ['import', 'recipients', late])).code).toBe(0);
  await close(at, 17);
  await expectOracle(await exported(at, 17), input);
});

test('an export is written whole or not at all', async () => {
  const at = await installation();
  await open(at, await madeUpWave({ applicants: 1, seed: 15 }));
  await expect(exported(at, 17)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await readdir(at.folder)).not.toContain('export-17');
});
