/** Reads the rows of a file into a table that the import's connection alone sees. */
import type pg from 'pg';
import type { CsvFile, CsvRecord } from '../csv/csv.ts';
import { type ImportOptions, throwIfStopped } from '../db/import-file.ts';
import type { APPLICANT_COLUMNS, REJOIN_COLUMNS } from './columns.ts';
import { applicationLine, INCOMING_COLUMNS, Incoming } from './incoming.ts';
import { rejectRecord } from './reject.ts';
import { readApplicantRow, readRejoinRow } from './row.ts';

export type ApplicantsFile = CsvFile<typeof APPLICANT_COLUMNS | typeof REJOIN_COLUMNS>;

/** Fields of a re-join, as they are sent. */
const REJOIN_INCOMING = 'registration_no, joined_at, line';

/**
 * Leaves the good rows in the temporary table `incoming`, the faults of the others in `reject`.
 * Gives how many rows there were, and in how many identity numbers were normalised.
 */
export async function readRows(
  client: pg.ClientBase,
  importId: number,
  file: ApplicantsFile,
  options: ImportOptions,
): Promise<{ read: number; normalised: number }> {
  const columns = file.set === 're-joins' ? REJOIN_INCOMING : INCOMING_COLUMNS;
  await client.query(
    `create temporary table incoming on commit drop as select ${columns} from application with no data`,
  );
  const incoming = new Incoming(client, importId, `incoming (${columns})`);
  const take = takerOf(file, incoming);
  let read = 0;
  let normalised = 0;
  for await (const batch of file.batches()) {
    throwIfStopped(options.signal, options.path);
    for (const record of batch) normalised += take(record) ? 1 : 0;
    read += batch.length;
    await incoming.send();
    options.onProgress({ rows: read, ...file.progress() });
  }
  await incoming.end();
  return { read, normalised };
}

/** Takes one record; says whether an identity number in it was normalised. */
function takerOf(file: ApplicantsFile, incoming: Incoming): (record: CsvRecord) => boolean {
  return (record) => {
    const fault = rejectRecord(record, file.columns);
    if (fault !== undefined) {
      incoming.reject([fault]);
      return false;
    }
    if (file.set === 're-joins') {
      const reading = readRejoinRow(record.fields, file.columns, record.line);
      if ('rejects' in reading) incoming.reject(reading.rejects);
      else incoming.add(`${reading.row.registrationNo}\t${reading.row.joinedAt}\t${record.line}\n`);
      return false;
    }
    const reading = readApplicantRow(record.fields, file.columns, record.line);
    if ('rejects' in reading) {
      incoming.reject(reading.rejects);
      return false;
    }
    incoming.add(applicationLine(reading.row, record.line));
    return reading.normalised > 0;
  };
}
