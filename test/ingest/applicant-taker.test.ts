/** Rows taken as bytes are the rows that are taken as text: on any file, by value, fault and count. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOfWords } from '../../src/columns/words.ts';
import { type ByteRecord, openCsv } from '../../src/csv/csv.ts';
import { ApplicantTaker } from '../../src/ingest/applicant-taker.ts';
import { ApplicationColumns } from '../../src/ingest/application-columns.ts';
import { ApplicationValues } from '../../src/ingest/application-values.ts';
import { APPLICANT_COLUMNS } from '../../src/ingest/columns.ts';
import type { Reject } from '../../src/ingest/reject.ts';
import { LINE_FIELDS } from '../../src/wave/lines.ts';
import type { Applications } from '../../src/wave/people.ts';
import { useFolder } from '../csv/support.ts';
import { type ApplicantFile, applicant, applicantFiles } from './applicant-files.ts';

const folder = useFolder();

interface Reading {
  readonly read: number;
  readonly normalised: number;
  readonly numberedByNik: number;
  readonly lineEnds: readonly string[];
  readonly rows: readonly unknown[];
  readonly faults: readonly Reject[];
  readonly blocks: readonly unknown[];
  /** Rows that were taken as bytes. */
  readonly plain: number;
}

async function readingOf(
  path: string,
  { chunkBytes, maxRecordBytes }: Omit<ApplicantFile, 'bytes'>,
  strictly: boolean,
): Promise<Reading> {
  const file = await openCsv(path, [APPLICANT_COLUMNS], { chunkBytes, maxRecordBytes });
  const values = new ApplicationValues(file.columns);
  const columns = new ApplicationColumns(file.columns);
  const rows: unknown[] = [];
  const faults: Reject[] = [];
  const taker = new ApplicantTaker(values, {
    add: (record, isPlain) => {
      rows.push(rowOf(record, values));
      columns.add(values, record, isPlain);
    },
    reject: (found) => faults.push(...found),
  });
  let plain = 0;
  const counting = (record: ByteRecord) => {
    const isTaken = taker.plain(record);
    plain += isTaken ? 1 : 0;
    return isTaken;
  };
  let read = 0;
  const strict = taker.strict.bind(taker);
  for await (read of file.read(strictly ? { strict } : { strict, plain: counting }));
  const blocks = [...columns.take()].map((block) => [
    block.bucket,
    block.applications,
    Buffer.from(block.lines).toString(),
  ]);
  const { normalised, numberedByNik } = taker;
  return { read, normalised, numberedByNik, lineEnds: file.lineEnds(), rows, faults, blocks, plain };
}

/** Every field that is sent, and every number that was read from one. */
function rowOf({ bytes, starts, ends, line }: ByteRecord, values: ApplicationValues): unknown {
  const texts = Object.entries(values.at).map(([column, place]) => [
    column,
    bytes.toString('utf8', starts[place], ends[place]),
  ]);
  return { line, texts, joined: { ...values.joined }, flags: values.flags };
}

test('a file is read the same as bytes and as text', async () => {
  let plain = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(applicantFiles, async ({ bytes, ...settings }) => {
      const path = await folder.file('any.csv', bytes);
      const asText = await readingOf(path, settings, true);
      const asBytes = await readingOf(path, settings, false);
      plain += asBytes.plain;
      all += asBytes.rows.length;
      expect({ ...asBytes, plain: 0 }).toEqual(asText);
    }),
    { numRuns: 200 },
  );
  // Otherwise nothing would have been compared.
  expect(plain).toBeGreaterThan(all / 4);
}, 120_000);

test('a typical row is taken as bytes, quoted or not; one that is written unusually as text', async () => {
  const rows = [
    applicant({}),
    applicant({ registration_no: 'PK2', nik: '3171 0117 0845 0001' }),
    applicant({ registration_no: 'PK3', full_name: 'Élise' }),
    applicant({ registration_no: 'PK4', full_name: 'Andŕe Ñ. Wibowo' }),
  ].map((row) => Object.values(row));
  const lines = rows.map((fields, at) =>
    (at % 2 === 0 ? fields : fields.map((field) => `"${field}"`)).join(','),
  );
  const text = `${APPLICANT_COLUMNS.columns.join(',')}\n${lines.join('\n')}\n`;
  const path = await folder.file('typical.csv', text);
  const reading = await readingOf(path, { chunkBytes: 1 << 16, maxRecordBytes: 1 << 20 }, false);
  expect(reading).toMatchObject({ read: 4, plain: 2, normalised: 1, faults: [] });
  expect(reading.rows).toHaveLength(4);
});

