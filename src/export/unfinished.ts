/** Files under a temporary name, which get their own when all of them are whole. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface WrittenFile {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** An export on its way: nothing under a final name until `publish`, nothing left after `discard`. */
export class UnfinishedFiles {
  readonly #folder: string;
  readonly #names: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
  }

  /** Writes a file from a stream, behind a first line of its own where there is one. */
  async write(name: string, firstLine: string, content: Readable): Promise<WrittenFile> {
    const path = this.#unfinished(name);
    this.#names.push(name);
    const hash = createHash('sha256');
    let bytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    if (firstLine !== '') measure.write(firstLine);
    await pipeline(content, measure, createWriteStream(path, { mode: 0o600 }));
    return { bytes, sha256: hash.digest('hex') };
  }

  /** Onto the disk, then under their names. */
  async publish(): Promise<void> {
    for (const name of this.#names) await syncFile(this.#unfinished(name));
    for (const name of this.#names) await rename(this.#unfinished(name), join(this.#folder, name));
  }

  async discard(): Promise<void> {
    await Promise.all(this.#names.map((name) => rm(this.#unfinished(name), { force: true })));
  }

  #unfinished(name: string): string {
    return join(this.#folder, `.${name}.${process.pid}.unfinished`);
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
