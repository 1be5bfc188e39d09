import { refusedFile } from '../files/reading.ts';
import { LineCutter } from './lines.ts';
import type { FileReading } from './source.ts';

const LF = 0x0a;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** The first bytes of XLSX and of any ZIP, and of the older XLS. */
const WORKBOOKS = [Buffer.from('PK\x03\x04'), Buffer.of(0xd0, 0xcf, 0x11, 0xe0)];

/**
 * The bytes of a text file in whole physical lines, with its byte order mark if it has one.
 *
 * @throws GelombangError INPUT_REFUSED for a file that is no UTF-8 text by its first bytes; and what the reading throws.
 */
export async function* linesOf(
  path: string,
  reading: FileReading,
  maxLineBytes: number,
): AsyncGenerator<Buffer> {
  const cutter = new LineCutter(maxLineBytes);
  let isFirst = true;
  for await (const chunk of reading.chunks()) {
    // By itself, the end of the line that the chunk before began: joined with all of this one, that would be copied.
    const cut = isFirst ? 0 : chunk.indexOf(LF) + 1;
    for (const part of [chunk.subarray(0, cut), chunk.subarray(cut)]) {
      const lines = part.length === 0 ? part : cutter.push(part);
      if (lines.length === 0) continue;
      if (isFirst) refuseOtherFormats(path, lines);
      isFirst = false;
      yield lines;
    }
  }
  const last = cutter.finish();
  if (last.length === 0) return;
  if (isFirst) refuseOtherFormats(path, last);
  yield last;
}

export function startsWithByteOrderMark(lines: Buffer): boolean {
  return lines.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
}

/** The lines as they are, without the byte order mark that a file's first ones may begin with. */
export function withoutByteOrderMark(lines: Buffer): Buffer {
  return startsWithByteOrderMark(lines) ? lines.subarray(BYTE_ORDER_MARK.length) : lines;
}

function refuseOtherFormats(path: string, bytes: Buffer): void {
  const start = bytes.subarray(0, 64);
  if (WORKBOOKS.some((signature) => start.subarray(0, signature.length).equals(signature))) {
    throw refusedFile(
      path,
      'the file is a workbook or a ZIP archive, not CSV',
      'Save the sheet as "CSV UTF-8".',
    );
  }
  const utf16 = utf16Of(start);
  if (utf16 !== undefined) {
    const next = `Save it as "CSV UTF-8", or convert it: iconv -f ${utf16} -t UTF-8 FILE > FILE.utf8.csv`;
    throw refusedFile(path, 'the file is UTF-16, and UTF-8 is expected', next);
  }
}

/** By its byte order mark, or by every other byte being NUL, as it is in UTF-16 of Latin letters. */
function utf16Of(start: Buffer): string | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'UTF-16';
  if (start[0] === 0xfe && start[1] === 0xff) return 'UTF-16';
  const nuls = [0, 1].map(
    (parity) => start.filter((byte, index) => byte === 0 && index % 2 === parity).length,
  );
  const enough = start.length / 4;
  if ((nuls[0] ?? 0) >= enough && nuls[1] === 0) return 'UTF-16BE';
  return (nuls[1] ?? 0) >= enough && nuls[0] === 0 ? 'UTF-16LE' : undefined;
}
