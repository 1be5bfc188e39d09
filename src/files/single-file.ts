/** A file that is written by itself, under its name when it is whole. */
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { refuseOutside } from './allowed.ts';
import { UnfinishedFiles, type WrittenFile } from './unfinished.ts';
import { refuseOtherThanFile } from './writing.ts';

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
  await refuseOutside(path);
  await refuseOtherThanFile(path);
  const unfinished = new UnfinishedFiles(dirname(path), signal);
  await unfinished.prepare();
  return {
    write: (firstLine, content) => unfinished.write(basename(path), firstLine, content),
    publish: () => unfinished.publish(),
    discard: () => unfinished.discard(),
  };
}
