/** Applications on their way to the database: rows for people to read, and blocks of columns that decide. */
import type pg from 'pg';
import type { ByteRecord } from '../csv/csv.ts';
import { CopyQueue } from '../db/copy-queue.ts';
import {
  putBoolean,
  putCount,
  putInt4,
  putInt8Of,
  putNull,
  putText,
  RowBytes,
  viewOf,
} from '../db/row-bytes.ts';
import { FLAGS } from '../wave/people.ts';
import { type ApplicationValues, LAYER_FLAGS } from './application-values.ts';
import { BlocksIn, type ImportPlace } from './blocks-in.ts';
import type { Moment } from './byte-values.ts';
import { FaultsIn } from './faults-in.ts';
import type { Reject } from './reject.ts';
import { type Fingerprints, fingerprintOf } from './repeats.ts';

/** What an account keeps from wave to wave. */
export const PROFILE_COLUMNS = `nik, kk, full_name, birth_date, sex, email, phone, regency_code, education, in_school,
  employment_status, occupation, disability, email_verified_at, phone_verified_at, selfie_verified_at, test_taken_at`;
/** The columns of an application in the order in which they are sent. */
export const ROW_COLUMNS = `wave_id, import_id, line, registration_no, ${PROFILE_COLUMNS}, joined_at`;
const FIELDS = 22;

/** Rows whose number may have come before wait here for all of them to be known. */
export const INCOMING = 'incoming';

const INTO_WAVE = `application (${ROW_COLUMNS})`;
const INTO_INCOMING = `${INCOMING} (${ROW_COLUMNS})`;

/**
 * The rows of one import on one connection, which is in the import's transaction and has a table `incoming` like
 * `application`.
 */
export class ApplicationWriter {
  readonly #queue: CopyQueue;
  readonly #seen: Fingerprints;
  readonly #blocks: BlocksIn;
  readonly #faults: FaultsIn;
  readonly #row: RowPutter;
  readonly #good = new RowBytes();
  readonly #doubtful = new RowBytes();

  /** @param values Where whoever adds a row has read it. */
  constructor(client: pg.ClientBase, place: ImportPlace, values: ApplicationValues, seen: Fingerprints) {
    this.#queue = new CopyQueue(client);
    this.#seen = seen;
    this.#blocks = new BlocksIn(this.#queue, place);
    this.#faults = new FaultsIn(client, place.importId);
    this.#row = new RowPutter(place, values);
  }

  /** Takes the record that was read into the values. */
  add(record: ByteRecord): void {
    const { values } = this.#row;
    if (!this.#seen.add(fingerprintOf(values.words, 0, values.wordCount))) {
      this.#row.put(record, this.#doubtful);
      return;
    }
    this.#row.put(record, this.#good);
    this.#blocks.add(values);
  }

  reject(faults: readonly Reject[]): void {
    this.#faults.add(faults);
  }

  /** Sends what was gathered. To be called every few hundred rows: what is gathered stays in memory. */
  async send(): Promise<void> {
    if (this.#good.isEnough) this.#queue.add(INTO_WAVE, this.#good.take());
    if (this.#doubtful.isEnough) this.#queue.add(INTO_INCOMING, this.#doubtful.take());
    if (this.#blocks.isMuch) await this.#blocks.send();
    if (this.#faults.isMuch) {
      await this.#queue.end();
      await this.#faults.send();
    }
    await this.#queue.room();
  }

  /** Where the columns of rows go that come in otherwise. */
  get blocks(): BlocksIn {
    return this.#blocks;
  }

  /** Sends what is left and waits until the server has it all. The connection is free then. */
  async end(): Promise<void> {
    this.#queue.add(INTO_WAVE, this.#good.take());
    await this.#blocks.send();
    this.#queue.add(INTO_INCOMING, this.#doubtful.take());
    await this.#queue.end();
    await this.#faults.end();
  }
}

/** Bytes of a row without its texts. */
const WITHOUT_TEXTS = 2 + FIELDS * 12;

/** Puts rows of `ROW_COLUMNS`: texts as they lie in the record, the rest as it was read. */
class RowPutter {
  readonly values: ApplicationValues;
  readonly #place: ImportPlace;
  /** Texts that follow each other in a row, by their places in a record. */
  readonly #identity: readonly number[];
  readonly #contact: readonly number[];
  readonly #work: readonly number[];
  /** The bytes of the latest record, and the same in words. */
  #bytes: Uint8Array = Buffer.alloc(0);
  #source = viewOf(this.#bytes);

  constructor(place: ImportPlace, values: ApplicationValues) {
    this.#place = place;
    this.values = values;
    const { at } = values;
    this.#identity = [at.registration_no, at.nik, at.kk, at.full_name];
    this.#contact = [at.sex, at.email, at.phone, at.regency_code, at.education];
    this.#work = [at.employment_status, at.occupation];
  }

  put(record: ByteRecord, rows: RowBytes): void {
    const { values } = this;
    const { flags } = values;
    if (record.bytes !== this.#bytes) {
      this.#bytes = record.bytes;
      this.#source = viewOf(record.bytes);
    }
    rows.room(WITHOUT_TEXTS + bytesOf(record));
    const to = rows.view;
    let at = putCount(to, rows.at, FIELDS);
    at = putInt4(to, at, this.#place.waveId);
    at = putInt4(to, at, this.#place.importId);
    at = putInt8Of(to, at, 0, record.line);
    at = this.#putTexts(to, at, record, this.#identity);
    at = putInt4(to, at, values.birthDay);
    at = this.#putTexts(to, at, record, this.#contact);
    at = putBoolean(to, at, (flags & FLAGS.inSchool) !== 0);
    at = this.#putTexts(to, at, record, this.#work);
    at = putBoolean(to, at, (flags & FLAGS.disability) !== 0);
    for (let layer = 0; layer < LAYER_FLAGS.length; layer++) {
      const isDone = (flags & (LAYER_FLAGS[layer] as number)) !== 0;
      at = isDone ? (values.layers[layer] as Moment).put(to, at) : putNull(to, at);
    }
    rows.at = values.joined.put(to, at);
  }

  #putTexts(to: DataView, from: number, { starts, ends }: ByteRecord, places: readonly number[]): number {
    const source = this.#source;
    let at = from;
    for (let text = 0; text < places.length; text++) {
      const place = places[text] as number;
      at = putText(to, at, source, starts[place] as number, ends[place] as number);
    }
    return at;
  }
}

function bytesOf({ starts, ends }: ByteRecord): number {
  let sum = 0;
  for (let place = 0; place < starts.length; place++)
    sum += (ends[place] as number) - (starts[place] as number);
  return sum;
}
