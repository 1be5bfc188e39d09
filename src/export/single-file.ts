/** A file that is written by itself, under its name when it is whole. */
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { GelombangError } from '../errors.ts';
import { UnfinishedFiles, type WrittenFile } from './unfinished.ts';

export interface SingleFile {
  /** The content behind a first line. Under its name only with `publish`. */
  write(firstLine: string, content: Readable): Promise<WrittenFile>;
  publish(): Promise<void>;
  /** What is not published is gone; after `publish` there is nothing to discard. */
  discard(): Promise<void>;
}

/**
 * Asked for before the work whose result it takes, so that it is not found out after it that the file cannot be written.
 * @throws GelombangError INPUT_REFUSED where that is so.
 */
export async function prepareFile(path: string, signal?: AbortSignal): Promise<SingleFile> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new GelombangError('INPUT_REFUSED', `${path} is a folder`, { next: 'Give the name of a file.' });
  }
  const unfinished = new UnfinishedFiles(dirname(resolve(path)), signal);
  await unfinished.prepare();
  return {
    write: (firstLine, content) => unfinished.write(basename(path), firstLine, content),
    publish: () => unfinished.publish(),
    discard: () => unfinished.discard(),
  };
}
