/**
 * Rejected rows are given out only where there are as many as were counted. Those of one import as a file, in the form in
 * which an export has those of a whole wave.
 */
import { copyOut } from '../db/copy.ts';
import type { Database, Queryable } from '../db/database.ts';
import { prepareFile, type SingleFile } from '../files/single-file.ts';
import { Tampered } from '../keys/sealing.ts';
import type { Wave } from '../wave/record.ts';
import { headerOf, REJECTS, rejectsOfImport } from './tables.ts';

export interface RejectsFile {
  write(database: Database, importId: number): Promise<void>;
}

/** @throws GelombangError INPUT_REFUSED where the file cannot be written. */
export async function prepareRejects(path: string): Promise<RejectsFile> {
  const file = await prepareFile(path);
  return { write: (database, importId) => writeRejects(database, importId, file) };
}

async function writeRejects(database: Database, importId: number, file: SingleFile): Promise<void> {
  await countRows(database.sql, database.sql`id = ${importId}`);
  const client = await database.copyPool.connect();
  let broken: Error | undefined;
  try {
    await file.write(headerOf(REJECTS), copyOut(client, rejectsOfImport(importId)));
    await file.publish();
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
    await file.discard();
  }
}

/** @throws Tampered where a wave that is published has other rejected rows than were counted. */
export async function refuseOtherRejects(sql: Queryable, { id, funnel }: Wave): Promise<void> {
  const found = await countRows(sql, sql`wave_id = ${id}`);
  const counted = new Map(funnel).get('rows_rejected') ?? 0;
  if (found !== counted) throw otherRejects(`wave ${id}`, found, counted);
}

/** The rejected rows of some imports together. @throws Tampered where one has another number than it was finished with. */
async function countRows(sql: Queryable, where: ReturnType<Queryable>): Promise<number> {
  const files = await sql<{ id: number; counted: number; found: number }[]>`
    select id, coalesce(rows_rejected, 0)::float8 as counted,
      (select count(distinct line) from reject where import_id = import_file.id)::float8 as found
    from import_file where ${where}`;
  for (const { id, counted, found } of files) {
    if (found !== counted) throw otherRejects(`import ${id}`, found, counted);
  }
  return files.reduce((sum, { found }) => sum + found, 0);
}

function otherRejects(of: string, found: number, counted: number): Tampered {
  return new Tampered(`the rejected rows of ${of} were changed: ${found} are there, ${counted} came`);
}
