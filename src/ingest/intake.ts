/** Who may bring what into a wave: open waves only, one file once, and the close waits for no half a file. */
import { basename } from 'node:path';
import type pg from 'pg';
import type { Database } from '../db/database.ts';
import type { ImportSummary } from '../db/import-file.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { maybeOne } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import { readWave } from '../wave/record.ts';
import { figuresOf } from './figures.ts';
import type { ApplicantsFile } from './reading.ts';

/** The same bytes came in by another process while this one was reading them. */
export class TwinImport extends Error {
  readonly sha256: string;

  constructor(sha256: string) {
    super('the same file was imported at the same time');
    this.sha256 = sha256;
  }
}

/** Why no application comes in any more; undefined where the wave is open. @throws GelombangError for an unknown wave. */
export async function whyNotOpen(database: Database, waveId: number): Promise<GelombangError | undefined> {
  const { state } = await readWave(database.sql, waveId);
  return state === 'open' ? undefined : notOpen(waveId, state);
}

/** Shared with other imports; the close of the wave takes it alone, so it never closes over half a file. */
export async function enterIntake(client: pg.ClientBase, waveId: number): Promise<void> {
  const { rows: entries } = await client.query<{ entered: boolean }>(
    'select pg_try_advisory_xact_lock_shared($1, $2) as entered',
    [TRANSACTION_LOCKS.intake, waveId],
  );
  // Asked only now: a statement sees what was committed when it began, and the close may have ended since.
  const { rows: waves } = await client.query<{ state: string }>('select state from wave where id = $1', [
    waveId,
  ]);
  const state = waves[0]?.state ?? 'closing';
  if (entries[0]?.entered !== true || state !== 'open') throw notOpen(waveId, state);
}

/** One file at a time: which row of a registration number stands is decided among all files of the wave. */
export async function settleAlone(client: pg.ClientBase, waveId: number): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, $2)', [TRANSACTION_LOCKS.settle, waveId]);
}

/** @throws TwinImport */
export async function refuseTwin(client: pg.ClientBase, waveId: number, sha256: string): Promise<void> {
  const { rowCount } = await client.query(
    "select 1 from import_file where kind = 'applicants' and wave_id = $1 and sha256 = $2 and finished_at is not null",
    [waveId, sha256],
  );
  if (rowCount !== 0) throw new TwinImport(sha256);
}

/** Hashes the file only where one of the same size came in before: a hash costs a whole reading. */
export async function importedBefore(
  database: Database,
  waveId: number,
  file: ApplicantsFile,
): Promise<ImportSummary | undefined> {
  const sameSize = await database.sql`
    select 1 from import_file
    where kind = 'applicants' and wave_id = ${waveId} and bytes = ${file.progress().bytesTotal}
      and finished_at is not null limit 1`;
  return sameSize.length === 0 ? undefined : unchanged(database, waveId, await file.hash(), file.path);
}

/** What the import of the same bytes said, if there was one. */
export async function unchanged(
  database: Database,
  waveId: number,
  sha256: string,
  path: string,
): Promise<ImportSummary | undefined> {
  const row = await maybeOne(
    database.sql<{ id: number; finishedAt: string }[]>`
      select id, finished_at::text as "finishedAt" from import_file
      where kind = 'applicants' and wave_id = ${waveId} and sha256 = ${sha256} and finished_at is not null`,
    'the import of this file',
  );
  if (row === undefined) return undefined;
  return {
    kind: 'applicants',
    file: basename(path),
    import_id: row.id,
    unchanged: true,
    sha256,
    ...(await figuresOf(database.sql, row.id)),
    warnings: [`this file came into wave ${waveId} at ${isoTime(row.finishedAt)}: nothing was done now`],
  };
}

function notOpen(waveId: number, state: string): GelombangError {
  const how = state === 'closing' ? 'is being closed' : `is ${state}`;
  return new GelombangError('CONFLICT', `wave ${waveId} ${how}: no application comes in any more`, {
    concerns: { wave: waveId },
    next: 'Bring these people into the next wave.',
  });
}
