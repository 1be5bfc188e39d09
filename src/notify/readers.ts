/** The people of a stretch who are to be told, with what became of them and where they are reached. */
import type pg from 'pg';
import { rowsWhere, type Words } from '../columns/layout.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { reasonCodes } from '../policy/reasons.ts';
import { OUTCOMES, type Outcome } from '../proof/seats.ts';
import { type BlockKey, blockIn, openLines, PLACE_COLUMNS } from '../wave/application-blocks.ts';
import { type Decisions, readDecisions } from '../wave/decisions.ts';
import { type LineValues, linesIn, someOfLine } from '../wave/lines.ts';
import type { Wave } from '../wave/record.ts';
import type { Stretch } from './batch.ts';

const GIVEN = ['registration_no', 'full_name', 'email', 'phone', 'regency_code'] as const;

export interface Reader {
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  readonly gave: Pick<LineValues, (typeof GIVEN)[number]>;
}

const ACCEPTED = OUTCOMES.indexOf('ACCEPTED');

/** In the order of their places. */
export async function readersOf(client: pg.ClientBase, wave: Wave, stretch: Stretch): Promise<Reader[]> {
  const { from, to, readers } = stretch;
  const buckets = { part: 0, lower: String(from.bucket), upper: String(to.bucket + 1) };
  const decisions = await readDecisions(client, wave.id, buckets);
  const blocks = await blocksOf(client, wave.id, stretch);
  // Decisions are row for row those on the applications of the blocks.
  const end = blocks.reduce((sum, { bucket, rows }) => sum + (bucket < to.bucket ? rows : 0), to.place);
  const isAccepted = readers === 'accepted';
  const rows = rowsWhere(
    decisions.rows,
    (row) => row >= from.place && row < end && (decisions.of.outcome[row] === ACCEPTED) === isAccepted,
  );
  const lines = await linesOf(client, wave.id, blocks, rows);
  const codes = reasonCodes(wave.policy);
  return Array.from(rows, (row, at) => ({
    outcome: OUTCOMES[decisions.of.outcome[row] as number] as Outcome,
    reasons: reasonsOf(decisions, row, codes),
    gave: someOfLine(lines[at] as Buffer, GIVEN),
  }));
}

function reasonsOf({ of }: Decisions, row: number, codes: readonly string[]): readonly string[] {
  const { width, data }: Words = of.reasons;
  return codes.filter((_, at) => ((data[row * width + (at >> 5)] as number) >>> (at & 31)) % 2 === 1);
}

/** A block of applications, and the rows of those before it. */
interface Block extends BlockKey {
  readonly before: number;
  readonly rows: number;
}

async function blocksOf(client: pg.ClientBase, waveId: number, { from, to }: Stretch): Promise<Block[]> {
  const { rows } = await client.query<Omit<Block, 'before'>>(
    `select bucket, import_id as "importId", position, rows from application_block
    where wave_id = $1 and bucket between $2 and $3 order by bucket, import_id, position`,
    [waveId, from.bucket, to.bucket],
  );
  let before = 0;
  return rows.map((block) => {
    before += block.rows;
    return { ...block, before: before - block.rows };
  });
}

/** The lines of these rows, which are in order. Only the blocks that have one are fetched. */
async function linesOf(
  client: pg.ClientBase,
  waveId: number,
  blocks: readonly Block[],
  rows: Uint32Array,
): Promise<Buffer[]> {
  const wanted = new Map<Block, number[]>();
  let at = 0;
  for (const block of blocks) {
    const inBlock: number[] = [];
    for (; at < rows.length && (rows[at] as number) < block.before + block.rows; at++) {
      inBlock.push((rows[at] as number) - block.before);
    }
    if (inBlock.length > 0) wanted.set(block, inBlock);
  }
  if (wanted.size === 0) return [];
  const keys = [...wanted.keys()].map((block) => `(${block.bucket}, ${block.importId}, ${block.position})`);
  const query = `select ${PLACE_COLUMNS}, lines from application_block
    where wave_id = ${waveId} and (bucket, import_id, position) in (${keys.join(', ')})
    order by bucket, import_id, position`;
  const places = wanted.values();
  const found: Buffer[] = [];
  for await (const row of binaryRows(client, query)) {
    const [block, lines] = blockIn(waveId, row);
    const all = [...linesIn(await openLines(keysOf(client), block, lines))];
    // Copied: a line that lies in its block keeps all of it.
    for (const place of places.next().value ?? []) found.push(Buffer.from(all[place] as Buffer));
  }
  return found;
}
