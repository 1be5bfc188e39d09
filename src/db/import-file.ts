/** The record of files that were brought in: a row is begun with the reading and finished with the last of its rows. */
import { basename, resolve } from 'node:path';
import type pg from 'pg';
import { GelombangError } from '../errors.ts';
import type { Database } from './database.ts';
import { SESSION_LOCKS } from './locks.ts';
import { endedBy, transacted } from './session.ts';

export type ImportKind = 'applicants' | 'registry' | 'answers' | 'list' | 'recipients';

export interface ImportProgress {
  readonly rows: number;
  /** Bytes of the file itself. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

export interface ImportOptions {
  readonly path: string;
  readonly onProgress: (progress: ImportProgress) => void;
  readonly signal: AbortSignal;
}

export interface ImportSummary {
  readonly kind: ImportKind;
  readonly file: string;
  readonly import_id: number;
  /** True: the same bytes were imported before, nothing was done now. */
  readonly unchanged: boolean;
  readonly sha256: string;
  readonly rows_read: number;
  readonly rows_taken: number;
  readonly rows_rejected: number;
  /** Rows whose identity numbers were written with spaces, dots, dashes or an apostrophe. */
  readonly rows_normalised: number;
  /** Code → rows that have such a fault. */
  readonly rejects: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

export interface ImportTarget {
  readonly kind: ImportKind;
  readonly path: string;
  readonly bytes: number;
  readonly waveId: number | null;
  /** Ends the import at once, whatever statement is under way. */
  readonly signal: AbortSignal;
}

export interface ImportCounts {
  readonly read: number;
  readonly rejected: number;
  readonly normalised: number;
}

/**
 * Runs an import in one transaction of a connection that can COPY. Whatever it throws, nothing of it stays; a process
 * that is killed leaves the row of its import behind, unfinished, which the close of the wave asks about.
 */
export async function inImport<T>(
  database: Database,
  file: ImportTarget,
  work: (client: pg.ClientBase, importId: number) => Promise<T>,
): Promise<T> {
  await forgetCutOff(database, file);
  let id = 0;
  try {
    return await transacted(
      database,
      (client, pid) => endedBy(file.signal, database, pid, () => work(client, id)),
      ['begin', 'commit; select pg_advisory_unlock_all()'],
      async (client) => {
        id = await beginImport(client, file);
      },
    );
  } catch (error) {
    // Where the database is gone, it is left to whoever begins with the file again.
    await database.sql`delete from import_file where id = ${id} and finished_at is null`.catch(
      () => undefined,
    );
    throwIfStopped(file.signal, file.path);
    throw error;
  }
}

/** Seen by others only with its lock taken: without it, whoever begins with the same name takes it for cut off. */
async function beginImport(client: pg.ClientBase, file: ImportTarget): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `with begun as (
      insert into import_file (kind, wave_id, file_name, path, bytes) values ($1, $2, $3, $4, $5) returning id
    ) select id, pg_advisory_lock($6, id) from begun`,
    [file.kind, file.waveId, basename(file.path), resolve(file.path), file.bytes, SESSION_LOCKS.importing],
  );
  const [begun] = rows;
  if (begun === undefined) throw new GelombangError('UNEXPECTED', 'the import could not be begun');
  return begun.id;
}

/** An import of this file that was cut off is made good by one that begins now, or by its bytes being there already. */
export async function forgetCutOff(
  database: Database,
  { path, waveId }: Pick<ImportTarget, 'path' | 'waveId'>,
): Promise<void> {
  await database.sql`
    delete from import_file
    where path = ${resolve(path)} and wave_id is not distinct from ${waveId} and finished_at is null
      and pg_try_advisory_xact_lock(${SESSION_LOCKS.importing}, id)`;
}

/** Writes the figures down; the import is done with the transaction. @throws where its row is gone. */
export async function finishImport(
  client: pg.ClientBase,
  importId: number,
  sha256: string,
  counts: ImportCounts,
): Promise<void> {
  const { rowCount } = await client.query(
    `update import_file set sha256 = $2, rows_read = $3, rows_rejected = $4, rows_taken = $5, rows_normalised = $6,
      finished_at = clock_timestamp() where id = $1`,
    [importId, sha256, counts.read, counts.rejected, counts.read - counts.rejected, counts.normalised],
  );
  if (rowCount !== 1) throw new GelombangError('UNEXPECTED', `the record of import ${importId} is gone`);
}

/** Code → rows that have a fault of this code, of one import. */
export async function countRejects(
  client: pg.ClientBase,
  importId: number,
): Promise<{ rows: number; byCode: Record<string, number> }> {
  const byCode = await client.query<{ code: string; rows: number }>(
    'select code, count(distinct line)::int as rows from reject where import_id = $1 group by code order by code',
    [importId],
  );
  const all = await client.query<{ rows: number }>(
    'select count(distinct line)::int as rows from reject where import_id = $1',
    [importId],
  );
  return {
    rows: all.rows[0]?.rows ?? 0,
    byCode: Object.fromEntries(byCode.rows.map((row) => [row.code, row.rows])),
  };
}

/** @throws GelombangError INTERRUPTED once the signal was given. */
export function throwIfStopped(signal: AbortSignal, path: string): void {
  if (!signal.aborted) return;
  throw new GelombangError('INTERRUPTED', `the import of ${basename(path)} was stopped`, {
    next: 'Nothing of it was kept. Run the command again.',
  });
}
