/** What an account gave in an earlier wave, as the record of an application that joins another one. */

import type { ByteRecord } from '../csv/csv.ts';
import { BACKSLASH, LINE_FIELDS, TAB, valuesOfLine } from '../wave/lines.ts';
import { byteRecord } from './byte-record.ts';
import { APPLICANT_COLUMNS, type ApplicantColumn, type Places } from './columns.ts';

/** Where the columns stand in the records: as in a line, which has its place in the file before them. */
export const ACCOUNT_PLACES = Object.fromEntries(
  APPLICANT_COLUMNS.columns.map((column, place) => [column, place]),
) as Places<ApplicantColumn>;

const COLUMNS = LINE_FIELDS.length - 1;
const LAST = COLUMNS - 1;
const FIRST_BYTES = 1 << 12;

/** Of the account that joins: its line in the file, and when. */
export interface Joining {
  readonly line: number;
  readonly joinedAt: string;
}

export interface AccountRecord {
  readonly record: ByteRecord;
  /** It has no byte that is escaped in a line. */
  readonly isPlain: boolean;
}

export class AccountRecords {
  #bytes = Buffer.alloc(FIRST_BYTES);
  readonly #starts = new Uint32Array(COLUMNS);
  readonly #ends = new Uint32Array(COLUMNS);

  /** @param given A line of an earlier wave. The record is good until the next is asked for. */
  of(given: Buffer, joining: Joining): AccountRecord {
    if (given.includes(BACKSLASH)) return { record: escaped(given, joining), isPlain: false };
    return { record: this.#plain(given, joining), isPlain: true };
  }

  /** By its bytes: taking it apart into texts was measured at five times the time. */
  #plain(given: Buffer, { line, joinedAt }: Joining): ByteRecord {
    const bytes = this.#room(given.length + joinedAt.length);
    given.copy(bytes);
    let start = given.indexOf(TAB) + 1;
    for (let column = 0; column < LAST; column++) {
      const end = given.indexOf(TAB, start);
      this.#starts[column] = start;
      this.#ends[column] = end;
      start = end + 1;
    }
    this.#starts[LAST] = start;
    this.#ends[LAST] = start + bytes.write(joinedAt, start, 'latin1');
    return { bytes, line, starts: this.#starts, ends: this.#ends };
  }

  #room(size: number): Buffer {
    if (size > this.#bytes.length) this.#bytes = Buffer.alloc(2 * size);
    return this.#bytes;
  }
}

function escaped(given: Buffer, { line, joinedAt }: Joining): ByteRecord {
  return byteRecord({ ...valuesOfLine(given), joined_at: joinedAt }, ACCOUNT_PLACES, line);
}
