/** Blocks of applications on their way to the database. */
import { setImmediate } from 'node:timers/promises';
import { BUCKETS } from '../columns/identity.ts';
import type { ByteRecord } from '../csv/csv.ts';
import type { CopyQueue } from '../db/copy-queue.ts';
import { putCount, putInt2, putInt4, RowBytes } from '../db/row-bytes.ts';
import { sealBlock } from '../wave/application-blocks.ts';
import { ApplicationColumns, type Block } from './application-columns.ts';
import type { DecisionValues } from './application-values.ts';
import type { ApplicantColumn, Places } from './columns.ts';
import { type BlockTable, INCOMING } from './heads.ts';

/** The columns of a table of blocks. */
export const BLOCK_COLUMNS = 'wave_id, import_id, bucket, position, rows, numbers, columns, lines';
const FIELDS = 8;
/** Of those before the last three, at the most. */
const NUMBERS_BYTES = 64;

/** Blocks that wait have positions of their own: those that enter in the end come behind all others. */
const FIRST_INCOMING = 1 << 30;

/** An import, and the wave that it brings applications into. */
export interface ImportPlace {
  readonly waveId: number;
  readonly importId: number;
}

/** Applications of one import, gathered until they are much. */
export class BlocksIn {
  readonly #queue: CopyQueue;
  readonly #target: string;
  readonly #place: ImportPlace;
  readonly #columns: ApplicationColumns;
  readonly #rows = new RowBytes();
  /** Of the next block of each bucket. */
  readonly #positions: Uint32Array;

  /**
   * @param at Where the columns stand in the records that are added.
   */
  constructor(queue: CopyQueue, table: BlockTable, place: ImportPlace, at: Places<ApplicantColumn>) {
    this.#queue = queue;
    this.#target = `${table} (${BLOCK_COLUMNS})`;
    this.#positions = new Uint32Array(BUCKETS).fill(table === INCOMING ? FIRST_INCOMING : 0);
    this.#place = place;
    this.#columns = new ApplicationColumns(at);
  }

  /** It holds what it is given, however much: once this is so, it is to be sent. */
  get isMuch(): boolean {
    return this.#columns.isFull;
  }

  /** @param isPlain The record, of which the values are, has no byte that is escaped in a line. */
  add(values: DecisionValues, record: ByteRecord, isPlain: boolean): void {
    this.#columns.add(values, record, isPlain);
  }

  /** Puts what was gathered into the queue. */
  async send(): Promise<void> {
    for (const block of this.#columns.take()) {
      this.#put(block);
      if (!this.#rows.isEnough) continue;
      this.#queue.add(this.#target, this.#rows.take());
      // What waits goes on its way meanwhile.
      await setImmediate();
    }
    if (!this.#rows.isEmpty) this.#queue.add(this.#target, this.#rows.take());
  }

  /** Puts what was gathered into the queue and waits until the server has all that is in it. */
  async end(): Promise<void> {
    await this.send();
    await this.#queue.end();
  }

  #put({ bucket, applications, lines }: Block): void {
    const { waveId, importId } = this.#place;
    const position = this.#positions[bucket] as number;
    this.#positions[bucket] = position + 1;
    const key = { waveId, bucket, importId, position };
    const sealed = sealBlock(this.#queue.keys, key, applications, lines);
    const to = this.#rows;
    to.room(NUMBERS_BYTES);
    let at = putCount(to.view, to.at, FIELDS);
    at = putInt4(to.view, at, waveId);
    at = putInt4(to.view, at, importId);
    at = putInt2(to.view, at, bucket);
    at = putInt4(to.view, at, position);
    to.at = putInt4(to.view, at, applications.rows);
    to.bytes(sealed.numbers);
    to.bytes(sealed.columns);
    to.bytes(sealed.lines);
  }
}
