/** Files that are not what they should be: refused as a whole with nothing left of them, or taken as what they are. */
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Installation, installation } from '../support/installation.ts';
import { bring, COLUMNS, fileOfRows, HEADER, people, refusal, row } from './bringing.ts';

const GOOD = fileOfRows(...people(2));
const PACKED = gzipSync(fileOfRows(...people(300)));
const MEBIBYTE = 1 << 20;

let to: Installation;
let last = 0;

beforeAll(async () => {
  to = await installation();
});

async function fileOf(content: string | Uint8Array, name = `file-${++last}.csv`): Promise<string> {
  const path = join(to.folder, name);
  await writeFile(path, content);
  return path;
}

function latin(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function damaged(): Buffer {
  const bytes = Buffer.from(PACKED);
  return bytes.fill(0x55, bytes.length - 40, bytes.length - 20);
}

describe('a file is refused, and leaves nothing', () => {
  test.each<[name: string, content: string | Buffer, words: string, next: string]>([
    ['nothing in it', '', 'the file is empty', 'Look at'],
    ['blank lines alone', '\n\r\n\r', 'nothing in the file but blank lines', 'Look at'],
    ['a byte order mark alone', '\ufeff', 'nothing in the file but blank lines', 'Look at'],
    ['a header alone', `${HEADER}\n`, 'has a header and no rows', 'Look at how the file was made'],
    ['a header without a line end', HEADER, 'has a header and no rows', 'Look at how the file was made'],
    [
      'UTF-16 with its mark',
      Buffer.from(`\ufeff${GOOD}`, 'utf16le'),
      'the file is UTF-16',
      'iconv -f UTF-16 ',
    ],
    [
      'UTF-16, big-endian, with its mark',
      Buffer.from(`\ufeff${GOOD}`, 'utf16le').swap16(),
      'UTF-16',
      'iconv',
    ],
    ['UTF-16 without a mark', Buffer.from(GOOD, 'utf16le'), 'the file is UTF-16', 'iconv -f UTF-16LE'],
    ['UTF-16, big-endian', Buffer.from(GOOD, 'utf16le').swap16(), 'the file is UTF-16', 'iconv -f UTF-16BE'],
    ['UTF-16 in gzip', gzipSync(Buffer.from(GOOD, 'utf16le')), 'the file is UTF-16', 'iconv'],
    [
      'a header in Windows-1252',
      latin(`${HEADER},Jos\xe9\n`),
      'its header, on line 1, cannot be read',
      'CSV UTF-8',
    ],
    ['a NUL in the header', `${HEADER}\0\n`, 'its header, on line 1, cannot be read', 'CSV UTF-8'],
    ['a quote in the header that stays open', `"${GOOD}`, 'never closed', 'Look at'],
    [
      'a header of two megabytes',
      `${HEADER},${'x'.repeat(2 * MEBIBYTE)}\n`,
      'more than 1048576 bytes',
      'Look at',
    ],
    ['a workbook', Buffer.from('PK\x03\x04\x14\0\x06\0'), 'a workbook or a ZIP archive', 'Save the sheet'],
    [
      'an old workbook',
      Buffer.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1),
      'a workbook or a ZIP archive',
      'Save the sheet',
    ],
    [
      'a missing column',
      GOOD.replace(',kk', ',kartu'),
      'are not those of a file of applicants',
      'Expected: ',
    ],
    [
      'a repeated column',
      GOOD.replace(',sex', ',nik'),
      'are not those of a file of applicants',
      'Expected: ',
    ],
    ['a column under two names', GOOD.replace(',sex', ',no_ktp'), 'are not those', 'Expected: '],
    [
      '200 columns, and none of ours',
      `${Array.from({ length: 200 }, (_, i) => `c${i}`)}\n`,
      'are not',
      'Expected: ',
    ],
    ['a line between the columns', GOOD.replaceAll(',', '|'), 'are not those', 'Expected: '],
    ['JSON', '[{"nik": "3171011708450001"}]\n', 'cannot be read', 'Look at'],
    ['gzip of nothing', gzipSync(''), 'nothing in the file but blank lines', 'Look at'],
    ['gzip that is cut off', PACKED.subarray(0, -50), 'damaged or cut off', 'gzip -t'],
    ['gzip that is cut off in its header', PACKED.subarray(0, 5), 'damaged or cut off', 'gzip -t'],
    ['gzip that is damaged', damaged(), 'damaged or cut off', 'gzip -t'],
    ['gzip with something behind it', Buffer.concat([PACKED, latin('PK1')]), 'damaged or cut off', 'gzip -t'],
    [
      'gzip of zeros that unpack to a thousand times as much',
      gzipSync(Buffer.concat([Buffer.from(GOOD), Buffer.alloc(80 * MEBIBYTE)])),
      'unpacks to more than 100 times its size',
      'unpack it',
    ],
  ])('with %s', async (_, content, words, next) => {
    const path = await fileOf(content);
    const error = await refusal(to, path);
    expect(error).toMatchObject({ code: 'INPUT_REFUSED', message: expect.stringContaining(path) });
    expect(error.message).toContain(words);
    expect(error.next).toContain(next);
  });

  test('whose header has several things wrong with all of them said', async () => {
    const path = await fileOf(GOOD.replace(',kk', ',kartu').replace(',sex', ',nik'));
    expect((await refusal(to, path)).faults.map(({ what }) => what)).toEqual([
      'the column kk is missing',
      'the column sex is missing',
      'the column nik stands there more than once: "nik" (column 2) and "nik" (column 6)',
    ]);
  });
});

