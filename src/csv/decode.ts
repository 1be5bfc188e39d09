import { isAscii, isUtf8 } from 'node:buffer';

/** Text of whole physical lines, and where the lines begin that are not UTF-8 (offsets into the text, ascending). */
export interface DecodedLines {
  readonly text: string;
  readonly faultyLines: readonly number[];
}

const NO_FAULTS: readonly number[] = [];

/**
 * Decodes whole physical lines as UTF-8. Only when the bytes are not UTF-8 is it looked line by line which ones are
 * at fault; in those, U+FFFD stands for what could not be read, and line ends, quotes and delimiters are still there.
 */
export function decodeLines(bytes: Buffer): DecodedLines {
  if (isAscii(bytes)) return { text: bytes.toString('latin1'), faultyLines: NO_FAULTS };
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), faultyLines: NO_FAULTS };
  return decodeLineByLine(bytes);
}

function decodeLineByLine(bytes: Buffer): DecodedLines {
  const faultyLines: number[] = [];
  let text = '';
  for (let start = 0; start < bytes.length; ) {
    const end = endOfLine(bytes, start);
    const line = bytes.subarray(start, end);
    if (!isUtf8(line)) faultyLines.push(text.length);
    text += line.toString('utf8');
    start = end;
  }
  return { text, faultyLines };
}

/** Where the physical line that begins at `start` ends, its line end included. */
export function endOfLine(bytes: Buffer, start: number): number {
  let end = start;
  while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end += 1;
  if (bytes[end] === 0x0d && bytes[end + 1] === 0x0a) end += 1;
  return Math.min(end + 1, bytes.length);
}
