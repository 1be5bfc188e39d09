import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { GelombangError } from '../errors.ts';
import { fileTrouble, openToRead, refusedFile } from '../files/reading.ts';

/** What tells that a file is still the one that was opened. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly bytes: number;
  readonly modifiedNs: bigint;
  /** Of its content, name or links: nobody can set it back. */
  readonly changedNs: bigint;
}

/** Of packed data, unpacked bytes from which on it is looked at how many come of each packed one. */
const BOMB_FROM = 1 << 26;
/** Rows of people come to ten; nothing that people write comes to as many. */
const MOST_UNPACKED = 100;

/**
 * One reading of a plain file from its beginning to its end, in chunks of the bytes that are in it: unpacked when
 * it is gzip (by its first two bytes, never by name).
 *
 * The chunks throw INPUT_REFUSED when the file cannot be read, is corrupt gzip, or is not the same at the end as it
 * was in the beginning (`expected`, or when this reading began).
 */
export class FileReading {
  readonly #path: string;
  readonly #chunkBytes: number;
  readonly #expected: FileIdentity | undefined;
  readonly #hash: Hash = createHash('sha256');
  #bytesRead = 0;
  #identity: FileIdentity | undefined;
  #sha256: string | undefined;
  #isGzip = false;

  constructor(path: string, chunkBytes: number, expected?: FileIdentity) {
    this.#path = path;
    this.#chunkBytes = chunkBytes;
    this.#expected = expected;
  }

  /** Bytes of the file itself that were read, packed as they are. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Known from the first chunk on. */
  get identity(): FileIdentity | undefined {
    return this.#identity;
  }

  get isGzip(): boolean {
    return this.#isGzip;
  }

  /** SHA-256 of the file's bytes, hex: undefined until the last chunk is read. */
  get sha256(): string | undefined {
    return this.#sha256;
  }

  /** SHA-256 of the file's bytes as they are, hex: a reading of its own. */
  async hash(): Promise<string> {
    for await (const _ of this.#rawChunks());
    return this.#sha256 ?? '';
  }

  async *chunks(): AsyncGenerator<Buffer> {
    const raw = this.#rawChunks();
    const first = await raw.next();
    if (first.done) return;
    this.#isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
    const all = startingWith(first.value, raw);
    yield* this.#isGzip ? this.#unpacked(all) : all;
  }

  async *#rawChunks(): AsyncGenerator<Buffer> {
    const handle = await openToRead(this.#path);
    try {
      const identity = await identityOf(handle);
      this.#identity = identity;
      if (this.#expected !== undefined && !isSame(identity, this.#expected)) throw this.#changed();
      yield* this.#read(handle, identity);
      if (this.#bytesRead !== identity.bytes || !isSame(identity, await identityOf(handle)))
        throw this.#changed();
      this.#sha256 = this.#hash.digest('hex');
    } finally {
      await handle.close();
    }
  }

  async *#read(handle: FileHandle, { bytes }: FileIdentity): AsyncGenerator<Buffer> {
    // At least two bytes, for the first chunk must show whether the file is gzip.
    const size = Math.max(2, this.#chunkBytes);
    // The next chunk is read while this one is worked on.
    let ahead = this.#readChunk(handle, size);
    try {
      for (let chunk = await ahead; chunk.length > 0; chunk = await ahead) {
        this.#hash.update(chunk);
        this.#bytesRead += chunk.length;
        if (this.#bytesRead > bytes) throw this.#changed();
        ahead = this.#readChunk(handle, size);
        yield chunk;
      }
    } finally {
      await ahead.catch(() => undefined);
    }
  }

  async #readChunk(handle: FileHandle, size: number): Promise<Buffer> {
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(size), 0, size, null);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw refusedFile(this.#path, `it cannot be read: ${fileTrouble(error)}`, undefined, error);
    }
  }

  async *#unpacked(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    const gunzip = createGunzip({ chunkSize: Math.max(64, this.#chunkBytes) });
    // Its failure is seen by the loop below; without a handler it would end the process.
    const feeding = pipeline(Readable.from(packed, { objectMode: true }), gunzip).catch(() => undefined);
    try {
      yield* this.#gunzipChunks(gunzip);
      await feeding;
      if (this.#sha256 === undefined || gunzip.bytesWritten !== this.#bytesRead)
        throw this.#corrupt('bytes follow its end');
    } finally {
      gunzip.destroy();
      await feeding;
    }
  }

  async *#gunzipChunks(gunzip: Gunzip): AsyncGenerator<Buffer> {
    try {
      let unpacked = 0;
      for await (const chunk of gunzip) {
        unpacked += chunk.length;
        if (unpacked > BOMB_FROM && unpacked > MOST_UNPACKED * this.#bytesRead) throw this.#bomb();
        yield chunk;
      }
    } catch (error) {
      if (error instanceof GelombangError) throw error;
      throw this.#corrupt(error instanceof Error ? error.message : 'it cannot be unpacked', error);
    }
  }

  #corrupt(reason: string, cause?: unknown): GelombangError {
    const next = 'Check it with gzip -t, and have it sent again.';
    return refusedFile(this.#path, `the gzip data is damaged or cut off (${reason})`, next, cause);
  }

  #bomb(): GelombangError {
    const next = 'If it is what it should be, unpack it and import the plain file.';
    const found = `the gzip data unpacks to more than ${MOST_UNPACKED} times its size`;
    return refusedFile(this.#path, `${found}, as no file of people does`, next);
  }

  #changed(): GelombangError {
    const next = 'Wait until whoever writes it is done, then import it again.';
    return refusedFile(this.#path, 'the file changed while it was being read', next);
  }
}

async function* startingWith(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

async function identityOf(handle: FileHandle): Promise<FileIdentity> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await handle.stat({ bigint: true });
  return { device: dev, inode: ino, bytes: Number(size), modifiedNs: mtimeNs, changedNs: ctimeNs };
}

function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return (
    one.device === other.device &&
    one.inode === other.inode &&
    one.bytes === other.bytes &&
    one.modifiedNs === other.modifiedNs &&
    one.changedNs === other.changedNs
  );
}
