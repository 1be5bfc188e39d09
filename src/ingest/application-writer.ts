/** Applications on their way to the database: into the wave, or aside where their number may have come before. */
import type pg from 'pg';
import type { ByteRecord } from '../csv/csv.ts';
import { CopyQueue } from '../db/copy-queue.ts';
import type { ApplicationSink } from './applicant-taker.ts';
import type { ApplicationValues } from './application-values.ts';
import { BlocksIn, type ImportPlace } from './blocks-in.ts';
import { FaultsIn } from './faults-in.ts';
import { INCOMING } from './heads.ts';
import type { Reject } from './reject.ts';
import { type Fingerprints, fingerprintOf } from './repeats.ts';

/**
 * The applications of one import on one connection, which is in the import's transaction and has a table `incoming`: there
 * those wait whose number may have come before, until all are known.
 */
export class ApplicationWriter implements ApplicationSink {
  readonly #queue: CopyQueue;
  readonly #values: ApplicationValues;
  readonly #seen: Fingerprints;
  readonly #good: BlocksIn;
  readonly #doubtful: BlocksIn;
  readonly #faults: FaultsIn;

  /** @param values Where whoever adds a record has read it. */
  constructor(client: pg.ClientBase, place: ImportPlace, values: ApplicationValues, seen: Fingerprints) {
    this.#queue = new CopyQueue(client);
    this.#values = values;
    this.#seen = seen;
    this.#good = new BlocksIn(this.#queue, 'application_block', place, values.at);
    this.#doubtful = new BlocksIn(this.#queue, INCOMING, place, values.at);
    this.#faults = new FaultsIn(client, place.importId);
  }

  add(record: ByteRecord, isPlain: boolean): void {
    const values = this.#values;
    const isNew = this.#seen.add(fingerprintOf(values.words, 0, values.wordCount));
    (isNew ? this.#good : this.#doubtful).add(values, record, isPlain);
  }

  reject(faults: readonly Reject[]): void {
    this.#faults.add(faults);
  }

  /** Sends what was gathered. To be called every few hundred rows: what is gathered stays in memory. */
  async send(): Promise<void> {
    if (this.#good.isMuch) await this.#good.send();
    if (this.#doubtful.isMuch) await this.#doubtful.send();
    if (this.#faults.isMuch) {
      await this.#queue.end();
      await this.#faults.send();
    }
    await this.#queue.room();
  }

  /** Sends what is left and waits until the server has it all. The connection is free then. */
  async end(): Promise<void> {
    await this.#good.send();
    await this.#doubtful.send();
    await this.#queue.end();
    await this.#faults.end();
  }
}
