/** The CSV reader with the rows of applicants: any file is refused in our words, or read the same in every way. */

import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type ByteRecord, type CsvOptions, openCsv } from '../src/csv/csv.ts';
import { ApplicantTaker } from '../src/ingest/applicant-taker.ts';
import { ApplicationValues } from '../src/ingest/application-values.ts';
import { APPLICANT_COLUMNS } from '../src/ingest/columns.ts';
import type { Reject } from '../src/ingest/reject.ts';
import type { Target } from './fuzzer.ts';
import { isRefusal } from './refusal.ts';

const HEADER = APPLICANT_COLUMNS.columns.join(',');
const ROW =
  'PK1,3171011708450001,3171010101010002,Siti,1990-10-20,P,a@b.example,0812,3171,SMA,false,LAID_OFF,PRIVATE,true,' +
  '2021-04-09T10:00:00+07:00,,,2021-04-25T01:15:00Z,2021-04-23T09:20:00+07:00';
/** How it is read; the records may be small, so that some are larger. */
const WAYS: readonly (CsvOptions & { readonly strictly: boolean })[] = [
  { maxRecordBytes: 600, strictly: true },
  { maxRecordBytes: 600, strictly: false },
  { maxRecordBytes: 600, chunkBytes: 7, strictly: false },
];

export function csvTarget(): Target {
  const folder = mkdtempSync(join(tmpdir(), 'gelombang-fuzz-'));
  process.on('exit', () => void rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'input.csv');
  return {
    name: 'csv',
    watched: /\/src\/(csv|ingest|identity)\//,
    beginnings: beginnings(),
    words: [
      '"',
      '""',
      '","',
      '\r\n',
      '\n\n',
      ',',
      ';',
      '\t',
      '\0',
      '\ufeff',
      'é',
      '\u00a0',
      "'",
      HEADER,
      `${ROW}\n`,
    ]
      .concat([
        '3.17E+15',
        '0000-01-01',
        '2000-02-29',
        'Z',
        '+07:00',
        '\u0663',
        '=1+1',
        'no_kk',
        'L',
        '"a\nb"',
      ])
      .map((word) => Buffer.from(word))
      .concat([Buffer.of(0xff), Buffer.of(0xc3), Buffer.of(0x1f, 0x8b)]),
    async run(input) {
      await writeFile(path, input);
      const [first, ...others] = await Promise.all(
        WAYS.map(({ strictly, ...options }) => readingOf(path, options, strictly)),
      );
      for (const other of others) {
        if (!isDeepStrictEqual(other, first))
          throw new Error(`read in two ways: ${JSON.stringify(first)} and ${JSON.stringify(other)}`);
      }
    },
  };
}

function beginnings(): Buffer[] {
  const text = `${HEADER}\n${ROW}\n${ROW.replace('PK1', 'PK2').replace('Siti', '"Siti, ""S"""')}\n`;
  return [
    Buffer.from(text),
    Buffer.from(`\ufeff${text.replaceAll(',', ';').replaceAll('\n', '\r\n')}`),
    Buffer.from(text.replaceAll('\n', '\r')),
    Buffer.from(`${HEADER}\n"${ROW}\n${ROW}\n`),
    gzipSync(text),
  ];
}

/** What a file gives, or why it is refused. A reject that shows an identity number is a fault. */
async function readingOf(path: string, options: CsvOptions, strictly: boolean): Promise<unknown> {
  try {
    const file = await openCsv(path, [APPLICANT_COLUMNS], options);
    const values = new ApplicationValues(file.columns);
    const rows: unknown[] = [];
    const rejects: Reject[] = [];
    const taker = new ApplicantTaker(values, {
      add: (record) => rows.push(rowOf(record, values)),
      reject: (faults) => rejects.push(...faults),
    });
    let read = 0;
    const strict = taker.strict.bind(taker);
    for await (read of file.read(strictly ? { strict } : taker));
    const told = rejects.find(({ registrationNo, message }) =>
      /[0-9]{16}/.test(`${registrationNo} ${message}`),
    );
    if (told !== undefined) throw new Error(`a whole number is shown: ${told.message}`);
    return { read, rows, rejects, ends: file.lineEnds(), normalised: taker.normalised };
  } catch (error) {
    // How far it came until then depends on the chunks.
    if (isRefusal(error)) return 'refused';
    throw error;
  }
}

function rowOf({ bytes, starts, ends, line }: ByteRecord, values: ApplicationValues): unknown {
  const texts = Object.values(values.at).map((place) => bytes.toString('utf8', starts[place], ends[place]));
  return { line, texts, joined: { ...values.joined }, flags: values.flags };
}
