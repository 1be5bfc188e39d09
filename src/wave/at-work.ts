/** Processes that are known to be at work: those that have the lead of a wave, and workers that were heard of. */
import type { Sql } from '../db/database.ts';
import { SESSION_LOCKS } from '../db/locks.ts';
import { locksHeld } from '../db/session.ts';
import { codeOf, DENIED } from '../db/sqlstate.ts';
import { readWorkers } from './workers.ts';

export interface ProcessAtWork {
  readonly host: string;
  readonly pid: number;
}

/** Those that the login may know of: not everybody sees the workers. */
export async function processesAtWork(sql: Sql): Promise<readonly ProcessAtWork[]> {
  const led = (await locksHeld(sql, SESSION_LOCKS.lead)).map(({ key }) => key);
  const leading = await sql<ProcessAtWork[]>`select host, pid from run where wave_id = any(${led}::int[])`;
  const workers = await readWorkers(sql).catch((error: unknown) => {
    if (codeOf(error) !== DENIED) throw error;
    return [];
  });
  return [...leading, ...workers.filter(({ health }) => health !== 'gone')];
}