test('a value that is too short is not taken for one that reaches into the next', async () => {
  const rows = [
    applicant({ nik: '31710117', kk: '3171010' }),
    applicant({ registration_no: 'PK2', nik: '31710117084', kk: '', full_name: 'Budi' }),
    applicant({ registration_no: 'PK3', test_taken_at: '2021-04-20', joined_at: '2021-04-2300' }),
    applicant({ registration_no: 'PK4', joined_at: '2021-04-23T09:20' }),
    applicant({ registration_no: 'PK5' }),
  ];
  const text = rows.map((row) => `${Object.values(row).join(',')}\n`).join('');
  const path = await folder.file('short.csv', `${APPLICANT_COLUMNS.columns.join(',')}\n${text}`);
  const settings = { chunkBytes: 1 << 16, maxRecordBytes: 1 << 20 };
  const asBytes = await readingOf(path, settings, false);
  expect(asBytes).toMatchObject({ read: 5, plain: 1 });
  expect({ ...asBytes, plain: 0 }).toEqual(await readingOf(path, settings, true));
});

describe('a row whose registration number', () => {
  const nik = '3171011708450001';
  test.each([
    ['is its NIK', nik, nik, 1],
    ['is its NIK with dashes', '3171-0117-0845-0001', nik, 1],
    ['is its NIK between dashes', '-3171011708450001-', nik, 1],
    ['is its NIK, which has spaces', nik, '3171 0117 0845 0001', 1],
    ['is the NIK of somebody else', '3171011708450002', nik, 0],
    ['is the beginning of its NIK', '317101170845000', nik, 0],
    ['goes on behind its NIK', '31710117084500011', nik, 0],
    ['has its NIK inside', 'PK-3171011708450001', nik, 0],
    ['is as long as its NIK', 'PK20210423000017', nik, 0],
    ['is the end of its NIK, behind dashes', '-------708450001', nik, 0],
  ])('%s is counted as such, as bytes and as text', async (_, registration_no, given, counted) => {
    const text = Object.values(applicant({ registration_no, nik: given })).join(',');
    const path = await folder.file('niks.csv', `${APPLICANT_COLUMNS.columns.join(',')}\n${text}\n`);
    const settings = { chunkBytes: 1 << 16, maxRecordBytes: 1 << 20 };
    for (const strictly of [true, false]) {
      const { faults, numberedByNik } = await readingOf(path, settings, strictly);
      expect({ faults, numberedByNik }).toEqual({ faults: [], numberedByNik: counted });
    }
  });
});

test('a tab within quotes of a file with tabs between stays one value of its line', async () => {
  const given = { ...applicant({ education: '"S1\tTeknik"' }) };
  const columns = APPLICANT_COLUMNS.columns.join('\t');
  const path = await folder.file('tabs.csv', `${columns}\n${Object.values(given).join('\t')}\n`);
  const { blocks, plain } = await readingOf(path, { chunkBytes: 1 << 16, maxRecordBytes: 1 << 20 }, false);
  const [[, , lines]] = blocks as [[number, unknown, string]];
  expect(plain).toBe(0);
  expect(lines.split('\t')).toHaveLength(LINE_FIELDS.length);
  expect(lines).toContain('S1\\tTeknik');
});

test('columns come back from their blocks, in the order of the lines, whatever the length of the numbers', async () => {
  const columns = APPLICANT_COLUMNS.columns.join(',');
  const numbers = Array.from({ length: 5000 }, (_, at) => 'A'.repeat(1 + (at % 32)) + (at % 7));
  const lines = numbers.map((number) =>
    Object.values(applicant({ registration_no: number.slice(0, 32) })).join(','),
  );
  const path = await folder.file('numbers.csv', `${columns}\n${lines.join('\n')}\n`);
  const { blocks } = await readingOf(path, { chunkBytes: 1 << 16, maxRecordBytes: 1 << 20 }, false);
  const [[, block]] = blocks as [[number, Applications]];
  expect(blocks).toHaveLength(1);
  const { registrationNo, line, fullName } = block.of;
  const found = numbers.map((_, row) => textOfWords(registrationNo, row));
  expect(found).toEqual(numbers.map((number) => number.slice(0, 32)));
  expect([...line]).toEqual(numbers.map((_, row) => row + 2));
  expect(Buffer.from(fullName.bytes.subarray(0, fullName.starts[1])).toString()).toBe('Siti Aminah');
});
