/**
 * Results as they are kept: blocks of lines in clear, as they are published, and sealed what these do not show. What is sealed is bound
 * to what is in clear, and that says where the next block begins: without the key nobody can change a block, take one away or
 * put one in, without whoever reads it being told.
 */
import type pg from 'pg';
import { type BinaryRow, type BinaryRowsIn, binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import type { Keys } from '../keys/keys.ts';
import { Tampered } from '../keys/sealing.ts';
import { sha256 } from '../proof/sha256.ts';
import { Chain } from './bounded.ts';
import { type Sealed, SealedColumns } from './sealed-columns.ts';
import type { PartBounds } from './stage.ts';

/** The results of some registration numbers, from `lower` on, below `upper`, in their order. */
export interface ResultLines extends PartBounds {
  readonly rows: number;
  /** Each ended by a line feed. */
  readonly lines: Buffer;
  /** Of each row the digits of the NIK that its line does not show. */
  readonly digits: Uint32Array;
  /** Province code of each row. */
  readonly regions: Uint8Array;
}

/** Which block it is: a part of a wave, and the place in it. */
interface ResultPlace {
  readonly waveId: number;
  readonly part: number;
  readonly position: number;
}

/** What is in clear. */
type Legible = ResultPlace & Omit<ResultLines, 'digits'>;

const SEALED_DIGITS = new SealedColumns({ digits: 'u32' }, (block: Legible) =>
  [
    `${nameOf(block)}: ${block.rows} from ${block.lower ?? 'the lowest'} on, below ${block.upper ?? 'no end'}`,
    ...[block.lines, block.regions].map((bytes) => sha256(bytes, 'hex')),
  ].join(', '),
);

function nameOf({ waveId, part, position }: ResultPlace): string {
  return `block ${position} of part ${part} of the results of wave ${waveId}`;
}

/** The columns of the table that hold a block, in the order in which they are written and read. */
const COLUMNS = ['wave_id', 'part', 'position', 'lower', 'upper', 'rows', 'lines', 'regions', 'hidden'];

export const RESULT_TARGET = `result_block (${COLUMNS.join(', ')})`;

export function putResults(to: BinaryRowsIn, keys: Keys, place: ResultPlace, results: ResultLines): void {
  to.begin(COLUMNS.length);
  to.int4(place.waveId);
  to.int4(place.part);
  to.int4(place.position);
  to.text(results.lower);
  to.text(results.upper);
  to.int4(results.rows);
  to.whole(results.lines);
  to.whole(results.regions);
  const { rows, digits } = results;
  to.whole(SEALED_DIGITS.seal(keys, { ...place, ...results }, { rows, of: { digits } }));
}

/** As it is in the table. */
export interface KeptResults extends Legible {
  readonly hidden: Sealed;
}

/** @throws Tampered where it is not as it was recorded; as `Keys.opened` does. */
export async function openResults(keys: Keys, { hidden, ...block }: KeptResults): Promise<ResultLines> {
  try {
    return { ...block, digits: (await SEALED_DIGITS.open(keys, block, hidden)).of.digits };
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
    const { waveId: wave, part, position } = block;
    const what = `${nameOf(block)} is not as it was recorded: it was changed or put there from elsewhere`;
    throw new Tampered(what, { wave, part, block: position });
  }
}

const ALL: PartBounds = { lower: null, upper: null };

/**
 * The blocks that have to do with the registration numbers of a range, in their order. Nobody else has their bytes.
 * @param table Of a wave that was published: each has a block at least. It is a part of the statement's text, as the bounds are.
 * @throws Tampered where one is not as it was recorded, or is missing; as `Keys.opened` does.
 */
export async function* readResults(
  client: pg.ClientBase,
  waveId: number,
  range: PartBounds = ALL,
  table = 'result_block',
): AsyncGenerator<ResultLines> {
  const { lower, upper } = range;
  const query = `select ${COLUMNS.join(', ')} from ${table} where wave_id = ${waveId}
      and ${upper === null ? 'true' : `(lower is null or lower < '${upper}')`}
      and ${lower === null ? 'true' : `(upper is null or upper > '${lower}')`}
    order by part, position`;
  const chain = new Chain((at) => notWhole(waveId, at), range);
  for await (const row of binaryRows(client, query)) {
    const results = await openResults(keysOf(client), blockIn(row));
    chain.add(results);
    yield results;
  }
  chain.end();
}

function blockIn(row: BinaryRow): KeptResults {
  const [waveId, part, position, lower, upper, rows, lines, regions, hidden] = row;
  return {
    waveId: waveId?.readInt32BE() ?? 0,
    part: part?.readInt32BE() ?? 0,
    position: position?.readInt32BE() ?? 0,
    lower: lower?.toString() ?? null,
    upper: upper?.toString() ?? null,
    rows: rows?.readInt32BE() ?? 0,
    lines: lines ?? Buffer.alloc(0),
    regions: regions ?? Buffer.alloc(0),
    hidden,
  };
}

/** @param at The registration number where a block should begin or end and none does. */
export function notWhole(waveId: number, at: string | null | undefined): Tampered {
  const where = at === null || at === undefined ? '' : `, at ${at}`;
  const what = `the results of wave ${waveId} are not whole: a block is missing or one too many${where}`;
  return new Tampered(what, { wave: waveId });
}
