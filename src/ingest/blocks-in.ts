/** The columns of applications on their way to the database. */
import type pg from 'pg';
import { BUCKETS } from '../columns/identity.ts';
import { BinaryRowsIn } from '../db/binary-copy.ts';
import { ApplicationColumns } from './application-columns.ts';
import type { DecisionValues } from './application-values.ts';

const TARGET = 'application_block (wave_id, import_id, bucket, position, rows, columns)';

/** An import, and the wave that it brings applications into. */
export interface ImportPlace {
  readonly waveId: number;
  readonly importId: number;
}

/** Columns of one import on one connection, held back because a connection carries one COPY at a time. */
export class BlocksIn {
  readonly #client: pg.ClientBase;
  readonly #place: ImportPlace;
  readonly #columns: ApplicationColumns;
  /** How many blocks of each bucket there are. */
  readonly #positions = new Uint32Array(BUCKETS);

  constructor(client: pg.ClientBase, place: ImportPlace) {
    this.#client = client;
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

  /** Sends what was gathered where it is much, while no other COPY goes on. */
  async send(): Promise<void> {
    if (this.isMuch) await this.end();
  }

  /** Sends what was gathered and waits until the server has it. */
  async end(): Promise<void> {
    const { waveId, importId } = this.#place;
    let flow: BinaryRowsIn | undefined;
    for (const { bucket, rows, bytes } of this.#columns.take()) {
      flow ??= new BinaryRowsIn(this.#client, TARGET);
      const position = this.#positions[bucket] as number;
      this.#positions[bucket] = position + 1;
      flow.begin(6);
      flow.int4(waveId);
      flow.int4(importId);
      flow.int2(bucket);
      flow.int4(position);
      flow.int4(rows);
      flow.bytes(bytes, 0, bytes.length);
      await flow.send();
    }
    await flow?.end();
  }
}
