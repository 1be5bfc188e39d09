import { describe, expect, test } from 'vitest';
import { openCsv } from '../../src/csv/csv.ts';
import { LineCutter } from '../../src/csv/lines.ts';
import { PEOPLE, readingOf, recordsOf, useFolder } from './support.ts';

const folder = useFolder();
const HEADER = 'nik,kk,full_name\n';

describe('the records of a file', () => {
  test('are told with the physical line on which they begin, blank lines counted and skipped', async () => {
    const path = await folder.file('blank.csv', `\n${HEADER}\n1,2,Ani\n\n\n3,4,Budi`);
    expect(await readingOf(path)).toEqual([
      [4, '1', '2', 'Ani'],
      [7, '3', '4', 'Budi'],
    ]);
  });

  test.each([1, 2, 3, 5, 64])(
    'are the same with LF, CR LF and CR mixed, read %i bytes at a time',
    async (chunkBytes) => {
      const path = await folder.file(
        'ends.csv',
        'nik,kk,full_name\r\n1,2,Ani\r3,4,Budi\n\r\n5,6,"Ca\r\nca"\r\n7,8,Dedi\r',
      );
      expect(await readingOf(path, { chunkBytes })).toEqual([
        [2, '1', '2', 'Ani'],
        [3, '3', '4', 'Budi'],
        [5, '5', '6', 'Ca\r\nca'],
        [7, '7', '8', 'Dedi'],
      ]);
    },
  );

  test('may hold quotes, delimiters and line breaks in quoted fields', async () => {
    const path = await folder.file(
      'quotes.csv',
      `${HEADER}1,"","Ani ""Nia"", S.Pd"\n"3",4,"Jalan\nMelati\n5"\n6,7,`,
    );
    expect(await readingOf(path)).toEqual([
      [2, '1', '', 'Ani "Nia", S.Pd'],
      [3, '3', '4', 'Jalan\nMelati\n5'],
      [6, '6', '7', ''],
    ]);
  });

  test('come in batches of the size asked for', async () => {
    const path = await folder.file('batches.csv', HEADER + '1,2,Ani\n'.repeat(10));
    const file = await openCsv(path, [PEOPLE], { batchRecords: 3, chunkBytes: 20 });
    const sizes: number[] = [];
    for await (const batch of file.batches()) sizes.push(batch.length);
    expect(sizes).toEqual([3, 3, 3, 1]);
  });
});

