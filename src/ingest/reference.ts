/** The files that applications are held against: registry, lists, past recipients. Each comes in whole or not at all. */
import { basename } from 'node:path';
import type pg from 'pg';
import type { ColumnSet } from '../csv/columns.ts';
import { type ByteRecord, type CsvFile, type CsvRecord, openCsv } from '../csv/csv.ts';
import { warningsOf } from '../csv/warnings.ts';
import type { Database, Sql } from '../db/database.ts';
import {
  countRejects,
  finishImport,
  type ImportKind,
  type ImportOptions,
  type ImportSummary,
  inImport,
  throwIfStopped,
} from '../db/import-file.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import type { Places } from './columns.ts';
import { FaultsIn } from './faults-in.ts';
import { figuresOf } from './figures.ts';
import { type Reject, rejectField } from './reject.ts';

/** In how many of its identity numbers something was taken away, or what is wrong with the record. */
export type ReferenceRow = { readonly normalised: number } | { readonly rejects: readonly Reject[] };

/** Takes the rows of one file, in the import's transaction. */
export interface ReferenceIntake {
  /** Takes a record as bytes where there is nothing to say about it: false, and `take` gets it. Left out: never. */
  takePlain?(record: ByteRecord): boolean;
  /** A record that has as many fields as the header. */
  take(record: CsvRecord): ReferenceRow;
  /** Every few hundred rows: what was gathered goes to the server in between. */
  send(): Promise<void>;
  /** Waits until the server has what is on its way, and the connection is free. */
  settle(): Promise<void>;
  /** After the rows, once it has settled: whatever is left to do. */
  complete(faults: FaultsIn): Promise<void>;
}

export interface ReferenceImport<Columns extends ColumnSet> {
  readonly kind: Exclude<ImportKind, 'applicants'>;
  readonly columns: Columns;
  /**
   * The file that what is in force now, or is held, came from, if any: the same bytes again change nothing. Where many
   * files are in force, the one that may be this one.
   */
  current(sql: Sql, coming: ComingFile): Promise<CurrentReference | undefined>;
  /** Before the rows. */
  begin(
    client: pg.ClientBase,
    importId: number,
    columns: Places<Columns['columns'][number]>,
  ): Promise<ReferenceIntake>;
}

export interface CurrentReference {
  readonly importId: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly finishedAt: string;
  /** It waits for the word of an operator, and is not in force yet. */
  readonly isHeld?: boolean;
  /** What it is, where it is neither held nor what is in force. */
  readonly what?: string;
}

/** The file that is to come in. */
export interface ComingFile {
  readonly bytes: number;
  /** Reads the whole of it: to be asked for only where its size alone does not tell it from others. */
  sha256(): Promise<string>;
}

/** @throws GelombangError INPUT_REFUSED for a file of which nothing can be used, INTERRUPTED on the signal. */
export async function importReference<const Columns extends ColumnSet>(
  database: Database,
  reference: ReferenceImport<Columns>,
  options: ImportOptions,
  log: Log,
): Promise<ImportSummary> {
  const { path } = options;
  const { kind } = reference;
  const file: CsvFile<Columns> = await openCsv(path, [reference.columns]);
  const bytes = file.progress().bytesTotal;
  let hashed: Promise<string> | undefined;
  const sha256 = () => {
    hashed ??= file.hash();
    return hashed;
  };
  const current = await reference.current(database.sql, { bytes, sha256 });
  if (current?.bytes === bytes && current.sha256 === (await sha256())) {
    logEvent(log, 'import.unchanged', { file: basename(path) });
    return unchanged(database.sql, kind, path, current);
  }
  logEvent(log, 'import.started', { kind, file: basename(path) });
  const target = { kind, path, bytes, waveId: null, signal: options.signal };
  const summary = await inImport(database, target, (client, id) =>
    bringIn(client, id, reference, file, options),
  );
  const { rows_read: rows, rows_rejected: rejected } = summary;
  logEvent(log, 'import.finished', { kind, file: summary.file, rows, rejected });
  return summary;
}

async function bringIn<Columns extends ColumnSet>(
  client: pg.ClientBase,
  importId: number,
  reference: ReferenceImport<Columns>,
  file: CsvFile<Columns>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const faults = new FaultsIn(client, importId);
  const intake = await reference.begin(client, importId, file.columns);
  const counts = await readRows(intake, faults, file, options);
  await intake.complete(faults);
  await faults.end();
  const rejects = await countRejects(client, importId);
  if (counts.read > 0 && rejects.rows === counts.read) throw nothingUsable(file.path, rejects.byCode);
  const sha256 = file.sha256() ?? '';
  await finishImport(client, importId, sha256, { ...counts, rejected: rejects.rows });
  return {
    kind: reference.kind,
    file: basename(file.path),
    import_id: importId,
    unchanged: false,
    sha256,
    rows_read: counts.read,
    rows_taken: counts.read - rejects.rows,
    rows_rejected: rejects.rows,
    rows_normalised: counts.normalised,
    rejects: rejects.byCode,
    warnings: warningsOf(file),
  };
}

async function readRows(
  intake: ReferenceIntake,
  faults: FaultsIn,
  file: CsvFile,
  options: ImportOptions,
): Promise<{ read: number; normalised: number }> {
  let read = 0;
  let normalised = 0;
  const strict = (record: CsvRecord) => {
    const row = record.fault === undefined ? intake.take(record) : faultOf(record);
    if ('rejects' in row) faults.add(row.rejects);
    else if (row.normalised > 0) normalised += 1;
  };
  const plain = intake.takePlain?.bind(intake);
  for await (const rows of file.read(plain === undefined ? { strict } : { plain, strict })) {
    throwIfStopped(options.signal, options.path);
    await intake.send();
    if (faults.isMuch) {
      await intake.settle();
      await faults.send();
    }
    read = rows;
    options.onProgress({ rows, ...file.progress() });
  }
  await intake.settle();
  return { read, normalised };
}

async function unchanged(
  sql: Sql,
  kind: ImportKind,
  path: string,
  current: CurrentReference,
): Promise<ImportSummary> {
  const { what = current.isHeld === true ? 'held' : 'what is in force' } = current;
  return {
    kind,
    file: basename(path),
    import_id: current.importId,
    unchanged: true,
    sha256: current.sha256,
    ...(await figuresOf(sql, current.importId)),
    warnings: [`this file is ${what} since ${isoTime(current.finishedAt)}: nothing was done now`],
  };
}

function faultOf(record: CsvRecord): ReferenceRow {
  const { line, fault = 'COLUMN_COUNT', detail } = record;
  return { rejects: [rejectField({ line, registrationNo: '' }, '', fault, detail)] };
}

function nothingUsable(path: string, byCode: Readonly<Record<string, number>>): GelombangError {
  return new GelombangError('INPUT_REFUSED', `no row of ${path} can be used`, {
    faults: Object.entries(byCode).map(([code, rows]) => ({ where: code, what: `${rows} rows` })),
    next: 'Look at how the file was made. Nothing was changed.',
  });
}
