/** Reports in a file: JSON lines or a table, packed or not; with any fault nothing of it is taken. */
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { GelombangError } from '../../../src/errors.ts';
import type { Report } from '../../../src/notify/reports/report.ts';
import { openReports } from '../../../src/notify/reports/report-file.ts';
import { temporaryFolder } from '../../support/installation.ts';

let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
});

async function fileOf(content: string | Buffer): Promise<string> {
  files += 1;
  const path = join(folder, `reports-${files}`);
  await writeFile(path, content);
  return path;
}

async function readAll(path: string): Promise<Report[]> {
  const all: Report[] = [];
  const opened = await openReports(path);
  for await (const batch of opened.batches()) all.push(...batch);
  expect(all).toHaveLength(opened.reports);
  expect(opened.sha256).toMatch(/^[0-9a-f]{64}$/);
  return all;
}

async function refusal(content: string | Buffer): Promise<GelombangError> {
  const error: unknown = await openReports(await fileOf(content)).catch((thrown: unknown) => thrown);
  if (!(error instanceof GelombangError)) throw error;
  expect(error.code).toBe('INPUT_REFUSED');
  return error;
}

const FIRST = { of: { wave: 17, registrationNo: 'REG-1', channel: 'sms' }, told: 'delivered', reason: null };
const SECOND = { of: { reference: 'SM2' }, told: 'failed', reason: 'BOUNCED no room' };
const LINES = [
  '{"id":"17-REG-1-sms","status":"delivered","at":"2021-05-01T08:00:00+07:00"}',
  '{"reference":"SM2","status":"bounced","reason":"no room"}',
];

describe('the same reports', () => {
  test.each([
    ['JSON lines', LINES.join('\n')],
    ['JSON lines with a mark, blank lines and CR LF', `\ufeff\r\n${LINES.join('\r\n\r\n')}\r\n`],
    ['packed JSON lines', gzipSync(`${LINES.join('\n')}\n`)],
    ['a table', 'id,reference,status,reason\n17-REG-1-sms,,delivered,\n,SM2,bounced,no room\n'],
    [
      'a table with semicolons and more',
      'at;status;id;Reason;reference\n;delivered;17-REG-1-sms;;\n;bounced;;no room;SM2\n',
    ],
    [
      'a packed table',
      gzipSync('id,reference,status,reason\n17-REG-1-sms,,delivered,\n,SM2,bounced,no room\n'),
    ],
  ])('as %s', async (_, content) => {
    expect(await readAll(await fileOf(content))).toEqual([FIRST, SECOND]);
  });
});

test('a table needs no more than which and what', async () => {
  expect(await readAll(await fileOf('id,status\n17-REG-1-sms,delivered\n'))).toEqual([FIRST]);
  expect(await readAll(await fileOf('reference,status\nSM2,read\n'))).toEqual([
    { of: { reference: 'SM2' }, told: 'delivered', reason: null },
  ]);
});

test('many are read in pieces', async () => {
  const lines = Array.from({ length: 20_000 }, (_, at) => `{"id":"17-REG-${at}-sms","status":"sent"}`);
  expect(await readAll(await fileOf(lines.join('\n')))).toHaveLength(20_000);
});

describe('every fault is told with its line', () => {
  test('of JSON lines', async () => {
    const content = Buffer.concat([
      Buffer.from(`${LINES[0]}\n{"id":\n\n[1]\nnull\n{"id":"17-A-sms","status":"lost"}\n{"id":"`),
      Buffer.from([0xff]),
      Buffer.from(`","status":"sent"}\n{"id":"${'x'.repeat(20_000)}"}\n${LINES[1]}`),
    ]);
    const { message, faults } = await refusal(content);
    expect(message).toContain('6 of its lines are no reports');
    expect(faults.map(({ where }) => where)).toEqual(
      ['2', '4', '5', '6', '7', '8'].map((line) => `line ${line}`),
    );
  });

  test('of a table', async () => {
    const { faults } = await refusal('id,status\n17-A-sms,sent\n17-A-sms\n17-A-fax,sent\n"17-A-sms,sent\n');
    expect(faults.map(({ where }) => where)).toEqual(['line 3', 'line 4', 'line 5']);
  });

  test('as many as somebody reads', async () => {
    const { message, faults } = await refusal('{}\n'.repeat(3_000));
    expect(message).toContain('3000 of its lines');
    expect(faults).toHaveLength(500);
  });
});

test.each([
  ['nothing', ''],
  ['a header alone', 'id,status\n'],
  ['another table', 'nik,status\n3171012501060007,sent\n'],
  ['blanks', '\n\n'],
])('%s is refused', async (_, content) => {
  await refusal(content);
});

test('a file that is another one when it is taken is refused', async () => {
  const path = await fileOf(`${LINES.join('\n')}\n`);
  const opened = await openReports(path);
  await appendFile(path, `${LINES[0]}\n`);
  const take = async () => {
    for await (const _ of opened.batches());
  };
  await expect(take()).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
});
