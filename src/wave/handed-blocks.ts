/** What stages hand on, as it is kept: sealed blocks, and with those of each source how many rows every target has of it. */
import { decodeBlock } from '../columns/block.ts';
import type { Layout } from '../columns/layout.ts';
import type { BinaryRowsIn } from '../db/binary-copy.ts';
import type { Keys } from '../keys/keys.ts';
import type { Tampered } from '../keys/sealing.ts';
import { type Bounded, Chain, openBounded, partMissing, sealBounded } from './bounded.ts';
import type { Sealed } from './sealed-columns.ts';
import { BLOCKS, type BlockName, type BlockOf } from './stage-blocks.ts';

/** In place of a target: not for any part, but how many rows the source has handed to each. */
export const COUNTS = -1;

/** What a block is bound to, all that is in clear of it: it is nowhere else, and never there twice. */
export interface Handed<Name extends BlockName> {
  readonly waveId: number;
  readonly name: Name;
  readonly target: number;
  readonly source: number;
  readonly position: number;
  readonly rows: number;
}

/** As it is in the table. */
export interface KeptBlock<Name extends BlockName> extends Handed<Name> {
  readonly columns: Sealed;
}

export const HANDED_TARGET = 'stage_block (wave_id, name, target, source, position, rows, columns)';

/** @param bytes Of its columns, as `encodeBlock` gives them. */
export function putBlock(to: BinaryRowsIn, keys: Keys, at: Handed<BlockName>, bytes: Buffer): void {
  putSealed(to, at, keys.sealed(placeOf(at), bytes));
}

/** Once for each source, whether it has handed anything over or not. */
export function putCounts(
  to: BinaryRowsIn,
  keys: Keys,
  source: Pick<Handed<BlockName>, 'waveId' | 'name' | 'source'>,
  counts: Bounded,
): void {
  const at = { ...source, target: COUNTS, position: 0, rows: 0 };
  putSealed(to, at, sealBounded(keys, placeOf(at), counts));
}

function putSealed(to: BinaryRowsIn, at: Handed<BlockName>, sealed: Buffer): void {
  to.begin(7);
  to.int4(at.waveId);
  to.text(at.name);
  to.int4(at.target);
  to.int4(at.source);
  to.int4(at.position);
  to.int4(at.rows);
  to.whole(sealed);
}

/** @throws as `Keys.opened` and `decodeBlock` do. */
export async function openBlock<Name extends BlockName>(
  keys: Keys,
  block: KeptBlock<Name>,
): Promise<BlockOf<Name>> {
  const bytes = await keys.opened(placeOf(block), block.columns);
  return decodeBlock(BLOCKS[block.name] as Layout, bytes) as unknown as BlockOf<Name>;
}

/** What all sources say that they have handed over under a name. */
export class HandedRows {
  readonly #keys: Keys;
  readonly #what: string;
  readonly #chain = new Chain(() => this.notWhole());
  readonly #rows = new Map<number, number>();

  constructor(keys: Keys, waveId: number, name: BlockName) {
    this.#keys = keys;
    this.#what = `what was handed over as ${name} in wave ${waveId}`;
  }

  /** @param counts Of the next source. @throws Tampered where it is another's turn; as `Keys.opened` does. */
  async add(counts: KeptBlock<BlockName>): Promise<void> {
    const { rows = {}, ...bounds } = await openBounded(this.#keys, placeOf(counts), counts.columns);
    this.#chain.add(bounds);
    for (const [target, handed] of Object.entries(rows)) {
      this.#rows.set(Number(target), (this.#rows.get(Number(target)) ?? 0) + handed);
    }
  }

  /** Target → rows, where there are any, in the order of the targets. @throws Tampered where a source is missing. */
  end(): ReadonlyMap<number, number> {
    this.#chain.end();
    return new Map([...this.#rows].sort(([one], [other]) => one - other));
  }

  notWhole(): Tampered {
    return partMissing(this.#what);
  }
}

function placeOf({ waveId, name, target, source, position, rows }: Handed<BlockName>): string {
  return `stage_block ${name} of wave ${waveId}, part ${target}, from ${source}, position ${position}: ${rows} rows`;
}