describe('a record with a fault', () => {
  test('of too few or too many fields is COLUMN_COUNT, and says how many', async () => {
    const path = await folder.file('width.csv', `${HEADER}1,2\n1,2,Ani,x\n1,2,Ani\n`);
    const records = await recordsOf(path);
    expect(records.map(({ fault, detail }) => [fault, detail])).toEqual([
      ['COLUMN_COUNT', '2 fields instead of 3'],
      ['COLUMN_COUNT', '4 fields instead of 3'],
      [undefined, undefined],
    ]);
  });

  test('that is not UTF-8 is ENCODING, and its neighbours are read', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${HEADER}1,2,José\n3,4,Jos`),
      Buffer.of(0xe9),
      Buffer.from('\n5,6,\ufffd\n'),
    ]);
    const path = await folder.file('latin.csv', bytes);
    expect(await readingOf(path)).toEqual([
      [2, '1', '2', 'José'],
      [3, 'ENCODING'],
      [4, '5', '6', '\ufffd'],
    ]);
  });

  test('that holds a NUL character is ENCODING', async () => {
    const path = await folder.file('nul.csv', `${HEADER}1,2,A\0ni\n3,4,"Bu\0di"\n5,6,Caca\n`);
    expect(await readingOf(path)).toEqual([
      [2, 'ENCODING'],
      [3, 'ENCODING'],
      [4, '5', '6', 'Caca'],
    ]);
  });

  test('still tells the fields of its line, so that its registration number can be named', async () => {
    const path = await folder.file('fields.csv', `${HEADER}1,2\n3,"4" x,Budi\n`);
    const records = await recordsOf(path);
    expect(records.map(({ fields }) => fields[0])).toEqual(['1', '3']);
  });
});

describe('a quote out of place', () => {
  test.each([
    ['inside a field without quotes', '1,2,A"ni', 'a quote stands inside a field without quotes'],
    ['after a space', '1,2, "Ani"', 'a quote stands inside a field without quotes'],
    ['with text after it', '1,"2"x,Ani', 'text follows the closing quote of a field'],
    ['that is never closed', '1,2,"Ani', 'a quote opens a field and is never closed'],
  ])('%s costs its own line and no more', async (_, line, detail) => {
    const path = await folder.file('stray.csv', `${HEADER}${line}\n3,4,Budi\n5,6,Caca\n`);
    const records = await recordsOf(path);
    expect(records[0]).toMatchObject({ line: 2, fault: 'COLUMN_COUNT', detail });
    expect(records.slice(1).map(({ line, fields }) => [line, ...fields])).toEqual([
      [3, '3', '4', 'Budi'],
      [4, '5', '6', 'Caca'],
    ]);
  });

  test('that is closed by chance many lines later does not swallow the records in between', async () => {
    const path = await folder.file('chance.csv', `${HEADER}1,2,"Ani\n3,4,Budi\n5,6,Caca\n7,8,Dedi",9,9\n`);
    expect(await readingOf(path)).toEqual([
      [2, 'COLUMN_COUNT'],
      [3, '3', '4', 'Budi'],
      [4, '5', '6', 'Caca'],
      [5, 'COLUMN_COUNT'],
    ]);
  });

  test('is not seen in a record of the right width: what is inside a quoted field is never read as records', async () => {
    const path = await folder.file('injected.csv', `${HEADER}1,2,"Ani\n3,4,Budi\n"\n`);
    expect(await readingOf(path)).toEqual([[2, '1', '2', 'Ani\n3,4,Budi\n']]);
  });

  test('in a short record over two lines rejects the record once', async () => {
    const path = await folder.file('short.csv', `${HEADER}1,"Jalan\nMelati"\n3,4,Budi\n`);
    expect(await readingOf(path)).toEqual([
      [2, 'COLUMN_COUNT'],
      [4, '3', '4', 'Budi'],
    ]);
  });
});

describe('a record above the largest size', () => {
  test.each([4, 50, 4096])(
    'is RECORD_TOO_LARGE and the next is read (%i bytes at a time)',
    async (chunkBytes) => {
      const path = await folder.file(
        'large.csv',
        `${HEADER}1,2,${'x'.repeat(200)}\r\n3,4,Budi\r\n5,6,${'é'.repeat(20)}`,
      );
      expect(await readingOf(path, { maxRecordBytes: 40, chunkBytes })).toEqual([
        [2, 'RECORD_TOO_LARGE'],
        [3, '3', '4', 'Budi'],
        [4, 'RECORD_TOO_LARGE'],
      ]);
    },
  );

  test('may have exactly that size', async () => {
    const path = await folder.file('exact.csv', `${HEADER}1,2,${'x'.repeat(36)}\n1,2,${'x'.repeat(37)}\n`);
    expect(await readingOf(path, { maxRecordBytes: 40 })).toMatchObject([
      [2, '1', '2', 'x'.repeat(36)],
      [3, 'RECORD_TOO_LARGE'],
    ]);
  });

  test.each([7, 4096])(
    'because of an open quote: the lines after its first are read (%i bytes at a time)',
    async (chunkBytes) => {
      const lines = Array.from({ length: 50 }, (_, index) => `${index},4,Budi`);
      const path = await folder.file('open.csv', `${HEADER}1,2,"Ani\n${lines.join('\n')}\n`);
      const records = await recordsOf(path, { maxRecordBytes: 60, chunkBytes });
      expect(records[0]).toMatchObject({ line: 2, fault: 'RECORD_TOO_LARGE' });
      expect(records.slice(1).map(({ line, fields }) => `${line}:${fields.join()}`)).toEqual(
        lines.map((text, index) => `${index + 3}:${text}`),
      );
    },
  );

  test('never makes the reader hold more than the largest size and one chunk', () => {
    const cutter = new LineCutter(1000);
    for (let chunk = 0; chunk < 100; chunk += 1) expect(cutter.push(Buffer.alloc(500, 'x'))).toHaveLength(0);
    const lines = cutter.push(Buffer.from('xx\nnext'));
    expect(lines).toHaveLength(1002);
    expect(cutter.finish().toString()).toBe('next');
  });
});
