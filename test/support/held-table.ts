/** A moment in the middle of a step, held for as long as a test needs: the table that the step writes is locked. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/db/database.ts';
import { ownerSession } from './database.ts';

export interface HeldTable {
  /** Until so many others wait for the table: they are in the middle of their steps. */
  reached(others?: number): Promise<void>;
  /** Lets them go on. */
  release(): Promise<void>;
}

export async function holdTable(database: Database, table: string, mode = 'exclusive'): Promise<HeldTable> {
  const session = await ownerSession(database);
  await session.unsafe(`begin; lock table ${table} in ${mode} mode`);
  return {
    reached: (others = 1) =>
      until(async () => {
        const waiting = await database.sql`
          select from pg_locks where relation = ${table}::regclass and not granted
            and database = (select oid from pg_database where datname = current_database())`;
        return waiting.length >= others;
      }),
    release: () => session.end(),
  };
}

/** Asked less and less often: who asks takes a part of the processor from what is waited for. */
export async function until(happened: () => Promise<boolean> | boolean): Promise<void> {
  for (let interval = 10; !(await happened()); interval = Math.min(interval * 1.3, 150))
    await pause(interval);
}
