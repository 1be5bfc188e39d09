/** An input made of another: changed here and there, with pieces of others and with words that the program knows. */
import type { Chance } from './chance.ts';

/** Bytes; what is longer is cut. */
const LONGEST = 4_096;
const MOST_CHANGES = 6;

type Change = (bytes: Buffer, at: number, chance: Chance, others: Others) => Buffer;

export interface Others {
  readonly corpus: readonly Buffer[];
  readonly words: readonly Buffer[];
}

const CHANGES: readonly Change[] = [
  // A bit, a byte, a byte of the kind that means something.
  (bytes, at, chance) => replaced(bytes, at, 1, Buffer.of((bytes[at] ?? 0) ^ (1 << chance.below(8)))),
  (bytes, at, chance) => replaced(bytes, at, 1, Buffer.of(chance.below(256))),
  (bytes, at, chance) => replaced(bytes, at, chance.below(2), Buffer.from(chance.of([...'",;\t\n\r0:{[-']))),
  (bytes, at, chance, { words }) => replaced(bytes, at, 0, chance.of(words)),
  (bytes, at, chance, { words }) => replaced(bytes, at, chance.below(12), chance.of(words)),
  // Less of it, or some of it again.
  (bytes, at, chance) => replaced(bytes, at, 1 + chance.below(16), Buffer.alloc(0)),
  (bytes, at, chance) => replaced(bytes, at, 0, bytes.subarray(at, at + 1 + chance.below(64))),
  (bytes, at, chance, { corpus }) => {
    const other = chance.of(corpus);
    const from = chance.below(other.length + 1);
    return replaced(bytes, at, chance.below(64), other.subarray(from, from + chance.below(128)));
  },
];

export function mutated(bytes: Buffer, chance: Chance, others: Others): Buffer {
  let result = bytes;
  for (let left = 1 + chance.below(MOST_CHANGES); left > 0; left--) {
    result = chance.of(CHANGES)(result, chance.below(result.length + 1), chance, others);
  }
  return result.subarray(0, LONGEST);
}

function replaced(bytes: Buffer, at: number, length: number, by: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)]);
}
