/** Processes that are known to be at work: those that have the lead of a wave, and workers that were heard of. */
import type { Sql } from '../db/database.ts';
import { SESSION_LOCKS } from '../db/locks.ts';
import { codeOf, DENIED } from '../db/sqlstate.ts';
import { readWorkers } from './workers.ts';

export interface ProcessAtWork {
  readonly host: string;
  readonly pid: number;
}

/** Those that the login may know of: not everybody sees the workers. */
export async function processesAtWork(sql: Sql): Promise<readonly ProcessAtWork[]> {
  const leading = await sql<ProcessAtWork[]>`
    select run.host, run.pid from run join pg_locks lead on lead.objid = run.wave_id::oid
    where lead.locktype = 'advisory' and lead.granted and lead.classid = ${SESSION_LOCKS.lead}
      and lead.database = (select oid from pg_database where datname = current_database())`;
  const workers = await readWorkers(sql).catch((error: unknown) => {
    if (codeOf(error) !== DENIED) throw error;
    return [];
  });
  return [...leading, ...workers.filter(({ health }) => health !== 'gone')];
}
