/** Rows on their way in: good ones and faults are gathered and sent to the server a few megabytes at a time. */
import type pg from 'pg';
import { copyField, copyRows } from '../db/copy.ts';
import type { Reject } from './reject.ts';
import type { ApplicantRow } from './row.ts';

/** Characters gathered before they are sent: the server takes them while the next are read. */
const CHUNK = 1 << 22;

const COLUMNS = `nik, kk, full_name, birth_date, sex, email, phone, regency_code, education, in_school,
  employment_status, occupation, disability, email_verified_at, phone_verified_at, selfie_verified_at,
  test_taken_at, joined_at`;

/** The columns of an application that come from the file, in the order in which rows are sent. */
export const INCOMING_COLUMNS = `registration_no, ${COLUMNS}, line`;
/** What an account keeps from wave to wave. */
export const PROFILE_COLUMNS = COLUMNS.replace(/,\s*joined_at/, '');

const REJECT_COLUMNS = 'import_id, line, position, registration_no, column_name, code, message';

/** Rows of one import on one connection, which is in the import's transaction. */
export class Incoming {
  readonly #client: pg.ClientBase;
  readonly #importId: number;
  readonly #target: string;
  #rows: string[] = [];
  #rejects: string[] = [];
  #size = 0;
  #sending: Promise<void> = Promise.resolve();

  /** @param target `table (columns)` that good rows are copied to. */
  constructor(client: pg.ClientBase, importId: number, target: string) {
    this.#client = client;
    this.#importId = importId;
    this.#target = target;
  }

  add(line: string): void {
    this.#rows.push(line);
    this.#size += line.length;
  }

  reject(faults: readonly Reject[]): void {
    faults.forEach((fault, position) => {
      const fields = [
        this.#importId,
        fault.line,
        position,
        fault.registrationNo,
        fault.column,
        fault.code,
        fault.message,
      ];
      const line = `${fields.map(copyField).join('\t')}\n`;
      this.#rejects.push(line);
      this.#size += line.length;
    });
  }

  /** Waits only while the chunk before is still on its way: at most two are held. */
  async sendFull(): Promise<void> {
    if (this.#size >= CHUNK) await this.#send();
  }

  /** Sends what is left and waits until the server has it all. */
  async end(): Promise<void> {
    await this.#send();
    await this.#sending;
  }

  async #send(): Promise<void> {
    await this.#sending;
    const rows = this.#rows.join('');
    const rejects = this.#rejects.join('');
    this.#rows = [];
    this.#rejects = [];
    this.#size = 0;
    this.#sending = this.#copy(rows, rejects);
    // Met where it is awaited, at the next chunk; until then it is not unhandled.
    this.#sending.catch(() => {});
  }

  async #copy(rows: string, rejects: string): Promise<void> {
    if (rows !== '') await copyRows(this.#client, this.#target, rows);
    if (rejects !== '') await copyRows(this.#client, `reject (${REJECT_COLUMNS})`, rejects);
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
