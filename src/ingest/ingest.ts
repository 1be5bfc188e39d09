/**
 * ingest: a file of applications into a wave that is open. One transaction: the file is in the wave in whole, with a
 * list of its rejected rows, or not at all.
 */
import { basename } from 'node:path';
import type pg from 'pg';
import { type CsvFile, openCsv } from '../csv/csv.ts';
import { warningsOf } from '../csv/warnings.ts';
import type { Database } from '../db/database.ts';
import {
  countRejects,
  finishImport,
  forgetCutOff,
  type ImportOptions,
  type ImportSummary,
  inImport,
} from '../db/import-file.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { keepTally } from '../wave/application-blocks.ts';
import { ApplicationValues } from './application-values.ts';
import { ApplicationWriter } from './application-writer.ts';
import type { ImportPlace } from './blocks-in.ts';
import { APPLICANT_COLUMNS, REJOIN_COLUMNS } from './columns.ts';
import {
  enterIntake,
  importedBefore,
  refuseTwin,
  settleAlone,
  TwinImport,
  unchanged,
  whyNotOpen,
} from './intake.ts';
import { warningsOfNiks } from './own-nik.ts';
import {
  type ApplicantCounts,
  type ApplicantsFile,
  type RejoinsFile,
  readApplicants,
  readRejoins,
} from './reading.ts';
import { takeAccounts } from './rejoins.ts';
import { addImported, Fingerprints, finishedImports } from './repeats.ts';
import { createIncoming, settleApplications } from './settle.ts';

export interface IngestOptions extends ImportOptions {
  readonly waveId: number;
}

/**
 * @throws GelombangError INPUT_REFUSED for a file that cannot be read or an unknown wave, CONFLICT where the wave is
 * not open any more, INTERRUPTED on the signal. Nothing stays then.
 */
export async function ingestApplicants(
  database: Database,
  options: IngestOptions,
  log: Log,
): Promise<ImportSummary> {
  const { path, waveId } = options;
  const closed = await whyNotOpen(database, waveId);
  const file = await openCsv(path, [APPLICANT_COLUMNS, REJOIN_COLUMNS]).catch((error: unknown) => {
    throw closed ?? error;
  });
  if (!file.hasRecords) throw closed ?? noRows(path);
  const before = await importedBefore(database, waveId, file);
  if (before !== undefined) {
    await forgetCutOff(database, options);
    logEvent(log, 'import.unchanged', { file: before.file });
    return before;
  }
  if (closed !== undefined) throw closed;
  return bringIn(database, file, options, log);
}

async function bringIn(
  database: Database,
  file: ApplicantsFile,
  options: IngestOptions,
  log: Log,
): Promise<ImportSummary> {
  const { waveId, path } = options;
  const kind = 'applicants';
  logEvent(log, 'import.started', { kind, file: basename(path) });
  const target = { kind, path, bytes: file.progress().bytesTotal, waveId, signal: options.signal } as const;
  try {
    const summary = await inImport(database, target, (client, id) => ingestFile(client, id, file, options));
    const { rows_read: rows, rows_rejected: rejected } = summary;
    logEvent(log, 'import.finished', { kind, file: summary.file, rows, rejected });
    return summary;
  } catch (error) {
    const twin =
      error instanceof TwinImport ? await unchanged(database, waveId, error.sha256, path) : undefined;
    if (twin !== undefined) return twin;
    throw error;
  }
}

async function ingestFile(
  client: pg.ClientBase,
  importId: number,
  file: ApplicantsFile,
  options: IngestOptions,
): Promise<ImportSummary> {
  const { waveId } = options;
  await enterIntake(client, waveId);
  await createIncoming(client);
  const counts = await takeRows(client, { waveId, importId }, file, options);
  const sha256 = file.sha256() ?? '';
  const rejects = await countRejects(client, importId);
  await keepTally(client, { waveId, importId });
  await finishImport(client, importId, sha256, { ...counts, rejected: rejects.rows });
  return {
    kind: 'applicants',
    file: basename(file.path),
    import_id: importId,
    unchanged: false,
    sha256,
    rows_read: counts.read,
    rows_taken: counts.read - rejects.rows,
    rows_rejected: rejects.rows,
    rows_normalised: counts.normalised,
    rejects: rejects.byCode,
    warnings: [...warningsOf(file), ...warningsOfNiks(counts.numberedByNik, waveId)],
  };
}

function takeRows(
  client: pg.ClientBase,
  place: ImportPlace,
  file: ApplicantsFile,
  options: IngestOptions,
): Promise<ApplicantCounts> {
  return file.set === 're-joins'
    ? takeRejoins(client, place, file, options)
    : takeApplicants(client, place, file, options);
}

async function takeApplicants(
  client: pg.ClientBase,
  place: ImportPlace,
  file: CsvFile<typeof APPLICANT_COLUMNS>,
  options: IngestOptions,
): Promise<ApplicantCounts> {
  const seen = new Fingerprints();
  const known = await finishedImports(client, place.waveId);
  await addImported(client, place.waveId, known, seen);
  const values = new ApplicationValues(file.columns);
  const writer = new ApplicationWriter(client, place, values, seen);
  const counts = await readApplicants(file, values, writer, options);
  await beginSettling(client, place, file);
  await settleApplications(client, place, known);
  return counts;
}

async function takeRejoins(
  client: pg.ClientBase,
  place: ImportPlace,
  file: RejoinsFile,
  options: IngestOptions,
): Promise<ApplicantCounts> {
  const counts = await readRejoins(client, place, file, options);
  await beginSettling(client, place, file);
  const numberedByNik = await takeAccounts(client, place);
  // All of it waits: nothing is in the wave that could have to be taken back.
  await settleApplications(client, place, await finishedImports(client, place.waveId));
  return { ...counts, numberedByNik };
}

async function beginSettling(
  client: pg.ClientBase,
  { waveId }: ImportPlace,
  file: ApplicantsFile,
): Promise<void> {
  await settleAlone(client, waveId);
  await refuseTwin(client, waveId, file.sha256() ?? '');
}

function noRows(path: string): GelombangError {
  return new GelombangError('INPUT_REFUSED', `${path} has a header and no rows`, {
    next: 'Look at how the file was made. Nothing was changed.',
  });
}
