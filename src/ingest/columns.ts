import type { ColumnSet } from '../csv/columns.ts';
import { LINE_FIELDS } from '../wave/lines.ts';

const [, ...COLUMNS] = LINE_FIELDS;

/** The columns of applicants.csv, in the order in which the faults of a row are told and in which a line keeps them. */
export const APPLICANT_COLUMNS = { name: 'applicants', columns: COLUMNS } as const satisfies ColumnSet;

/** The columns of a file of people who have an account and enter again with the data that they gave before. */
export const REJOIN_COLUMNS = {
  name: 're-joins',
  columns: ['registration_no', 'joined_at'],
} as const satisfies ColumnSet;

export type ApplicantColumn = (typeof APPLICANT_COLUMNS)['columns'][number];
/** Any column that a fault can be told by, of the files that applications are held against as well. */
export type FileColumn = ApplicantColumn | 'status' | 'wave';
export type RejoinColumn = (typeof REJOIN_COLUMNS)['columns'][number];

/** Where each column stands in a record, counted from 0. */
export type Places<Column extends string> = Readonly<Record<Column, number>>;
