/** Applications on their way to the database: rows for people to read, and blocks of columns that decide. */
import type pg from 'pg';
import type { ByteRecord } from '../csv/csv.ts';
import { BinaryRowsIn } from '../db/binary-copy.ts';
import { FLAGS } from '../wave/people.ts';
import { type ApplicationValues, LAYERS } from './application-values.ts';
import { BlocksIn, type ImportPlace } from './blocks-in.ts';
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

/** Such rows are held back in memory up to so many. */
const MOST_HELD = 8192;

/**
 * The rows of one import on one connection, which is in the import's transaction and has a table `incoming` like
 * `application`. A connection carries one COPY at a time: good rows flow; what else there is to send is held back, and
 * goes in between when it has become much.
 */
export class ApplicationWriter {
  readonly #client: pg.ClientBase;
  readonly #place: ImportPlace;
  readonly #values: ApplicationValues;
  readonly #seen: Fingerprints;
  readonly #blocks: BlocksIn;
  readonly #faults: FaultsIn;
  #held: ByteRecord[] = [];
  #flow: BinaryRowsIn | undefined;

  /** @param values Where whoever adds a row has read it. */
  constructor(client: pg.ClientBase, place: ImportPlace, values: ApplicationValues, seen: Fingerprints) {
    this.#client = client;
    this.#place = place;
    this.#values = values;
    this.#seen = seen;
    this.#blocks = new BlocksIn(client, place);
    this.#faults = new FaultsIn(client, place.importId);
  }

  /** Takes the record that was read into the values. */
  add(record: ByteRecord): void {
    const values = this.#values;
    if (!this.#seen.add(fingerprintOf(values.words, 0, values.wordCount))) {
      this.#held.push(copyOf(record));
      return;
    }
    this.#flow ??= new BinaryRowsIn(this.#client, `application (${ROW_COLUMNS})`);
    writeRow(this.#flow, this.#place, record, values);
    this.#blocks.add(values);
  }

  reject(faults: readonly Reject[]): void {
    this.#faults.add(faults);
  }

  /** Sends what was gathered. To be called every few hundred rows: what is gathered stays in memory. */
  async send(): Promise<void> {
    const isMuch = this.#blocks.isMuch || this.#faults.isMuch;
    const isMuchHeld = this.#held.length >= MOST_HELD;
    if (!isMuch && !isMuchHeld) {
      await this.#flow?.send();
      return;
    }
    await this.#endFlow();
    await this.#blocks.send();
    if (isMuchHeld) await this.#sendHeld();
    await this.#faults.send();
  }

  /** Where the columns of rows go that come in otherwise. */
  get blocks(): BlocksIn {
    return this.#blocks;
  }

  /** Sends what is left and waits until the server has it all. The connection is free then. */
  async end(): Promise<void> {
    await this.#endFlow();
    await this.#blocks.end();
    await this.#sendHeld();
    await this.#faults.end();
  }

  async #endFlow(): Promise<void> {
    await this.#flow?.end();
    this.#flow = undefined;
  }

  async #sendHeld(): Promise<void> {
    if (this.#held.length === 0) return;
    const flow = new BinaryRowsIn(this.#client, `${INCOMING} (${ROW_COLUMNS})`);
    for (const record of this.#held) {
      this.#values.read(record);
      writeRow(flow, this.#place, record, this.#values);
      await flow.send();
    }
    await flow.end();
    this.#held = [];
  }
}

/** One row of `ROW_COLUMNS`: texts as they lie in the record, the rest as it was read. */
function writeRow(
  to: BinaryRowsIn,
  { waveId, importId }: ImportPlace,
  record: ByteRecord,
  values: ApplicationValues,
): void {
  const { at, flags } = values;
  to.begin(FIELDS);
  to.int4(waveId);
  to.int4(importId);
  to.int8Of(0, record.line);
  writeText(to, record, at.registration_no);
  writeText(to, record, at.nik);
  writeText(to, record, at.kk);
  writeText(to, record, at.full_name);
  to.int4(values.birthDay);
  writeText(to, record, at.sex);
  writeText(to, record, at.email);
  writeText(to, record, at.phone);
  writeText(to, record, at.regency_code);
  writeText(to, record, at.education);
  to.boolean((flags & FLAGS.inSchool) !== 0);
  writeText(to, record, at.employment_status);
  writeText(to, record, at.occupation);
  to.boolean((flags & FLAGS.disability) !== 0);
  for (let layer = 0; layer < LAYERS.length; layer++) {
    const isDone = (flags & (LAYERS[layer]?.flag ?? 0)) !== 0;
    if (isDone) values.layers[layer]?.write(to);
    else to.null();
  }
  values.joined.write(to);
}

function writeText(to: BinaryRowsIn, { bytes, starts, ends }: ByteRecord, place: number): void {
  to.bytes(bytes, starts[place] as number, ends[place] as number);
}

/** What is kept of a record when the bytes that it lies in go. */
function copyOf({ bytes, line, starts, ends }: ByteRecord): ByteRecord {
  const first = starts.reduce((least, start) => Math.min(least, start));
  const last = ends.reduce((most, end) => Math.max(most, end));
  return {
    bytes: Buffer.from(bytes.subarray(first, last)),
    line,
    starts: starts.map((start) => start - first),
    ends: ends.map((end) => end - first),
  };
}
