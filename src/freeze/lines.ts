import { copyBytes, SLACK, viewOf } from '../columns/bytes.ts';
import { writeDecimal } from '../columns/decimal.ts';
import { writeWords } from '../columns/words.ts';
import { Hashes } from '../proof/hashes.ts';
import type { Subtree } from '../proof/merkle.ts';
import { subtreesOfStretch } from '../proof/merkle-stretch.ts';
import type { Halves } from '../proof/pseudonym.ts';
import type { BlockOf } from '../wave/stage-blocks.ts';

/** A registration number, and what the other five columns take at the most with their commas and the line end. */
const LONGEST_LINE = 32 + 64;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const LEAF_PREFIX = 0;
const HEX = Buffer.from('0123456789abcdef');

/**
 * The lines of pool.csv of a stretch of the pool, each with its line end, and the subtrees that they are of its tree.
 * @param pseudonyms What the lines say of the households beside the pool's columns.
 * @param before Lines of the pool before the first of these.
 */
export function poolLines(
  pool: BlockOf<'pool'>,
  pseudonyms: Halves,
  before: number,
): { readonly lines: Buffer; readonly subtrees: readonly Subtree[] } {
  const lines = Buffer.allocUnsafe(pool.rows * LONGEST_LINE + SLACK);
  const linesView = viewOf(lines);
  let at = 0;
  const leaves = new Hashes(1 + LONGEST_LINE).digestsOf(pool.rows, (row, leaf, start, leafView) => {
    leaf[start] = LEAF_PREFIX;
    const end = writeLine(pool, pseudonyms, row, leaf, start + 1);
    at = copyBytes(leafView, start + 1, end, linesView, at);
    lines[at++] = LINE_FEED;
    return end;
  });
  return { lines: lines.subarray(0, at), subtrees: subtreesOfStretch(leaves, before) };
}

/** Gives the place after the line, which has no line end yet. */
function writeLine(
  { of }: BlockOf<'pool'>,
  { high, low }: Halves,
  row: number,
  to: Uint8Array,
  start: number,
): number {
  let at = writeWords(of.registrationNo, row, to, start);
  to[at++] = COMMA;
  at = writeDecimal(of.tier[row] as number, to, at);
  to[at++] = COMMA;
  at = writeDecimal(of.tickets[row] as number, to, at);
  to[at++] = COMMA;
  at = writeHex(high[row] as number, to, at);
  at = writeHex(low[row] as number, to, at);
  to[at++] = COMMA;
  at = writeDecimal(of.slots[row] as number, to, at);
  to[at++] = COMMA;
  const region = of.region[row] as number;
  to[at++] = 0x30 + Math.floor(region / 10);
  to[at++] = 0x30 + (region % 10);
  return at;
}

function writeHex(word: number, to: Uint8Array, at: number): number {
  for (let digit = 0; digit < 8; digit++) to[at + digit] = HEX[(word >>> (28 - 4 * digit)) & 15] as number;
  return at + 8;
}
