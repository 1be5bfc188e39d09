/** A wave is not closed over half a file: who is at an import into it, and which imports were cut off. */
import { copierOf } from '../db/copy-pool.ts';
import type { Transaction } from '../db/database.ts';
import { SESSION_LOCKS, TRANSACTION_LOCKS } from '../db/locks.ts';
import { one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { type Fault, GelombangError } from '../errors.ts';
import { closeCommand } from './close-command.ts';

interface ClosingOver {
  readonly waveId: number;
  readonly withoutUnfinished: boolean;
  readonly holdNotices?: boolean;
}

interface UnfinishedImport {
  readonly fileName: string;
  readonly path: string;
  readonly startedAt: string;
  /** Undefined where nobody is at it any more. */
  readonly by: string | undefined;
}

async function unfinishedImports(sql: Transaction, waveId: number): Promise<readonly UnfinishedImport[]> {
  const found = await sql<(Omit<UnfinishedImport, 'by'> & { session: string })[]>`
    select file_name as "fileName", path, started_at as "startedAt",
      coalesce((select application_name from pg_locks join pg_stat_activity using (pid)
        where locktype = 'advisory' and granted and classid = ${SESSION_LOCKS.importing} and objid = import_file.id
          and pg_locks.database = (select oid from pg_database where datname = current_database()) limit 1), '') as session
    from import_file where wave_id = ${waveId} and finished_at is null order by id`;
  return found.map(({ session, ...file }) => ({
    ...file,
    startedAt: isoTime(file.startedAt),
    by: copierOf(session),
  }));
}

/** Clears what was cut off away where it is to be left out. @throws GelombangError CONFLICT where an import is under way or was cut off. */
export async function refuseWhileImporting(sql: Transaction, request: ClosingOver): Promise<void> {
  const { waveId } = request;
  const { alone } = await one(
    sql<{ alone: boolean }[]>`
      select pg_try_advisory_xact_lock(${TRANSACTION_LOCKS.intake}, ${waveId}) as alone`,
    'the intake lock',
  );
  const unfinished = await unfinishedImports(sql, waveId);
  const faults: Fault[] = unfinished.map(({ fileName, startedAt, path, by }) => ({
    where: fileName,
    what: `begun at ${startedAt}${by === undefined ? '' : ` by ${by}`}, from ${path}`,
  }));
  if (!alone) {
    throw new GelombangError('CONFLICT', `an import into wave ${waveId} is under way`, {
      concerns: { wave: waveId },
      faults,
      next: `Wait until it has ended. If its process has stopped for good, end it: nothing of its file stays then.\nThen: ${closeCommand(waveId, request.holdNotices)}`,
    });
  }
  if (unfinished.length === 0) return;
  if (!request.withoutUnfinished) {
    throw new GelombangError(
      'CONFLICT',
      `imports into wave ${waveId} were cut off, nothing of them is in the wave`,
      {
        concerns: { wave: waveId },
        faults,
        next: `Import these files again, or leave them out on purpose: ${closeCommand(waveId, request.holdNotices)} --without-unfinished`,
      },
    );
  }
  await sql`delete from import_file where wave_id = ${waveId} and finished_at is null`;
}
