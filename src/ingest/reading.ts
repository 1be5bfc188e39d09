/** Reads the rows of a file: good ones and faults go to the database as they come. */
import type pg from 'pg';
import type { CsvFile, CsvRecord } from '../csv/csv.ts';
import { RowsIn } from '../db/copy.ts';
import { type ImportOptions, throwIfStopped } from '../db/import-file.ts';
import { ApplicantTaker } from './applicant-taker.ts';
import type { ApplicationValues } from './application-values.ts';
import type { ApplicationWriter } from './application-writer.ts';
import type { ImportPlace } from './blocks-in.ts';
import type { APPLICANT_COLUMNS, REJOIN_COLUMNS } from './columns.ts';
import { FaultsIn } from './faults-in.ts';
import { rejectRecord } from './reject.ts';
import { readRejoinRow } from './row.ts';

export type ApplicantsFile = CsvFile<typeof APPLICANT_COLUMNS | typeof REJOIN_COLUMNS>;
export type RejoinsFile = CsvFile<typeof REJOIN_COLUMNS>;

export interface RowCounts {
  readonly read: number;
  /** Rows in which an identity number was normalised. */
  readonly normalised: number;
}

export interface ApplicantCounts extends RowCounts {
  /** Rows whose registration number is their NIK. */
  readonly numberedByNik: number;
}

/** Good rows go to the writer, except that those of a number seen before wait in the table `incoming`. */
export async function readApplicants(
  file: CsvFile<typeof APPLICANT_COLUMNS>,
  values: ApplicationValues,
  writer: ApplicationWriter,
  options: ImportOptions,
): Promise<ApplicantCounts> {
  const taker = new ApplicantTaker(values, writer);
  let read = 0;
  for await (read of file.read(taker)) {
    throwIfStopped(options.signal, options.path);
    await writer.send();
    options.onProgress({ rows: read, ...file.progress() });
  }
  await writer.end();
  return { read, normalised: taker.normalised, numberedByNik: taker.numberedByNik };
}

/** Good rows go to the temporary table `rejoin`. */
export async function readRejoins(
  client: pg.ClientBase,
  { importId }: ImportPlace,
  file: RejoinsFile,
  options: ImportOptions,
): Promise<RowCounts> {
  await client.query(
    `create temporary table rejoin (
      line integer not null, registration_no text not null, joined_at text not null
    ) on commit drop`,
  );
  const target = 'rejoin (line, registration_no, joined_at)';
  let flow = new RowsIn(client, target);
  const faults = new FaultsIn(client, importId);
  let read = 0;
  for await (const batch of file.batches()) {
    throwIfStopped(options.signal, options.path);
    await flow.write(batch.map((record) => rejoinLine(record, file, faults)).join(''));
    read += batch.length;
    if (faults.isMuch) {
      await flow.end();
      await faults.end();
      flow = new RowsIn(client, target);
    }
    options.onProgress({ rows: read, ...file.progress() });
  }
  await flow.end();
  await faults.end();
  return { read, normalised: 0 };
}

/** In COPY's text format; empty where the row has a fault. */
function rejoinLine(record: CsvRecord, file: RejoinsFile, faults: FaultsIn): string {
  const fault = rejectRecord(record, file.columns);
  const reading =
    fault === undefined ? readRejoinRow(record.fields, file.columns, record.line) : { rejects: [fault] };
  if ('row' in reading) return `${record.line}\t${reading.row.registrationNo}\t${reading.row.joinedAt}\n`;
  faults.add(reading.rejects);
  return '';
}
