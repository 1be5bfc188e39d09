import { createHash } from 'node:crypto';
import { appendFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openCsv } from '../../src/csv/csv.ts';
import { PEOPLE, readingOf, recordsOf, refusalOf, useFolder } from './support.ts';

const folder = useFolder();
const TEXT = 'nik,kk,full_name\n1,2,Ani\n3,4,Budi\n';
const RECORDS = [
  [2, '1', '2', 'Ani'],
  [3, '3', '4', 'Budi'],
];

describe('a file that can be read', () => {
  test('tells its dialect, the ends of its lines and whether anything follows the header', async () => {
    const file = await openCsv(await folder.file('dialect.csv', '\ufeffNIK;KK;Nama\r\n1;2;Ani\n'), [PEOPLE]);
    expect(file.dialect).toEqual({ delimiter: ';', bom: true, gzip: false });
    expect(file.header).toEqual(['NIK', 'KK', 'Nama']);
    expect(file.hasRecords).toBe(true);
    for await (const _ of file.batches());
    expect(file.lineEnds()).toEqual(['CRLF', 'LF']);
  });

  test.each([
    [',', 'nik,kk,full_name\n1,2,Ani;x\n', 'Ani;x'],
    [';', 'nik;kk;full_name\n1;2;Ani, S.Pd\n', 'Ani, S.Pd'],
    ['\t', '"nik"\t"kk"\t"full_name, as on the card"\tfull_name\n1\t2\ta\tAni, S.Pd\n', 'Ani, S.Pd'],
  ])('is taken with the delimiter %j, found out from the header', async (delimiter, text, name) => {
    const path = await folder.file('delimiter.csv', text);
    const file = await openCsv(path, [PEOPLE]);
    expect(file.dialect.delimiter).toBe(delimiter);
    expect((await recordsOf(path))[0]?.fields[file.columns.full_name]).toBe(name);
  });

  test('of the header alone says that it has no records, and gives none', async () => {
    const path = await folder.file('header.csv', '\n\nnik,kk,full_name\n\n\n');
    expect((await openCsv(path, [PEOPLE])).hasRecords).toBe(false);
    expect(await recordsOf(path)).toEqual([]);
  });

  test('may be gzip, whatever it is called, and in several members', async () => {
    const members = Buffer.concat([gzipSync(TEXT.slice(0, 20)), gzipSync(TEXT.slice(20))]);
    const path = await folder.file('packed.csv', members);
    expect(await readingOf(path)).toEqual(RECORDS);
    expect((await openCsv(path, [PEOPLE])).dialect.gzip).toBe(true);
  });

  test('is not gzip for its name alone', async () => {
    expect(await readingOf(await folder.file('plain.csv.gz', TEXT))).toEqual(RECORDS);
  });

  test.each([
    ['plain', Buffer.from(TEXT)],
    ['packed', gzipSync(TEXT)],
  ])(
    'and is %s tells the SHA-256 of its bytes and how many of them were read, at the end',
    async (_, content) => {
      const file = await openCsv(await folder.file('hash.csv', content), [PEOPLE]);
      expect(file.sha256()).toBeUndefined();
      expect(file.progress()).toEqual({ bytesRead: 0, bytesTotal: content.length });
      for await (const batch of file.batches()) expect(batch).toHaveLength(2);
      expect(file.sha256()).toBe(createHash('sha256').update(content).digest('hex'));
      expect(file.progress()).toEqual({ bytesRead: content.length, bytesTotal: content.length });
    },
  );

  test('may be read again, and left in the middle', async () => {
    const file = await openCsv(await folder.file('again.csv', TEXT), [PEOPLE], { batchRecords: 1 });
    for await (const _ of file.batches()) break;
    const lines: number[] = [];
    for await (const batch of file.batches()) lines.push(...batch.map(({ line }) => line));
    expect(lines).toEqual([2, 3]);
  });
});

describe('a file is refused', () => {
  test('that is gzip with much after it, or that grew while it was unpacked, and nothing hangs', async () => {
    const packed = gzipSync(`nik,kk,full_name\n${'1,2,Ani\n'.repeat(50_000)}`);
    const options = { chunkBytes: 100, batchRecords: 1 };
    const more = await folder.file('much.csv', Buffer.concat([packed, Buffer.alloc(100_000, 'x')]));
    expect((await refusalOf(recordsOf(more, options))).message).toContain('damaged or cut off');

    const path = await folder.file('grows.csv.gz', packed);
    const batches = (await openCsv(path, [PEOPLE], options)).batches();
    await batches.next();
    await appendFile(path, gzipSync('3,4,Budi\n'));
    const rest = async () => {
      for await (const _ of batches);
    };
    expect((await refusalOf(rest())).message).toContain('changed while it was being read');
  });

  test('that grew after it was opened, or while it was read', async () => {
    const path = await folder.file('grows.csv', TEXT);
    const options = { chunkBytes: 20, batchRecords: 1 };
    const before = await openCsv(path, [PEOPLE], options);
    await appendFile(path, '5,6,Caca\n');
    expect((await refusalOf(before.batches().next())).message).toContain('changed');

    const batches = (await openCsv(path, [PEOPLE], options)).batches();
    await batches.next();
    await appendFile(path, '7,8,Dedi\n');
    const rest = async () => {
      for await (const _ of batches);
    };
    expect((await refusalOf(rest())).message).toContain('changed while it was being read');
  });

  test.each<[how: string, change: (path: string) => Promise<unknown>]>([
    [
      'that was changed and given its old time',
      async (path) => {
        const { atime, mtime } = await stat(path);
        await writeFile(path, TEXT.replace('Budi', 'Ibud'));
        await utimes(path, atime, mtime);
      },
    ],
    ['that was cut short', (path) => truncate(path, TEXT.length - 5)],
    ['that was removed', (path) => rm(path)],
    ['that was renamed', (path) => rename(path, `${path}.done`)],
    ['that became another', async (path) => rename(await folder.file('new.csv', TEXT), path)],
  ])('%s while it was read', async (how, change) => {
    const path = await folder.file(`${how}.csv`, TEXT);
    const batches = (await openCsv(path, [PEOPLE], { chunkBytes: 20, batchRecords: 1 })).batches();
    await batches.next();
    await change(path);
    const rest = async () => {
      for await (const _ of batches);
    };
    expect((await refusalOf(rest())).message).toContain('changed while it was being read');
  });

  test('that was replaced by another after it was opened', async () => {
    const file = await openCsv(await folder.file('replaced.csv', TEXT), [PEOPLE]);
    await rename(await folder.file('other.csv', TEXT.replace('Ani', 'Ina')), folder.path('replaced.csv'));
    expect((await refusalOf(file.batches().next())).message).toContain('changed');
  });
});
