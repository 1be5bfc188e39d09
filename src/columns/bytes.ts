/** Bytes copied in words: for texts of some ten or hundred bytes a call costs more, and byte by byte twice the time. */

const WORD = 4;
/** Bytes beyond the end of what is copied that may be written to as well. */
export const SLACK = WORD - 1;

/** The bytes as they can be read in words. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/**
 * Copies the bytes from `start` on, below `end`; gives the place after the copy. Up to `SLACK` bytes after it are
 * overwritten: there must be room for them, and what belongs there is to be written later.
 */
export function copyBytes(from: DataView, start: number, end: number, to: DataView, at: number): number {
  const after = at + end - start;
  const inWords = Math.min(end, from.byteLength - SLACK);
  let next = at;
  let place = start;
  for (; place < inWords; place += WORD, next += WORD) to.setUint32(next, from.getUint32(place, true), true);
  for (; place < end; place++, next++) to.setUint8(next, from.getUint8(place));
  return after;
}
