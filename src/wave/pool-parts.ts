/** The pool as it is kept: a range's lines in clear, as they are published, bound to a seal. */
import type pg from 'pg';
import { binaryRows } from '../db/binary-copy.ts';
import { keysOf, type Queryable } from '../db/database.ts';
import { one } from '../db/rows.ts';
import type { Keys } from '../keys/keys.ts';
import { Tampered } from '../keys/sealing.ts';
import { sha256 } from '../proof/sha256.ts';
import { Chain, openBounded, partMissing, sealBounded } from './bounded.ts';
import type { Sealed } from './sealed-columns.ts';
import type { Part, PartBounds } from './stage.ts';

interface PoolLines {
  readonly waveId: number;
  readonly part: number;
  /** Each ended by a line feed. */
  readonly lines: Buffer;
}

function placeOf({ waveId, part, lines }: PoolLines): string {
  return `part ${part} of the pool of wave ${waveId}: ${sha256(lines, 'hex')}`;
}

/** In place of the column `bounds`. */
export function sealPoolLines(keys: Keys, waveId: number, part: Part, lines: Buffer): Buffer {
  return sealBounded(keys, placeOf({ waveId, part: part.part, lines }), part);
}

/** All lines, range by range. @throws Tampered where they are not those that were frozen. */
export async function* readPool(client: pg.ClientBase, waveId: number): AsyncGenerator<Buffer> {
  const chain = new Chain(() => partMissing(`the pool of wave ${waveId}`));
  const query = `select part, lines, bounds from pool where wave_id = ${waveId} order by part`;
  for await (const [part, lines, bounds] of binaryRows(client, query)) {
    const range = { waveId, part: part?.readInt32BE() ?? 0, lines: lines ?? Buffer.alloc(0) };
    chain.add(await openPool(keysOf(client), range, bounds));
    if (range.lines.length > 0) yield range.lines;
  }
  chain.end();
}

/** Those of one range. @throws as `readPool` does. */
export async function readPoolPart(sql: Queryable, waveId: number, part: number): Promise<Buffer> {
  const { lines, bounds } = await one(
    sql<{ lines: Buffer; bounds: Buffer }[]>`
      select lines, bounds from pool where wave_id = ${waveId} and part = ${part}`,
    `part ${part} of the pool`,
  );
  await openPool(sql.keys, { waveId, part, lines }, bounds);
  return lines;
}

async function openPool(keys: Keys, range: PoolLines, bounds: Sealed): Promise<PartBounds> {
  try {
    return await openBounded(keys, placeOf(range), bounds);
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
    const { waveId: wave, part } = range;
    throw new Tampered(`part ${part} of the pool of wave ${wave} is not as it was frozen`, { wave, part });
  }
}
