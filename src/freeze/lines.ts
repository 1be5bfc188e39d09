import { writeDecimal } from '../columns/decimal.ts';
import { writeWords } from '../columns/words.ts';
import { MerkleTree, type Subtree } from '../proof/merkle.ts';
import { beginningsOf } from '../proof/sha256.ts';
import type { BlockOf } from '../wave/stage-blocks.ts';

/** What the pool's lines say of the households beside its columns: the pseudonyms, in halves. */
export interface LinePseudonyms {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** A registration number, and what the other five columns take at the most with their commas and the line end. */
const LONGEST_LINE = 32 + 64;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const LEAF_PREFIX = 0;
const HEX = Buffer.from('0123456789abcdef');

/**
 * The lines of pool.csv of a stretch of the pool, each with its line end, and the subtrees that they are of its tree.
 * @param before Lines of the pool before the first of these.
 */
export function poolLines(
  { rows, of }: BlockOf<'pool'>,
  pseudonyms: LinePseudonyms,
  before: number,
): { readonly lines: Buffer; readonly subtrees: readonly Subtree[] } {
  const lines = Buffer.allocUnsafe(rows * LONGEST_LINE);
  const leaf = Buffer.alloc(1 + LONGEST_LINE);
  const leaves = beginningsOf(leaf);
  const tree = new MerkleTree(before);
  leaf[0] = LEAF_PREFIX;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const start = at;
    at = writeWords(of.registrationNo, row, lines, at);
    lines[at++] = COMMA;
    at = writeDecimal(of.tier[row] as number, lines, at);
    lines[at++] = COMMA;
    at = writeDecimal(of.tickets[row] as number, lines, at);
    lines[at++] = COMMA;
    at = writeHex(pseudonyms.high[row] as number, lines, at);
    at = writeHex(pseudonyms.low[row] as number, lines, at);
    lines[at++] = COMMA;
    at = writeDecimal(of.slots[row] as number, lines, at);
    lines[at++] = COMMA;
    const region = of.region[row] as number;
    lines[at++] = 0x30 + Math.floor(region / 10);
    lines[at++] = 0x30 + (region % 10);
    // Byte by byte: a call that copies so few was measured at twice the time.
    for (let byte = start; byte < at; byte++) leaf[1 + byte - start] = lines[byte] as number;
    tree.addPrefixed(leaves[1 + at - start] as Buffer);
    lines[at++] = LINE_FEED;
  }
  return { lines: lines.subarray(0, at), subtrees: tree.subtrees() };
}

function writeHex(word: number, to: Buffer, at: number): number {
  for (let digit = 0; digit < 8; digit++) to[at + digit] = HEX[(word >>> (28 - 4 * digit)) & 15] as number;
  return at + 8;
}
