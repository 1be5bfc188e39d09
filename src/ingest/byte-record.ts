import type { ByteRecord } from '../csv/csv.ts';
import { APPLICANT_COLUMNS, type ApplicantColumn, type Places } from './columns.ts';

/** Between the values, for it is in none of them. */
const BETWEEN = '\0';

/** The values of an application, with nothing around them, as a record. */
export function byteRecord(
  values: Readonly<Record<ApplicantColumn, string | null>>,
  at: Places<ApplicantColumn>,
  line: number,
): ByteRecord {
  const { columns } = APPLICANT_COLUMNS;
  const bytes = Buffer.from(columns.map((column) => `${values[column] ?? ''}${BETWEEN}`).join(''));
  const width = Math.max(...Object.values(at)) + 1;
  const starts = new Uint32Array(width);
  const ends = new Uint32Array(width);
  let start = 0;
  for (const column of columns) {
    const end = bytes.indexOf(BETWEEN, start);
    starts[at[column]] = start;
    ends[at[column]] = end;
    start = end + 1;
  }
  return { bytes, line, starts, ends };
}
