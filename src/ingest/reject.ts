import type { CsvRecord } from '../csv/records.ts';
import { registrationNoShown } from './shown.ts';

/** Why a row cannot be an application: every code of `rejects.csv`, and what it says in a message. */
export const REJECT_MEANINGS = {
  NIK_FORMAT: 'a NIK is 16 digits',
  NIK_EXCEL:
    'a spreadsheet turned the NIK into scientific notation and its digits are lost: import the column as text',
  KK_FORMAT: 'a KK number is 16 digits, and not all the same',
  NAME_BLANK: 'the name is blank',
  DATE_FORMAT: 'a date is YYYY-MM-DD and in the calendar',
  TIME_FORMAT: 'a time is ISO 8601 with its offset, such as 2021-04-23T09:20:00+07:00',
  REGISTRATION_NO_FORMAT: 'a registration number is 1 to 32 of A-Z, 0-9 and -',
  REGISTRATION_NO_REPEATED:
    'the registration number is in the wave already: the first row without a fault stands',
  REGISTRATION_NO_UNKNOWN:
    'no earlier wave has an account of this registration number: its data must come along',
  VALUE_NOT_ALLOWED: 'the value is none of those allowed',
  REGION_FORMAT: 'a regency code is 4 digits',
  COLUMN_COUNT: 'the record does not have the fields of the header',
  ENCODING: 'the record is not UTF-8 text',
  RECORD_TOO_LARGE: 'the record is too large',
} as const;

/** Codes that only the rows of other files can have. */
export const REFERENCE_REJECT_MEANINGS = {
  NIK_REPEATED: 'a NIK belongs to one person, and the first row stands',
  NOT_ASKED: 'no file of questions asks for the NIK, so this is no answer',
} as const;

export type RejectCode = keyof typeof REJECT_MEANINGS;

export const REJECT_CODES = Object.keys(REJECT_MEANINGS) as readonly RejectCode[];

/** One line of `rejects.csv`: one fault of one row. */
export interface Reject {
  /** Physical line of the file on which the row begins, the header being 1. */
  readonly line: number;
  /** As it is in the row, where it is one that may be shown; else empty. */
  readonly registrationNo: string;
  /** The program's name of the column; empty when the fault is the whole record's. */
  readonly column: string;
  readonly code: RejectCode;
  /** One line of text in which there is nothing of anybody. */
  readonly message: string;
}

/** A fault of one field. `found` is what was found there in words: values by `shown.ts`. */
export function rejectField(
  row: { readonly line: number; readonly registrationNo: string },
  column: string,
  code: RejectCode,
  found?: string,
): Reject {
  const message = found === undefined ? REJECT_MEANINGS[code] : `${found}: ${REJECT_MEANINGS[code]}`;
  const registrationNo = registrationNoShown(row.registrationNo);
  return { line: row.line, registrationNo, column, code, message };
}

/**
 * The fault of a record that could not be read as fields of the header. Its registration number is told when it
 * stands first and looks like one.
 */
export function rejectRecord(
  record: CsvRecord,
  columns: { readonly registration_no: number },
): Reject | undefined {
  const { line, fault, detail } = record;
  if (fault === undefined) return undefined;
  const registrationNo = (record.fields[columns.registration_no] ?? '').replace(/^"|"$/g, '').trim();
  return rejectField({ line, registrationNo }, '', fault, detail);
}