describe('what is no plain file is refused, and nobody waits for it', () => {
  test.each<[name: string, make: (path: string) => unknown, words: string]>([
    ['nothing at all', () => {}, 'there is no such file'],
    ['a folder', (path) => mkdir(path), 'it is a folder'],
    ['a FIFO that nobody writes to', (path) => execFileSync('mkfifo', [path]), 'it is not a plain file'],
    ['a symbolic link', async (path) => symlink(await fileOf(GOOD), path), 'it is a symbolic link'],
    ['a link that leads nowhere', (path) => symlink('nowhere', path), 'it is a symbolic link'],
    ['a link to itself', (path) => symlink(path, path), 'it is a symbolic link'],
    ['a link to a device', (path) => symlink('/dev/zero', path), 'it is a symbolic link'],
  ])('%s', async (_, make, words) => {
    const path = join(to.folder, `special-${++last}`);
    await make(path);
    const error = await refusal(to, path);
    expect(error).toMatchObject({ code: 'INPUT_REFUSED', message: `${path}: ${words}` });
    expect(error.next).toBeTruthy();
  });

  test.each([
    ['/dev/zero', 'it is not a plain file'],
    ['/dev/null', 'it is not a plain file'],
    ['', 'there is no such file'],
    ['a\0b.csv', 'the name holds a NUL character'],
    [`${'x'.repeat(300)}.csv`, 'the name is too long'],
    [join(import.meta.filename, 'x.csv'), 'there is no such file'],
  ])('%j', async (path, words) => {
    expect(await refusal(to, path)).toMatchObject({ code: 'INPUT_REFUSED', message: `${path}: ${words}` });
  });
});

describe('a file is taken as what it is', () => {
  const two = { taken: 2, rejects: [], messages: [], warnings: [] };

  test.each<[name: string, content: string | Buffer, file?: string]>([
    ['with a byte order mark', `\ufeff${GOOD}`],
    ['with CR at the end of lines', GOOD.replaceAll('\n', '\r')],
    ['with CR LF at the end of lines', GOOD.replaceAll('\n', '\r\n')],
    ['without an end of the last line', GOOD.trimEnd()],
    ['with blank lines between', GOOD.replaceAll('\n', '\n\n\n')],
    ['with semicolons', GOOD.replaceAll(',', ';')],
    ['with tabs', GOOD.replaceAll(',', '\t')],
    ['with quotes around everything', GOOD.trimEnd().replaceAll(/[^,\n]+/g, '"$&"')],
    ['with a header in capitals', GOOD.replace(HEADER, HEADER.toUpperCase())],
    [
      'with a header in Indonesian',
      GOOD.replace(',kk,full_name,birth_date,sex', ', No. KK ,Nama Lengkap,TANGGAL-LAHIR,"jenis kelamin"'),
    ],
    ['in gzip by another name', gzipSync(GOOD)],
    ['that is called gzip and is none', GOOD, 'plain.csv.gz'],
    ['in gzip of two members', Buffer.concat([gzipSync(GOOD.slice(0, 90)), gzipSync(GOOD.slice(90))])],
  ])('%s', async (_, content, file) => {
    expect(await bring(to, await fileOf(content, file))).toEqual(two);
  });

  test('with lines that end in different ways, with a warning', async () => {
    const { warnings, ...rest } = await bring(to, await fileOf(GOOD.replace('\n', '\r\n')));
    expect(rest).toMatchObject({ taken: 2, rejects: [] });
    expect(warnings).toEqual(['lines end in different ways: CRLF, LF']);
  });

  test('with 200 columns, those that are not ours left out with a warning for each', async () => {
    const further = (what: string) => Array.from({ length: 200 - COLUMNS.length }, (_, i) => `${what}${i}`);
    const lines = [HEADER, ...people(2)].map((line, at) =>
      [line, ...further(at === 0 ? 'c' : '=')].join(','),
    );
    const { warnings, taken } = await bring(to, await fileOf(`${lines.join('\n')}\n`));
    expect({ taken, warnings: warnings.length }).toEqual({ taken: 2, warnings: 200 - COLUMNS.length });
  });
});

