/** What became of the applications, for whoever starts from the person: typed columns, by bucket of the NIK. */
import type pg from 'pg';
import { type Columns, concatColumns, pickRows, rowsBetween } from '../columns/layout.ts';
import { orderBy } from '../columns/order.ts';
import { BinaryRowsIn, binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { Tampered } from '../keys/sealing.ts';
import { countApplications } from './application-blocks.ts';
import { partOfNumber, placeOfNumber } from './numbers.ts';
import { bucketsOf } from './parts.ts';
import { SealedColumns } from './sealed-columns.ts';
import type { Part } from './stage.ts';
import { askingBy } from './tally.ts';

export const DECISION = {
  /** Place of the application among those of its bucket, in the order in which `readApplications` gives them. */
  place: 'u32',
  /** Place in `OUTCOMES`. */
  outcome: 'u8',
  /** Bits by the place in the policy's reason codes, 32 a word, the first in the lowest bit of the first word. */
  reasons: 'words',
  /** `NO_TIER` where there is a reason. */
  tier: 'u16',
  /** Place in draw order, of candidates, from 1; else 0. */
  rank: 'u32',
  /** Percent; `NOT_FOUND` where the registry does not have the NIK, `UNANSWERED` where it has not answered. */
  nameSimilarity: 'u8',
  /** Bits, by the place in `NIK_WARNINGS`. */
  nikWarnings: 'u8',
} as const;

export type Decisions = Columns<typeof DECISION>;

/** What a block is bound to, its own row of the table: it is nowhere else, and never there twice. */
interface DecisionPlace {
  readonly waveId: number;
  readonly bucket: number;
  readonly source: number;
}

export const SEALED_DECISIONS = new SealedColumns(
  DECISION,
  ({ waveId, bucket, source }: DecisionPlace) =>
    `decision_block of wave ${waveId}, bucket ${bucket}, part ${source}`,
);

const TARGET = 'decision_block (wave_id, bucket, source, rows, columns)';

/**
 * Writes the decisions on the applications of a range, a block for each bucket.
 * @param numbers Of the applications, see `numberIn`; in their order.
 * @throws GelombangError UNEXPECTED where they are in another.
 */
export async function writeDecisions(
  client: pg.ClientBase,
  waveId: number,
  source: number,
  numbers: Uint32Array,
  of: Omit<Decisions['of'], 'place'>,
): Promise<void> {
  const rows = new BinaryRowsIn(client, TARGET);
  const all = { rows: numbers.length, of: { ...of, place: numbers.map(placeOfNumber) } };
  for (const { bucket, from, to } of stretchesOfBuckets(numbers)) {
    rows.begin(5);
    rows.int4(waveId);
    rows.int2(bucket);
    rows.int4(source);
    rows.int4(to - from);
    rows.whole(
      SEALED_DECISIONS.seal(keysOf(client), { waveId, bucket, source }, rowsBetween(DECISION, all, from, to)),
    );
    await rows.send();
  }
  await rows.end();
}

function* stretchesOfBuckets(numbers: Uint32Array): Iterable<{ bucket: number; from: number; to: number }> {
  for (let from = 0, to = 1; from < numbers.length; from = to++) {
    const bucket = partOfNumber(numbers[from] as number);
    while (to < numbers.length && partOfNumber(numbers[to] as number) === bucket) {
      if ((numbers[to] as number) <= (numbers[to - 1] as number)) throw outOfOrder();
      to++;
    }
    if (to < numbers.length && (numbers[to] as number) < (numbers[from] as number)) throw outOfOrder();
    yield { bucket, from, to };
  }
}

function outOfOrder(): GelombangError {
  return new GelombangError('UNEXPECTED', 'applications do not come in the order of their numbers');
}

/**
 * The decisions on the applications of a part by bucket, row for row as `readApplications` gives these.
 * @throws Tampered where there is not one on each of them: with a block that is missing everybody behind it would be told of somebody else's.
 */
export async function readDecisions(client: pg.ClientBase, waveId: number, part: Part): Promise<Decisions> {
  const [from, to] = bucketsOf(part);
  const blocks: Decisions[] = [];
  const buckets: Uint16Array[] = [];
  const query = `select bucket, source, columns from decision_block
    where wave_id = ${waveId} and bucket >= ${from} and bucket < ${to} order by bucket, source`;
  for await (const [inBucket, inSource, columns] of binaryRows(client, query)) {
    const bucket = inBucket?.readInt16BE(0) ?? 0;
    const source = inSource?.readInt32BE(0) ?? 0;
    const block = await SEALED_DECISIONS.open(keysOf(client), { waveId, bucket, source }, columns);
    blocks.push(block);
    buckets.push(new Uint16Array(block.rows).fill(bucket));
  }
  const { rows, of } = concatColumns(DECISION, blocks);
  const bucket = new Uint16Array(rows);
  let row = 0;
  for (const ofBlock of buckets) {
    bucket.set(ofBlock, row);
    row += ofBlock.length;
  }
  const decisions = pickRows(DECISION, { rows, of }, orderBy(rows, [bucket, of.place]));
  await refuseGaps(client, waveId, part, { bucket, place: decisions.of.place });
  return decisions;
}

/** @param found In the order of bucket and place. */
async function refuseGaps(
  client: pg.ClientBase,
  waveId: number,
  part: Part,
  { bucket, place }: { readonly bucket: Uint16Array; readonly place: Uint32Array },
): Promise<void> {
  let row = 0;
  for (const [expected, applications] of await countApplications(askingBy(client), waveId, bucketsOf(part))) {
    for (let at = 0; at < applications; at++, row++) {
      if (bucket[row] !== expected || place[row] !== at) throw notWhole(waveId);
    }
  }
  if (row !== place.length) throw notWhole(waveId);
}

/** There is not one decision on each application. */
export function notWhole(waveId: number): Tampered {
  const what = `the decisions of wave ${waveId} are not whole: a block of them, or of its applications, is missing or one too many`;
  return new Tampered(what, { wave: waveId });
}
