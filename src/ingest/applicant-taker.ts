/** Takes the records of applicants.csv: most as bytes, the others through `readApplicantRow`; both give the same rows. */
import type { ByteRecord, CsvRecord, RecordTaker } from '../csv/csv.ts';
import { GelombangError } from '../errors.ts';
import { BACKSLASH } from '../wave/lines.ts';
import type { ApplicationValues } from './application-values.ts';
import { byteRecord } from './byte-record.ts';
import type { ApplicantColumn } from './columns.ts';
import { isNumberedByNik } from './own-nik.ts';
import { type Reject, rejectRecord } from './reject.ts';
import { type ApplicantRow, readApplicantRow } from './row.ts';

/** Where rows go. */
export interface ApplicationSink {
  /**
   * The record was read into the values that the taker was given.
   * @param isPlain It has no byte that is escaped in a line.
   */
  add(record: ByteRecord, isPlain: boolean): void;
  reject(faults: readonly Reject[]): void;
}

const SPACE = 0x20;
const FIRST_BEYOND_ASCII = 0x80;

export class ApplicantTaker implements RecordTaker {
  readonly #values: ApplicationValues;
  readonly #sink: ApplicationSink;
  readonly #texts: readonly number[];
  /** The bytes of the latest record, which are of many, and whether there is a backslash among them. */
  #bytes: Buffer = Buffer.alloc(0);
  #hasBackslash = false;
  #normalised = 0;
  #numberedByNik = 0;

  constructor(values: ApplicationValues, sink: ApplicationSink) {
    this.#values = values;
    this.#sink = sink;
    const { full_name, email, phone, education } = values.at;
    this.#texts = [full_name, email, phone, education];
  }

  /** Rows in which an identity number was normalised. */
  get normalised(): number {
    return this.#normalised;
  }

  /** Rows that were taken whose registration number is their NIK. */
  get numberedByNik(): number {
    return this.#numberedByNik;
  }

  plain(record: ByteRecord): boolean {
    for (const place of this.#texts) if (!isTrimmed(record, place)) return false;
    if (!this.#values.read(record)) return false;
    if (record.bytes !== this.#bytes) {
      this.#bytes = record.bytes;
      this.#hasBackslash = record.bytes.includes(BACKSLASH);
    }
    // It has no control character: no other byte is escaped.
    this.#add(record, !this.#hasBackslash);
    return true;
  }

  strict(record: CsvRecord): void {
    const { at } = this.#values;
    const fault = rejectRecord(record, at);
    if (fault !== undefined) {
      this.#sink.reject([fault]);
      return;
    }
    const reading = readApplicantRow(record.fields, at, record.line);
    if ('rejects' in reading) {
      this.#sink.reject(reading.rejects);
      return;
    }
    if (reading.normalised > 0) this.#normalised += 1;
    const bytes = byteRecord(textsOf(reading.row), at, record.line);
    if (!this.#values.read(bytes)) {
      throw new GelombangError('UNEXPECTED', `line ${record.line} is good as text and not as bytes`);
    }
    this.#add(bytes, false);
  }

  #add(record: ByteRecord, isPlain: boolean): void {
    if (isNumberedByNik(record, this.#values.at)) this.#numberedByNik += 1;
    this.#sink.add(record, isPlain);
  }
}

/**
 * Takes plain spaces away from around the field. False where there may be other white space: that of Unicode begins and
 * ends beyond ASCII, and the strict way tells it from letters.
 */
function isTrimmed({ bytes, starts, ends }: ByteRecord, place: number): boolean {
  let start = starts[place] as number;
  let end = ends[place] as number;
  while (start < end && bytes[start] === SPACE) start++;
  while (start < end && bytes[end - 1] === SPACE) end--;
  starts[place] = start;
  ends[place] = end;
  if (start === end) return true;
  return (bytes[start] as number) < FIRST_BEYOND_ASCII && (bytes[end - 1] as number) < FIRST_BEYOND_ASCII;
}

function textsOf(row: ApplicantRow): Readonly<Record<ApplicantColumn, string | null>> {
  return {
    registration_no: row.registrationNo,
    nik: row.nik,
    kk: row.kk,
    full_name: row.fullName,
    birth_date: row.birthDate,
    sex: row.sex,
    email: row.email,
    phone: row.phone,
    regency_code: row.regencyCode,
    education: row.education,
    in_school: String(row.inSchool),
    employment_status: row.employmentStatus,
    occupation: row.occupation,
    disability: String(row.disability),
    email_verified_at: row.emailVerifiedAt,
    phone_verified_at: row.phoneVerifiedAt,
    selfie_verified_at: row.selfieVerifiedAt,
    test_taken_at: row.testTakenAt,
    joined_at: row.joinedAt,
  };
}
