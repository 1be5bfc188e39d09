/** Registration numbers as words: short, sortable, without an object each. */
import type { Words } from './layout.ts';

const WORD_BYTES = 4;

/** Words that the longest of these texts fills. */
export function wordsFor(length: number): number {
  return Math.max(1, Math.ceil(length / WORD_BYTES));
}

/** ASCII texts as words, for tests and small columns. */
export function wordsOf(texts: readonly string[]): Words {
  const width = wordsFor(texts.reduce((longest, text) => Math.max(longest, text.length), 0));
  const data = new Uint32Array(texts.length * width);
  texts.forEach((text, row) => {
    for (let at = 0; at < text.length; at++) {
      const word = row * width + (at >> 2);
      data[word] = ((data[word] as number) | (text.charCodeAt(at) << (24 - 8 * (at & 3)))) >>> 0;
    }
  });
  return { width, data };
}

/** The text of one row. */
export function textOfWords(words: Words, row: number): string {
  const bytes = Buffer.alloc(words.width * WORD_BYTES);
  return bytes.toString('latin1', 0, writeWords(words, row, bytes, 0));
}

/** Writes the text of one row; gives the position after it. The buffer must have room for the whole width. */
export function writeWords({ width, data }: Words, row: number, to: Uint8Array, at: number): number {
  let end = at;
  for (let word = row * width; word < (row + 1) * width; word++) {
    const value = data[word] as number;
    if (value === 0) break;
    to[end] = value >>> 24;
    to[end + 1] = value >>> 16;
    to[end + 2] = value >>> 8;
    to[end + 3] = value;
    end += WORD_BYTES;
  }
  while (end > at && to[end - 1] === 0) end--;
  return end;
}

/** Below 0, 0 or above, as the text of one row comes before, is or comes after that of another. */
export function compareWords(left: Words, leftRow: number, right: Words, rightRow: number): number {
  const width = Math.max(left.width, right.width);
  for (let word = 0; word < width; word++) {
    const a = word < left.width ? (left.data[leftRow * left.width + word] as number) : 0;
    const b = word < right.width ? (right.data[rightRow * right.width + word] as number) : 0;
    if (a !== b) return a - b;
  }
  return 0;
}
