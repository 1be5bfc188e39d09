import type { Sex } from '../identity/nik.ts';
import {
  EMPLOYMENT_STATUSES,
  type EmploymentStatus,
  OCCUPATIONS,
  type Occupation,
} from '../policy/policy.ts';
import type { ApplicantColumn, Places, RejoinColumn } from './columns.ts';
import { FieldReader } from './fields.ts';
import type { Reject } from './reject.ts';

/** The values of a row of applicants.csv that has no fault. Times are ISO 8601 with offset, as they were given. */
export interface ApplicantRow {
  readonly registrationNo: string;
  readonly nik: string;
  readonly kk: string;
  readonly fullName: string;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
  readonly sex: Sex;
  /** Blank when not given; the same for phone and education. */
  readonly email: string;
  readonly phone: string;
  readonly regencyCode: string;
  readonly education: string;
  readonly inSchool: boolean;
  readonly employmentStatus: EmploymentStatus;
  readonly occupation: Occupation;
  readonly disability: boolean;
  /** Null when not done; the same for the three that follow. */
  readonly emailVerifiedAt: string | null;
  readonly phoneVerifiedAt: string | null;
  readonly selfieVerifiedAt: string | null;
  readonly testTakenAt: string | null;
  readonly joinedAt: string;
}

export interface RejoinRow {
  readonly registrationNo: string;
  readonly joinedAt: string;
}

/** The row's values and how many of its identity numbers were normalised, or all of its faults in column order. */
export type RowReading<Row> =
  | { readonly row: Row; readonly normalised: number }
  | { readonly rejects: readonly Reject[] };

const SEXES = ['L', 'P'] as const;
const TRUTHS = ['true', 'false'] as const;

/**
 * Reads a record of applicants.csv that has as many fields as the header. `line` is the physical line on which it
 * begins. White space around a value is not part of it.
 */
export function readApplicantRow(
  fields: readonly string[],
  columns: Places<ApplicantColumn>,
  line: number,
): RowReading<ApplicantRow> {
  const reader = new FieldReader(fields, line);
  // In the order of the columns of applicants.csv, which is the order of the faults.
  const row: ApplicantRow = {
    registrationNo: reader.registrationNo(columns.registration_no),
    nik: reader.nik(columns.nik),
    kk: reader.kk(columns.kk),
    fullName: reader.fullName(columns.full_name),
    birthDate: reader.birthDate(columns.birth_date),
    sex: reader.oneOf(columns.sex, 'sex', SEXES),
    email: reader.contact(columns.email, 'email'),
    phone: reader.contact(columns.phone, 'phone'),
    regencyCode: reader.regencyCode(columns.regency_code),
    education: reader.text(columns.education),
    inSchool: reader.oneOf(columns.in_school, 'in_school', TRUTHS) === 'true',
    employmentStatus: reader.oneOf(columns.employment_status, 'employment_status', EMPLOYMENT_STATUSES),
    occupation: reader.oneOf(columns.occupation, 'occupation', OCCUPATIONS),
    disability: reader.oneOf(columns.disability, 'disability', TRUTHS) === 'true',
    emailVerifiedAt: reader.timeOrBlank(columns.email_verified_at, 'email_verified_at'),
    phoneVerifiedAt: reader.timeOrBlank(columns.phone_verified_at, 'phone_verified_at'),
    selfieVerifiedAt: reader.timeOrBlank(columns.selfie_verified_at, 'selfie_verified_at'),
    testTakenAt: reader.timeOrBlank(columns.test_taken_at, 'test_taken_at'),
    joinedAt: reader.time(columns.joined_at, 'joined_at'),
  };
  return readingOf(reader, row);
}

/** Reads a record of a file of re-joins. Whether the registration number is known is not decided here. */
export function readRejoinRow(
  fields: readonly string[],
  columns: Places<RejoinColumn>,
  line: number,
): RowReading<RejoinRow> {
  const reader = new FieldReader(fields, line);
  return readingOf(reader, {
    registrationNo: reader.registrationNo(columns.registration_no),
    joinedAt: reader.time(columns.joined_at, 'joined_at'),
  });
}

function readingOf<Row>({ rejects, normalised }: FieldReader, row: Row): RowReading<Row> {
  return rejects.length > 0 ? { rejects } : { row, normalised };
}
