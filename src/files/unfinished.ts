/** Files under a temporary name, which get their own when all of them are whole. */
import { createHash } from 'node:crypto';
import type { WriteStream } from 'node:fs';
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GelombangError } from '../errors.ts';
import { isAlive } from '../machine.ts';
import { syncFile, syncFolder } from './whole.ts';
import { createFile, folderToWrite, type OutFolder, refuseOtherThanFile, withPath } from './writing.ts';

export interface WrittenFile {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** `.results.csv.4711.unfinished`: by whom it is written. */
const UNFINISHED = /^\..+\.([1-9]\d{0,9})\.unfinished$/;

/** An export on its way: nothing under a final name until `publish`, nothing left after `discard`. */
export class UnfinishedFiles {
  readonly #given: string;
  readonly #names: string[] = [];
  readonly #signal: AbortSignal | undefined;
  #folder: OutFolder;

  /** @param folder As it was given. */
  constructor(folder: string, signal?: AbortSignal) {
    this.#given = folder;
    this.#folder = { path: folder, made: false };
    this.#signal = signal;
  }

  /**
   * Takes away what a process that was killed has left there: it may hold whole NIKs.
   * @throws GelombangError INPUT_REFUSED where no files can be made in the folder.
   */
  async prepare(): Promise<void> {
    this.#folder = await folderToWrite(this.#given);
    await removeAbandoned(this.#folder.path);
  }

  /** Writes a file from a stream, behind a first line of its own where there is one. */
  async write(name: string, firstLine: string, content: Readable): Promise<WrittenFile> {
    const hash = createHash('sha256');
    let bytes = 0;
    const signal = this.#signal;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    const file = await this.#create(name).catch((error: unknown) => {
      content.destroy();
      throw error;
    });
    if (firstLine !== '') measure.write(firstLine);
    await pipeline(content, measure, file, { signal }).catch((error: unknown) => {
      throw signal?.aborted ? interrupted(this.#given) : withPath(error, join(this.#folder.path, name));
    });
    return { bytes, sha256: hash.digest('hex') };
  }

  /** Onto the disk, then under their names. */
  async publish(): Promise<void> {
    await Promise.all(this.#names.map((name) => syncFile(this.#unfinished(name))));
    for (const name of this.#names) await rename(this.#unfinished(name), join(this.#folder.path, name));
    if (this.#names.length > 0) await syncFolder(this.#folder.path);
  }

  /** After `publish` there is nothing to discard. A folder that was made for nothing goes too. */
  async discard(): Promise<void> {
    await Promise.all(this.#names.map((name) => rm(this.#unfinished(name), { force: true })));
    if (this.#folder.made) await rmdir(this.#folder.path).catch(() => undefined);
  }

  async #create(name: string): Promise<WriteStream> {
    await refuseOtherThanFile(join(this.#folder.path, name));
    // Of an earlier attempt of this very process, or of another with its number.
    await rm(this.#unfinished(name), { force: true });
    const handle = await createFile(this.#folder, unfinishedName(name));
    this.#names.push(name);
    return handle.createWriteStream();
  }

  #unfinished(name: string): string {
    return join(this.#folder.path, unfinishedName(name));
  }
}

function unfinishedName(name: string): string {
  return `.${name}.${process.pid}.unfinished`;
}

/** A folder that several machines share is exported to by one of them at a time: here only own processes are known. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(UNFINISHED.exec(name)?.[1] ?? process.pid);
    // What belongs to another user is left to them.
    if (!isAlive(pid)) await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

function interrupted(folder: string): GelombangError {
  return new GelombangError('INTERRUPTED', `the writing of ${folder} was stopped`, {
    next: 'Nothing of it was kept. Run the command again.',
  });
}
