/** Rows on their way in: the good ones, and what is wrong with the others. */
import type pg from 'pg';
import { copyField, RowsIn } from '../db/copy.ts';
import type { Reject } from './reject.ts';
import type { ApplicantRow } from './row.ts';

/** Characters of faults that are held back at the most. */
const MOST_FAULTS = 1 << 20;

const COLUMNS = `nik, kk, full_name, birth_date, sex, email, phone, regency_code, education, in_school,
  employment_status, occupation, disability, email_verified_at, phone_verified_at, selfie_verified_at,
  test_taken_at, joined_at`;

/** The columns of an application that come from the file, in the order in which rows are sent. */
export const INCOMING_COLUMNS = `registration_no, ${COLUMNS}, line`;
/** What an account keeps from wave to wave. */
export const PROFILE_COLUMNS = COLUMNS.replace(/,\s*joined_at/, '');

const REJECT_COLUMNS = 'import_id, line, position, registration_no, column_name, code, message';

/**
 * Rows of one import on one connection, which is in the import's transaction. Good rows flow to their table; faults
 * are held back, since a connection carries one COPY at a time, and go in between when they have become many.
 */
export class Incoming {
  readonly #client: pg.ClientBase;
  readonly #importId: number;
  readonly #target: string;
  #flow: RowsIn | undefined;
  #rows = '';
  #faults = '';

  /** @param target `table (columns)` that good rows are copied to. */
  constructor(client: pg.ClientBase, importId: number, target: string) {
    this.#client = client;
    this.#importId = importId;
    this.#target = target;
  }

  /** @param line In COPY's text format, with its line end. */
  add(line: string): void {
    this.#rows += line;
  }

  reject(faults: readonly Reject[]): void {
    faults.forEach(({ line, registrationNo, column, code, message }, position) => {
      const fields = [this.#importId, line, position, registrationNo, column, code, message];
      this.#faults += `${fields.map(copyField).join('\t')}\n`;
    });
  }

  /** Sends what was gathered. To be called every few hundred rows: what is gathered stays in memory. */
  async send(): Promise<void> {
    if (this.#rows !== '') {
      this.#flow ??= new RowsIn(this.#client, this.#target);
      await this.#flow.write(this.#rows);
      this.#rows = '';
    }
    if (this.#faults.length >= MOST_FAULTS) await this.#sendFaults();
  }

  /** Sends what is left and waits until the server has it all. */
  async end(): Promise<void> {
    await this.send();
    await this.#sendFaults();
  }

  async #sendFaults(): Promise<void> {
    await this.#flow?.end();
    this.#flow = undefined;
    if (this.#faults === '') return;
    const flow = new RowsIn(this.#client, `reject (${REJECT_COLUMNS})`);
    await flow.write(this.#faults);
    this.#faults = '';
    await flow.end();
  }
}

/** An application as a line for COPY into `INCOMING_COLUMNS`. */
export function applicationLine(row: ApplicantRow, line: number): string {
  return (
    // Coded columns hold nothing that COPY would have to be told about: they were checked to the letter.
    `${row.registrationNo}\t${row.nik}\t${row.kk}\t${copyField(row.fullName)}\t${row.birthDate}\t${row.sex}\t` +
    `${copyField(row.email)}\t${copyField(row.phone)}\t${row.regencyCode}\t${copyField(row.education)}\t` +
    `${copyField(row.inSchool)}\t${row.employmentStatus}\t${row.occupation}\t${copyField(row.disability)}\t` +
    `${copyField(row.emailVerifiedAt)}\t${copyField(row.phoneVerifiedAt)}\t${copyField(row.selfieVerifiedAt)}\t` +
    `${copyField(row.testTakenAt)}\t${row.joinedAt}\t${line}\n`
  );
}
