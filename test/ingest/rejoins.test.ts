/** Accounts over many waves: who re-joins enters with what the account gave last, and every wave keeps its own. */
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { beginClose } from '../../src/wave/close.ts';
import { applicationsOf } from '../support/applications.ts';
import { type Installation, installation } from '../support/installation.ts';
import {
  close,
  importApplicants,
  importReferences,
  open,
  unguarded,
  type WaveInput,
  waveFrom,
} from '../support/wave.ts';
import { type Applicant, applicant } from './applicant-files.ts';

let small: WaveInput;
let at: Installation;
let files = 0;

beforeAll(async () => {
  const input = await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in'));
  const policy = { ...input.policy, layers: [], deny_lists: [], priority: [] };
  small = { ...input, policy, recipients: 'nik,kk,wave\n' };
});

beforeEach(async () => {
  at = await installation();
});

async function openWaves(...waves: number[]): Promise<void> {
  for (const waveId of waves) await open(at, { ...small, waveId });
}

function bring(waveId: number, rows: readonly (readonly string[])[]) {
  const name = `file-${++files}.csv`;
  return importApplicants(at, waveId, { name, text: rows.map((row) => `${row.join(',')}\n`).join('') });
}

function full(waveId: number, ...applicants: Partial<Applicant>[]) {
  const rows = applicants.map((changes) => Object.values(applicant(changes)));
  return bring(waveId, [Object.keys(applicant({})), ...rows]);
}

/** A day of May 2021, by the number of the wave. */
const dayOf = (waveId: number) => `2021-05-${waveId}T08:00:00+07:00`;

function rejoin(waveId: number, ...numbers: string[]) {
  return bring(waveId, [
    ['registration_no', 'joined_at'],
    ...numbers.map((number) => [number, dayOf(waveId)]),
  ]);
}

/** All that the applications of a wave gave, but for where and when they came in. */
async function givenIn(waveId: number): Promise<Record<string, unknown>[]> {
  const given = await applicationsOf(at.database, waveId);
  return given.map(({ importId: _, line: __, joined_at: ___, ...values }) => values);
}

test('rows whose registration number is their NIK are taken, and warned of with what to do; so are re-joins of theirs', async () => {
  await openWaves(17, 18);
  const nik = '3171011708450001';
  const { warnings, rows_taken } = await full(
    17,
    ...[{ registration_no: nik, nik }, { registration_no: '3171-0117-0845-0001', nik }, {}],
  );
  expect(rows_taken).toBe(3);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^2 rows have their NIK as registration_no, .* gelombang wave void 17 --reason TEXT$/,
    ),
  ]);
  const again = await rejoin(18, nik, 'PK000017');
  expect(again.warnings).toEqual([expect.stringMatching(/^1 row has its NIK as registration_no, /)]);
  for (const warning of [...warnings, ...again.warnings]) expect(warning).not.toContain(nik);
});

describe('an account over four waves', () => {
  const before = { registration_no: 'PK17', kk: '3171010101010002', full_name: 'Siti Aminah' };
  const after = { registration_no: 'PK17', kk: '3171010101010077', full_name: 'Siti Aminah Hasan' };

  test('gives what it gave last, whole, and every wave keeps its own', async () => {
    await openWaves(17, 18, 19, 20);
    const times = {
      phone_verified_at: '2021-04-09T10:00:00.25+07:00',
      test_taken_at: '2021-04-10T10:00:00Z',
    };
    await full(17, { ...before, ...times, email: 'a@b.example', education: '"S1, \\ ""teknik"""' });
    const at17 = await givenIn(17);
    await rejoin(18, 'PK17');
    await full(19, { ...after, occupation: 'ASN', disability: 'false', regency_code: '9471' });
    const at19 = await givenIn(19);
    await rejoin(20, 'PK17');

    expect(at17).toMatchObject([{ ...before, education: 'S1, \\ "teknik"', disability: 'true' }]);
    expect(at19).toMatchObject([{ ...after, occupation: 'ASN', education: 'SMA', phone_verified_at: '' }]);
    expect(await givenIn(17)).toEqual(at17);
    expect(await givenIn(18)).toEqual(at17);
    expect(await givenIn(19)).toEqual(at19);
    expect(await givenIn(20)).toEqual(at19);
    const joined = [17, 18, 19, 20].map(async (waveId) => {
      const [{ joined_at } = { joined_at: '' }] = await applicationsOf(at.database, waveId);
      return Date.parse(joined_at) === Date.parse(dayOf(waveId));
    });
    expect(await Promise.all(joined)).toEqual([false, true, false, true]);
  });

  test('is decided in each by what it gave in that one', async () => {
    await openWaves(17, 18, 19, 20);
    const { nik, birth_date, sex } = applicant({});
    const person = [nik, after.kk, after.full_name, birth_date, sex, 'ACTIVE'].join(',');
    await importReferences(at, { ...small, registry: `nik,kk,full_name,birth_date,sex,status\n${person}\n` });
    await full(17, { ...before, full_name: 'Dewi' });
    await close(at, 17);
    await rejoin(18, 'PK17');
    await close(at, 18);
    await full(19, after);
    await close(at, 19);
    await rejoin(20, 'PK17');
    await close(at, 20);
    const outcomes = await at.database.sql<{ wave: number; outcome: string; reasons: string }[]>`
      select wave_id as wave, outcome, reasons from outcome order by wave_id`;
    expect(outcomes.map(({ wave, outcome, reasons }) => `${wave} ${outcome} ${reasons}`)).toEqual([
      '17 INELIGIBLE KK_MISMATCH|NAME_MISMATCH',
      '18 INELIGIBLE KK_MISMATCH|NAME_MISMATCH',
      '19 ACCEPTED ',
      '20 INELIGIBLE PAST_RECIPIENT',
    ]);
  });

  test('is that of the waves before: what a later one was given is not taken back', async () => {
    await openWaves(17, 18, 19);
    await full(17, before);
    await full(19, after);
    await rejoin(18, 'PK17');
    expect(await givenIn(18)).toEqual(await givenIn(17));
  });
});

