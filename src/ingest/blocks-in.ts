/** The columns of applications on their way to the database. */
import { setImmediate } from 'node:timers/promises';
import { BUCKETS } from '../columns/identity.ts';
import type { CopyQueue } from '../db/copy-queue.ts';
import { putCount, putInt2, putInt4, RowBytes } from '../db/row-bytes.ts';
import { ApplicationColumns, type Block } from './application-columns.ts';
import type { DecisionValues } from './application-values.ts';

const TARGET = 'application_block (wave_id, import_id, bucket, position, rows, columns)';
const FIELDS = 6;
/** Of those before the last, at the most. */
const NUMBERS_BYTES = 64;

/** An import, and the wave that it brings applications into. */
export interface ImportPlace {
  readonly waveId: number;
  readonly importId: number;
}

/** Columns of one import, gathered until they are much. */
export class BlocksIn {
  readonly #queue: CopyQueue;
  readonly #place: ImportPlace;
  readonly #columns: ApplicationColumns;
  readonly #rows = new RowBytes();
  /** How many blocks of each bucket there are. */
  readonly #positions = new Uint32Array(BUCKETS);

  constructor(queue: CopyQueue, place: ImportPlace) {
    this.#queue = queue;
    this.#place = place;
    this.#columns = new ApplicationColumns(place.importId);
  }

  /** It holds what it is given, however much: once this is so, it is to be sent. */
  get isMuch(): boolean {
    return this.#columns.isFull;
  }

  add(values: DecisionValues): void {
    this.#columns.add(values);
  }

  /** Puts what was gathered into the queue. */
  async send(): Promise<void> {
    for (const block of this.#columns.take()) {
      this.#put(block);
      if (!this.#rows.isEnough) continue;
      this.#queue.add(TARGET, this.#rows.take());
      // What waits goes on its way meanwhile.
      await setImmediate();
    }
    if (!this.#rows.isEmpty) this.#queue.add(TARGET, this.#rows.take());
  }

  /** Puts what was gathered into the queue and waits until the server has all that is in it. */
  async end(): Promise<void> {
    await this.send();
    await this.#queue.end();
  }

  #put({ bucket, rows, bytes }: Block): void {
    const { waveId, importId } = this.#place;
    const position = this.#positions[bucket] as number;
    this.#positions[bucket] = position + 1;
    const to = this.#rows;
    to.room(NUMBERS_BYTES);
    let at = putCount(to.view, to.at, FIELDS);
    at = putInt4(to.view, at, waveId);
    at = putInt4(to.view, at, importId);
    at = putInt2(to.view, at, bucket);
    at = putInt4(to.view, at, position);
    to.at = putInt4(to.view, at, rows);
    to.bytes(bytes);
  }
}
