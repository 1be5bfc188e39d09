/** The lines of results.csv: bytes that go into the table and into the file as they are; and what they do not show. */
import { writeDecimal } from '../columns/decimal.ts';
import { type Columns, numbersOf } from '../columns/layout.ts';
import { textOfWords, writeWords } from '../columns/words.ts';
import { OUTCOMES } from '../proof/seats.ts';
import type { ResultLines } from '../wave/result-blocks.ts';
import { hiddenOf, writeMasked } from '../wave/result-line.ts';
import type { PartBounds } from '../wave/stage.ts';
import { NO_TIER } from '../wave/stage-blocks.ts';
import type { CodeSets } from './code-sets.ts';

/** Of a verdict, what stands in its line. */
export const LINE = {
  registrationNo: 'words',
  nikHigh: 'u32',
  nikLow: 'u32',
  reasons: 'words',
  tier: 'u16',
  /** Province code of the domicile. */
  region: 'u8',
} as const;

/** What became of each application, row for row. */
export interface Results {
  /** Place in `OUTCOMES`. */
  readonly outcome: Uint8Array;
  /** 0 for none. */
  readonly rank: Uint32Array;
}

/** Bytes of lines in a block, or a line more. */
const BLOCK_BYTES = 1 << 18;
/** Bytes of all columns of a line but the reasons, at the most: their digits and letters, commas, the line end. */
const LONGEST_LINE = 32 + 16 + 16 + 10 + 10 + 6;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
/** Texts that come again and again, as bytes. */
const OUTCOME_TEXTS = OUTCOMES.map((name) => Buffer.from(name));

/** The lines, in blocks: one at least. Verdicts and results are in their order, and all that there are of the range. */
export function* resultBlocks(
  { rows, of }: Columns<typeof LINE>,
  results: Results,
  reasons: CodeSets,
  { lower, upper }: PartBounds,
): Iterable<ResultLines> {
  const room = BLOCK_BYTES + LONGEST_LINE + reasons.longest;
  const writer = new LineWriter(of, results, reasons);
  let [from, to] = [0, 0];
  let next = lower;
  do {
    const lines = Buffer.allocUnsafe(room);
    let end = 0;
    while (to < rows && end < BLOCK_BYTES) end = writer.write(to++, lines, end);
    const following = to < rows ? textOfWords(of.registrationNo, to) : upper;
    yield {
      lower: next,
      upper: following,
      rows: to - from,
      lines: lines.subarray(0, end),
      digits: hiddenDigits(of, from, to),
      regions: of.region.subarray(from, to),
    };
    [from, next] = [to, following];
  } while (from < rows);
}

function hiddenDigits(
  { nikHigh, nikLow }: Columns<typeof LINE>['of'],
  from: number,
  to: number,
): Uint32Array {
  return numbersOf('u32', to - from, (row) =>
    hiddenOf(nikHigh[from + row] as number, nikLow[from + row] as number),
  );
}

class LineWriter {
  readonly #of: Columns<typeof LINE>['of'];
  readonly #results: Results;
  readonly #reasons: CodeSets;

  constructor(of: Columns<typeof LINE>['of'], results: Results, reasons: CodeSets) {
    this.#of = of;
    this.#results = results;
    this.#reasons = reasons;
  }

  /** Writes the line of a row; gives the position after it. */
  write(row: number, to: Uint8Array, start: number): number {
    const of = this.#of;
    const { outcome, rank } = this.#results;
    let at = writeWords(of.registrationNo, row, to, start);
    to[at++] = COMMA;
    at = writeMasked(of.nikHigh[row] as number, of.nikLow[row] as number, to, at);
    to[at++] = COMMA;
    at = copy(OUTCOME_TEXTS[outcome[row] as number] as Buffer, to, at);
    to[at++] = COMMA;
    const tier = of.tier[row] as number;
    if (tier === NO_TIER) at = copy(this.#reasons.take(of.reasons, row), to, at);
    to[at++] = COMMA;
    if (tier !== NO_TIER) at = writeDecimal(tier, to, at);
    to[at++] = COMMA;
    if (rank[row] !== 0) at = writeDecimal(rank[row] as number, to, at);
    to[at++] = LINE_FEED;
    return at;
  }
}

/** Byte by byte: a call that copies so few takes longer. */
function copy(text: Buffer, to: Uint8Array, at: number): number {
  for (let byte = 0; byte < text.length; byte++) to[at + byte] = text[byte] as number;
  return at + text.length;
}
