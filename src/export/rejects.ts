/** The rejected rows of one import as a file, in the form in which an export has those of a whole wave. */
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { copyOut } from '../db/copy.ts';
import type { Database } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { headerOf, REJECTS, rejectsOfImport } from './tables.ts';
import { UnfinishedFiles } from './unfinished.ts';

export interface RejectsFile {
  write(database: Database, importId: number): Promise<void>;
}

/**
 * Asked for before the import, so that it is not found out after it that the file cannot be written.
 * @throws GelombangError INPUT_REFUSED where that is so.
 */
export async function prepareRejects(path: string): Promise<RejectsFile> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new GelombangError('INPUT_REFUSED', `${path} is a folder`, { next: 'Give the name of a file.' });
  }
  const unfinished = new UnfinishedFiles(dirname(resolve(path)));
  await unfinished.prepare();
  return { write: (database, importId) => writeRejects(database, importId, basename(path), unfinished) };
}

async function writeRejects(
  database: Database,
  importId: number,
  name: string,
  unfinished: UnfinishedFiles,
): Promise<void> {
  const client = await database.copyPool.connect();
  let broken: Error | undefined;
  try {
    await unfinished.write(name, headerOf(REJECTS), copyOut(client, rejectsOfImport(importId)));
    await unfinished.publish();
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
    await unfinished.discard();
  }
}