describe('a person of an earlier wave', () => {
  test('can re-join whatever became of it: open, being closed, void or published', async () => {
    await openWaves(13, 14, 15, 16, 17);
    await importReferences(at, small);
    for (const waveId of [13, 14, 15, 16]) {
      await full(waveId, { registration_no: `PK${waveId}`, full_name: `Of ${waveId}` });
    }
    const request = { waveId: 14, entropy: undefined, withoutUnfinished: false, empty: false };
    await (await beginClose(at.database, request, at.log)).release();
    await unguarded(at.database, async (sql) => {
      await sql`
        update wave set state = 'void', voided_at = now(), voided_by = 'tester', void_reason = 'wrong registry'
        where id = 15`;
    });
    await close(at, 16);
    const states = await at.database.sql<{ state: string }[]>`select state from wave order by id`;
    expect(states.map(({ state }) => state)).toEqual(['open', 'closing', 'void', 'published', 'open']);
    expect(await rejoin(17, 'PK13', 'PK14', 'PK15', 'PK16')).toMatchObject({ rows_taken: 4, rejects: {} });
    expect((await givenIn(17)).map((row) => row.full_name)).toEqual(['Of 13', 'Of 14', 'Of 15', 'Of 16']);
  });

  test('is known by an application: a row that was rejected gives no account', async () => {
    await openWaves(17, 18);
    await full(17, { registration_no: 'PK1' }, { registration_no: 'PK2', sex: 'x' });
    const { import_id, rows_taken, rejects } = await rejoin(18, 'PK1', 'PK2', 'PK3');
    expect([rows_taken, rejects]).toEqual([1, { REGISTRATION_NO_UNKNOWN: 2 }]);
    const rejected = await at.database.sql`
      select line::int, registration_no, code from reject where import_id = ${import_id} order by line`;
    expect(rejected).toEqual([
      { line: 3, registration_no: 'PK2', code: 'REGISTRATION_NO_UNKNOWN' },
      { line: 4, registration_no: 'PK3', code: 'REGISTRATION_NO_UNKNOWN' },
    ]);
  });
});

describe('a number that comes with a full row and re-joins', () => {
  beforeEach(async () => {
    await openWaves(17, 18);
    await full(17, { registration_no: 'PK1', full_name: 'Then' });
  });

  test('has the full row where that came first', async () => {
    await full(18, { registration_no: 'PK1', full_name: 'Now' });
    expect(await rejoin(18, 'PK1')).toMatchObject({
      rows_taken: 0,
      rejects: { REGISTRATION_NO_REPEATED: 1 },
    });
    expect(await givenIn(18)).toMatchObject([{ full_name: 'Now' }]);
  });

  test('has what it gave before where the re-join came first', async () => {
    await rejoin(18, 'PK1');
    const late = await full(18, { registration_no: 'PK1', full_name: 'Now' }, { registration_no: 'PK2' });
    expect(late).toMatchObject({ rows_taken: 1, rejects: { REGISTRATION_NO_REPEATED: 1 } });
    expect(await givenIn(18)).toMatchObject([{ full_name: 'Then' }, { registration_no: 'PK2' }]);
  });

  test('has the row without a fault, if the other is rejected', async () => {
    await full(18, { registration_no: 'PK1', sex: 'x' }, { registration_no: 'PK2' });
    expect(await rejoin(18, 'PK1')).toMatchObject({ rows_taken: 1 });
    expect(await givenIn(18)).toMatchObject([{ full_name: 'Then' }, { registration_no: 'PK2' }]);
  });
});
