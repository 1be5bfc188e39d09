/** What an import leaves in the database: rows, the columns that decide, and one application a registration number. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { BUCKETS, digitsOf } from '../../src/columns/identity.ts';
import { textOfWords } from '../../src/columns/words.ts';
import { TRANSACTION_LOCKS } from '../../src/db/locks.ts';
import { readRegistrationNo } from '../../src/ingest/application-values.ts';
import { APPLICANT_COLUMNS } from '../../src/ingest/columns.ts';
import { ingestApplicants } from '../../src/ingest/ingest.ts';
import { fingerprintOf } from '../../src/ingest/repeats.ts';
import { OCCUPATIONS } from '../../src/policy/policy.ts';
import { type Applications, FLAGS } from '../../src/wave/people.ts';
import { applicationBlocks, applicationsOf } from '../support/applications.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { type Applicant, applicant, times } from './applicant-files.ts';

let to: Installation;
let lastWave = 0;
let lastFile = 0;

beforeAll(async () => {
  to = await installation();
});

/** A wave that is open, without what a close would need. */
async function newWave(): Promise<number> {
  lastWave += 1;
  await to.database.sql`
    insert into wave (id, policy, policy_sha256, quota, household_key, entropy_source, secret, entropy_commitment)
    values (${lastWave}, '{}', '', 0, ${Buffer.alloc(32)}, 'secret', '', '')`;
  return lastWave;
}

function applicantsOf(numbers: readonly string[], changes: Partial<Applicant> = {}): string {
  const rows = numbers.map((registration_no) => Object.values(applicant({ registration_no, ...changes })));
  return textOf(rows);
}

function textOf(
  rows: readonly (readonly string[])[],
  columns: readonly string[] = APPLICANT_COLUMNS.columns,
): string {
  return [columns, ...rows].map((fields) => `${fields.join(',')}\n`).join('');
}

async function bring(waveId: number, text: string, name = `file-${++lastFile}.csv`) {
  const path = await fileOf(to, name, text);
  const { signal } = new AbortController();
  return ingestApplicants(to.database, { path, waveId, signal, onProgress: () => {} }, to.log);
}

interface Kept {
  readonly importId: number;
  readonly line: number;
  readonly number: string;
}

async function rowsOf(waveId: number): Promise<Kept[]> {
  const given = await applicationsOf(to.database, waveId);
  return given
    .map(({ importId, line, registration_no: number }) => ({ importId, line: Number(line), number }))
    .toSorted(inFiles);
}

function inFiles(one: Kept, other: Kept): number {
  return one.importId - other.importId || one.line - other.line;
}

async function blocksOf(
  waveId: number,
): Promise<{ bucket: number; importId: number; position: number; block: Applications }[]> {
  const found = await applicationBlocks(to.database, waveId);
  return found.map(({ rows, applications: block, bucket, importId, position }) => {
    expect(block.rows).toBe(rows);
    return { bucket, importId, position, block };
  });
}

/** The rows that the blocks are of, in the order of `rowsOf`. */
async function columnsOf(waveId: number): Promise<Kept[]> {
  const blocks = await blocksOf(waveId);
  const kept = blocks.flatMap(({ importId, block: { rows, of } }) =>
    Array.from({ length: rows }, (_, row) => ({
      importId,
      line: of.line[row] ?? 0,
      number: textOfWords(of.registrationNo, row),
    })),
  );
  return kept.toSorted(inFiles);
}

async function messagesOf(importId: number): Promise<string[]> {
  const rows = await to.database.sql<{ told: string }[]>`
    select line || ' ' || registration_no || ' ' || code || ' ' || message as told from reject
    where import_id = ${importId} order by line, position`;
  return rows.map(({ told }) =>
    told.replace(/the registration number is in .*stands/, '…').replace(/no earlier wave.*/, '…'),
  );
}

