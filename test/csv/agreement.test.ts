import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readingOf, recordsOf, useFolder } from './support.ts';

const folder = useFolder();

const values = fc.string({
  unit: fc.constantFrom('a', 'B', '7', ' ', ',', ';', '\t', '"', '\n', '\r', '\r\n', 'é', '’', '😀'),
  maxLength: 8,
});
const lineEnds = fc.constantFrom('\n', '\r\n', '\r');

interface Line {
  readonly fields: readonly { readonly value: string; readonly quoted: boolean }[];
  readonly end: string;
  readonly blanks: readonly string[];
}

const lines: fc.Arbitrary<Line> = fc.record({
  fields: fc.array(fc.record({ value: values, quoted: fc.boolean() }), { minLength: 3, maxLength: 3 }),
  end: lineEnds,
  blanks: fc.array(lineEnds, { maxLength: 2 }),
});

interface WrittenFile {
  readonly delimiter: string;
  readonly bom: boolean;
  readonly headerEnd: string;
  readonly lines: readonly Line[];
  readonly endsWithLineEnd: boolean;
}

const files = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  bom: fc.boolean(),
  headerEnd: lineEnds,
  lines: fc.array(lines, { maxLength: 12 }),
  endsWithLineEnd: fc.boolean(),
  chunkBytes: fc.integer({ min: 2, max: 40 }),
  batchRecords: fc.integer({ min: 1, max: 5 }),
});

/** The file's text, and the physical line on which each record begins, counted by the line ends before it. */
function written({ delimiter, bom, headerEnd, lines: rows, endsWithLineEnd }: WrittenFile) {
  let text = (bom ? '\ufeff' : '') + ['nik', 'kk', 'full_name'].join(delimiter) + headerEnd;
  const startLines: number[] = [];
  rows.forEach(({ fields, end, blanks }, index) => {
    startLines.push(1 + (text.match(/\r\n|\n|\r/g) ?? []).length);
    text += fields.map(({ value, quoted }) => field(value, quoted, delimiter)).join(delimiter);
    if (index < rows.length - 1 || endsWithLineEnd) text += end + blanks.join('');
  });
  return { text, startLines };
}

function field(value: string, quoted: boolean, delimiter: string): string {
  const mustBeQuoted = quoted || value.includes(delimiter) || /["\r\n]/.test(value);
  return mustBeQuoted ? `"${value.replaceAll('"', '""')}"` : value;
}

describe('reading a well-formed file', () => {
  test('gives the records that csv-parse gives, on their physical lines, whatever the dialect and the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (file) => {
        const { text, startLines } = written(file);
        const expected: string[][] = parse(text, {
          bom: true,
          delimiter: file.delimiter,
          record_delimiter: ['\r\n', '\n', '\r'],
          skip_empty_lines: true,
        });
        const { chunkBytes, batchRecords } = file;
        const records = await recordsOf(await folder.file('agreement.csv', text), {
          chunkBytes,
          batchRecords,
        });
        expect(records.map(({ fields }) => fields)).toEqual(expected.slice(1));
        expect(records.map(({ line }) => line)).toEqual(startLines);
        expect(records.every(({ fault }) => fault === undefined)).toBe(true);
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

describe('reading any bytes at all', () => {
  const pieces = ['a', ',', ',', '"', '""', '\n', '\n', '\r', '\r\n', 'é', '\0', '1,2,Ani\n'].map((text) =>
    Buffer.from(text),
  );
  const bytes = fc
    .array(fc.constantFrom(...pieces, Buffer.of(0xff), Buffer.of(0xc3)), { maxLength: 60 })
    .map((parts) => Buffer.concat([Buffer.from('nik,kk,full_name\n'), ...parts]));

  test('gives the same records whatever the chunks, each line once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.integer({ min: 2, max: 30 }),
        fc.constantFrom(17, 24, 1000),
        async (content, chunkBytes, maxRecordBytes) => {
          const path = await folder.file('any.csv', content);
          const whole = await readingOf(path, { maxRecordBytes });
          expect(await readingOf(path, { maxRecordBytes, chunkBytes })).toEqual(whole);
          const numbers = whole.map((record) => (record as [number])[0]);
          expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 200 },
    );
  }, 60_000);
});
