/** The rejected rows of one import as a file, in the form in which an export has those of a whole wave. */
import { copyOut } from '../db/copy.ts';
import type { Database } from '../db/database.ts';
import { prepareFile, type SingleFile } from '../files/single-file.ts';
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