describe('an application', () => {
  test('is kept as a row and, in the bucket of its NIK, as columns', async () => {
    const wave = await newWave();
    const papua = applicant({
      registration_no: 'PK-0000000000000000000000000000Z',
      nik: '9471015708450001',
      full_name: 'Élise "Ani" Ñ',
      occupation: 'ASN',
      in_school: 'true',
      phone_verified_at: '2021-04-09T10:00:00.5-03:30',
      birth_date: '1896-02-29',
    });
    await bring(wave, textOf([Object.values({ ...papua, full_name: '"Élise ""Ani"" Ñ"' })]));
    const [row] = await applicationsOf(to.database, wave);
    expect(row).toMatchObject({
      registration_no: papua.registration_no,
      nik: papua.nik,
      kk: papua.kk,
      full_name: papua.full_name,
      birth_date: '1896-02-29',
      sex: 'P',
      email: '',
      regency_code: '3171',
      in_school: 'true',
      occupation: 'ASN',
      disability: 'true',
      selfie_verified_at: '',
      line: '2',
    });
    expect([row?.phone_verified_at, row?.joined_at]).toEqual([papua.phone_verified_at, papua.joined_at]);
    const [{ bucket, block } = { bucket: -1, block: undefined }] = await blocksOf(wave);
    expect(bucket).toBe(Number(BigInt(papua.nik) % BigInt(BUCKETS)));
    const of = block?.of;
    expect(textOfWords(of?.registrationNo ?? { width: 1, data: new Uint32Array(1) }, 0)).toBe(
      papua.registration_no,
    );
    expect(digitsOf(of?.nikHigh[0] ?? 0, of?.nikLow[0] ?? 0)).toBe(papua.nik);
    expect(digitsOf(of?.kkHigh[0] ?? 0, of?.kkLow[0] ?? 0)).toBe(papua.kk);
    expect(of?.birthDay[0]).toBe((Date.UTC(1896, 1, 29) - Date.UTC(2000, 0, 1)) / 86_400_000);
    expect(of?.regency[0]).toBe(3171);
    expect(OCCUPATIONS[of?.occupation[0] ?? 0]).toBe('ASN');
    const { inSchool, disability, emailVerified, phoneVerified, female } = FLAGS;
    expect(of?.flags[0]).toBe(inSchool | disability | emailVerified | phoneVerified | female);
    expect(Buffer.from(of?.fullName.bytes ?? []).toString()).toBe(papua.full_name);
  });

  test('shows what was given to the letter, whatever is in it', async () => {
    const wave = await newWave();
    const odd = ['a\\tb', 'a\tb', 'a\\\nb', '\\\\', '\\\\n\t\\', 'x\r\ny', 'Ñ\\', "O'Brien; \\copy", '\\'];
    const texts = [
      ...odd,
      ...fc.sample(fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', 't', 'n', 'é') }), 300),
    ];
    const rows = texts.map((text, at) =>
      Object.values(
        applicant({ registration_no: `L${at}`, full_name: `"A${text}Z"`, education: `"e${text}f"` }),
      ),
    );
    expect(await bring(wave, textOf(rows))).toMatchObject({ rows_taken: texts.length });
    const given = await applicationsOf(to.database, wave);
    const shown = given.toSorted((one, other) => Number(one.line) - Number(other.line));
    expect(shown.map(({ full_name }) => full_name)).toEqual(texts.map((text) => `A${text}Z`));
    expect(shown.map(({ education }) => education)).toEqual(texts.map((text) => `e${text}f`));
  });

  test('has its times as PostgreSQL would have read them, in the columns, and as they were given in the lines', async () => {
    const wave = await newWave();
    const fractions = [
      '9999996',
      '9999995',
      '9999994',
      '0000005',
      '0000015',
      '1234565',
      '123456500',
      '999999999',
    ];
    const rounded = fractions.map((fraction) => `2021-04-23T09:59:59.${fraction}+07:00`);
    const given = [...rounded, ...fc.sample(times, { numRuns: 3000, seed: 20 })];
    const rows = given.map((joined_at, at) =>
      Object.values(applicant({ registration_no: `T${at}`, joined_at })),
    );
    expect(await bring(wave, textOf(rows))).toMatchObject({ rows_taken: given.length });
    const lines = await applicationsOf(to.database, wave);
    const shown = lines.toSorted((one, other) => Number(one.line) - Number(other.line));
    expect(shown.map(({ joined_at }) => joined_at)).toEqual(given);
    const kept = await to.database.sql<{ hours: string }[]>`
      select (extract(epoch from joined::timestamptz) * 1000000 + 62167219200000000)::bigint::text as hours
      from unnest(${given}::text[]) with ordinality as given (joined, place) order by place`;
    const blocks = await blocksOf(wave);
    const [{ block } = { block: undefined }] = blocks;
    expect(blocks).toHaveLength(1);
    const microseconds = Array.from({ length: given.length }, (_, row) =>
      String(
        BigInt(block?.of.joinedHour[row] ?? 0) * 3_600_000_000n +
          BigInt(block?.of.joinedMicrosecond[row] ?? 0),
      ),
    );
    expect(microseconds).toEqual(kept.map(({ hours }) => hours));
    expect(Math.max(...(block?.of.joinedMicrosecond ?? []))).toBeLessThan(3_600_000_000);
  });
});

describe('a registration number', () => {
  test('stands once in a wave: the first row without a fault, over all its files', async () => {
    const wave = await newWave();
    const faulty = Object.values(applicant({ registration_no: 'B', sex: 'x' }));
    const rows = ['A', 'B', 'A', 'C', 'A'].map((number) =>
      Object.values(applicant({ registration_no: number })),
    );
    const first = await bring(wave, textOf([faulty, ...rows]), 'first.csv');
    const second = await bring(wave, applicantsOf(['D', 'B', 'D', 'E']), 'second.csv');
    expect([first.rows_taken, first.rows_rejected, second.rows_taken]).toEqual([3, 3, 2]);
    const [one, two] = [first.import_id, second.import_id];
    expect(await messagesOf(one)).toEqual([
      expect.stringContaining('2 B VALUE_NOT_ALLOWED'),
      '5 A REGISTRATION_NO_REPEATED …, line 3',
      '7 A REGISTRATION_NO_REPEATED …, line 3',
    ]);
    expect(await messagesOf(two)).toEqual([
      '3 B REGISTRATION_NO_REPEATED …, line 4 of first.csv',
      '4 D REGISTRATION_NO_REPEATED …, line 2',
    ]);
    const expected = [
      { importId: one, line: 3, number: 'A' },
      { importId: one, line: 4, number: 'B' },
      { importId: one, line: 6, number: 'C' },
      { importId: two, line: 2, number: 'D' },
      { importId: two, line: 5, number: 'E' },
    ];
    expect(await rowsOf(wave)).toEqual(expected);
    expect(await columnsOf(wave)).toEqual(expected);
  });

  test('may be in another wave as well', async () => {
    for (const wave of [await newWave(), await newWave()]) {
      expect(await bring(wave, applicantsOf(['A', 'B']))).toMatchObject({ rows_taken: 2 });
    }
  });

  test('that only looks like one that was there comes in all the same', async () => {
    const wave = await newWave();
    const [one, other] = lookingAlike();
    expect(await bring(wave, applicantsOf([one, other, 'A', other]))).toMatchObject({ rows_taken: 3 });
    expect((await columnsOf(wave)).map(({ number }) => number)).toEqual([one, other, 'A']);
    expect(await columnsOf(wave)).toEqual(await rowsOf(wave));
    const later = await newWave();
    await bring(later, applicantsOf([one]));
    expect(await bring(later, applicantsOf([other]))).toMatchObject({ rows_taken: 1 });
    expect(await columnsOf(later)).toEqual(await rowsOf(later));
  });

  test('is told from thousands that were in the wave before', async () => {
    const wave = await newWave();
    const numbers = Array.from({ length: 20_000 }, (_, at) => `PK${at}`);
    await bring(wave, applicantsOf(numbers));
    const again = await bring(wave, applicantsOf([...numbers, 'NEW']));
    expect(again).toMatchObject({
      rows_read: 20_001,
      rows_taken: 1,
      rejects: { REGISTRATION_NO_REPEATED: 20_000 },
    });
    expect(await rowsOf(wave)).toHaveLength(20_001);
    expect(await columnsOf(wave)).toEqual(await rowsOf(wave));
  });

  test('stands once when files come in at the same time, and none of them fails for it', async () => {
    const wave = await newWave();
    const files = ['ABCDEFG', 'EFGHIJE', 'GAKLMNG', 'XYZ'].map((letters) => applicantsOf([...letters]));
    const summaries = await settledTogether(wave, files);
    expect(summaries.reduce((sum, { rows_taken }) => sum + rows_taken, 0)).toBe(17);
    const rows = await rowsOf(wave);
    expect(rows.map(({ number }) => number).toSorted()).toEqual([...'ABCDEFGHIJKLMNXYZ']);
    expect(await columnsOf(wave)).toEqual(rows);
    for (const { import_id, rows_rejected } of summaries) {
      expect(await messagesOf(import_id)).toHaveLength(rows_rejected);
    }
  });
});

/** Imports that have all read their rows before the first of them settles which stand. */
async function settledTogether(waveId: number, texts: readonly string[]) {
  const holder = await to.database.sql.reserve();
  await holder`select pg_advisory_lock(${TRANSACTION_LOCKS.settle}, ${waveId})`;
  const imports = texts.map((text) => bring(waveId, text));
  let waiting = 0;
  while (waiting < texts.length) {
    const rows = await holder`select from pg_locks where locktype = 'advisory' and not granted
      and classid = ${TRANSACTION_LOCKS.settle} and objid = ${waveId}
      and database = (select oid from pg_database where datname = current_database())`;
    waiting = rows.length;
  }
  await holder`select pg_advisory_unlock(${TRANSACTION_LOCKS.settle}, ${waveId})`;
  holder.release();
  return Promise.all(imports);
}

/** Two numbers of one fingerprint. */
function lookingAlike(): [string, string] {
  const known = new Map<number, string>();
  const words = new Uint32Array(8);
  for (let at = 0; ; at++) {
    const number = `PK${at}`;
    const count = readRegistrationNo(Buffer.from(number), 0, number.length, words);
    const fingerprint = fingerprintOf(words, 0, count);
    const other = known.get(fingerprint);
    if (other !== undefined) return [other, number];
    known.set(fingerprint, number);
  }
}

describe('people who have an account', () => {
  const COLUMNS = ['registration_no', 'joined_at'];

  test('enter with what they gave last; unknown ones and those who are there already do not', async () => {
    const [older, newer, wave] = [await newWave(), await newWave(), await newWave()];
    await bring(older, applicantsOf(['R1', 'R2', 'R3'], { full_name: 'Older', sex: 'L' }));
    await bring(newer, applicantsOf(['R2'], { full_name: 'Newer', nik: '9471015708450001' }));
    await bring(wave, applicantsOf(['R3', 'FRESH']), 'applicants.csv');
    const joined = '2021-05-01T00:00:00.25+07:00';
    const numbers = ['R1', 'R2', 'R1', 'R3', 'FRESH', 'NONE', 'r1'];
    const rejoins = textOf(
      numbers.map((number) => [number, joined]),
      COLUMNS,
    );
    const { import_id, rows_taken, rejects } = await bring(wave, rejoins);
    expect([rows_taken, rejects]).toEqual([
      2,
      { REGISTRATION_NO_FORMAT: 1, REGISTRATION_NO_REPEATED: 2, REGISTRATION_NO_UNKNOWN: 2 },
    ]);
    expect((await messagesOf(import_id)).slice(0, 4)).toEqual([
      '4 R1 REGISTRATION_NO_REPEATED …, line 2',
      '5 R3 REGISTRATION_NO_REPEATED …, line 2 of applicants.csv',
      '6 FRESH REGISTRATION_NO_UNKNOWN …',
      '7 NONE REGISTRATION_NO_UNKNOWN …',
    ]);
    const people = (await applicationsOf(to.database, wave)).filter(({ importId }) => importId === import_id);
    expect(people).toMatchObject([
      { registration_no: 'R1', full_name: 'Older', nik: applicant({}).nik, sex: 'L', joined_at: joined },
      { registration_no: 'R2', full_name: 'Newer', nik: '9471015708450001', sex: 'P', joined_at: joined },
    ]);
    expect(await columnsOf(wave)).toEqual(await rowsOf(wave));
  });

  test.each([
    ['', 'Siti Aminah'],
    [', whatever is in their name', '"Siti\\n A\tminah"'],
  ])('have the same columns as if they had come with all their data%s', async (_, full_name) => {
    const [older, newer] = [await newWave(), await newWave()];
    const times = { phone_verified_at: '2021-04-09T10:00:00Z', birth_date: '1960-02-29' };
    const data = { ...times, occupation: 'TNI', full_name };
    await bring(older, applicantsOf(['S1'], data));
    await bring(newer, textOf([['S1', applicant({}).joined_at]], COLUMNS));
    const [[one], [other]] = [await blocksOf(older), await blocksOf(newer)];
    const without = (block: Applications | undefined) => ({ ...block?.of, importId: 0 });
    expect(without(other?.block)).toEqual(without(one?.block));
    expect(other?.bucket).toBe(one?.bucket);
  });
});