describe('a record that cannot be read is rejected with its line, and the rest is taken', () => {
  const [first = '', second = '', third = ''] = people(3);
  const around = (record: string | Buffer) =>
    Buffer.concat([Buffer.from(`${HEADER}\n${first}\n`), Buffer.from(record), Buffer.from(`\n${third}\n`)]);
  const withName = (...name: (string | Buffer)[]) => {
    const [before = '', after = ''] = second.split('Siti Aminah');
    return Buffer.concat([before, ...name, after].map((part) => Buffer.from(part)));
  };

  test.each<[name: string, record: string | Buffer, code: string]>([
    ['a NUL', withName('Siti\0'), 'ENCODING'],
    ['a byte that no UTF-8 has', withName('Siti', Buffer.of(0xff)), 'ENCODING'],
    ['a name in Windows-1252', withName(latin('Jos\xe9')), 'ENCODING'],
    ['a letter written longer than it is', withName(Buffer.of(0xc1, 0x81)), 'ENCODING'],
    ['half of a pair of UTF-16', withName(Buffer.of(0xed, 0xa0, 0x80)), 'ENCODING'],
    ['a letter that is cut off', withName(Buffer.of(0xe2, 0x82)), 'ENCODING'],
    ['too few fields', second.replace(',3171,', ','), 'COLUMN_COUNT'],
    ['too many fields', `${second},more`, 'COLUMN_COUNT'],
    ['one field', 'PK2', 'COLUMN_COUNT'],
    ['a quote within a field', withName('Siti "S" Aminah'), 'COLUMN_COUNT'],
    ['something behind a closing quote', withName('"Siti" S'), 'COLUMN_COUNT'],
    ['a quote that stays open', `"${second}`, 'COLUMN_COUNT'],
    ['a quote that stays open at its last field', second.replace(/[^,]+$/, '"$&'), 'COLUMN_COUNT'],
    ['a field of ten megabytes', withName('x'.repeat(10 * MEBIBYTE)), 'RECORD_TOO_LARGE'],
    ['a quoted field of ten megabytes', withName(`"${'x'.repeat(10 * MEBIBYTE)}"`), 'RECORD_TOO_LARGE'],
  ])('%s', async (_, record, code) => {
    expect(await bring(to, await fileOf(around(record)))).toMatchObject({
      taken: 2,
      rejects: [`3 ${code}`],
    });
  });

  test('a quote that stays open costs its own line, however many lines follow', async () => {
    const rows = people(8_000);
    const text = fileOfRows(...rows.slice(0, 3), `"${row({ registration_no: 'OPEN' })}`, ...rows.slice(3));
    expect(text.length).toBeGreaterThan(MEBIBYTE);
    expect(await bring(to, await fileOf(text))).toMatchObject({
      taken: 8_000,
      rejects: ['5 RECORD_TOO_LARGE'],
    });
  });

  test('of a record over several lines the first is told', async () => {
    const name = row({ registration_no: 'PK2', full_name: 'Siti\nAminah', sex: 'X' });
    expect(await bring(to, await fileOf(fileOfRows(first, name, third)))).toMatchObject({
      taken: 2,
      rejects: ['3 sex VALUE_NOT_ALLOWED'],
    });
  });
});
