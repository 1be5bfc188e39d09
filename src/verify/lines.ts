import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from './files.ts';

const CHUNK_BYTES = 1 << 18;

/**
 * The lines of a table one after the other, without their line feeds. Tables of an export have a record a line and
 * no quotes (rejects.csv is the exception), so that a line is compared as it stands.
 */
export class Lines {
  /** The number of the line given last, from 1. */
  number = 0;
  private readonly chunks: AsyncGenerator<string>;
  private batch: string[] = [];
  private at = 0;
  private rest = '';
  private ended = false;

  constructor(dir: string, file: string, report: Report) {
    this.chunks = chunksOf(dir, file, report);
  }

  /** The next line, `undefined` behind the last one, or a promise of it where the file must be read further. */
  next(): string | undefined | Promise<string | undefined> {
    const line = this.batch[this.at];
    if (line === undefined) return this.ended ? undefined : this.readOn();
    this.at++;
    this.number++;
    return line;
  }

  private async readOn(): Promise<string | undefined> {
    const { value, done } = await this.chunks.next();
    this.at = 0;
    if (done) {
      this.ended = true;
      this.batch = this.rest === '' ? [] : [this.rest];
    } else {
      this.batch = (this.rest + value).split('\n');
      this.rest = this.batch.pop() ?? '';
    }
    return this.next();
  }
}

async function* chunksOf(dir: string, file: string, report: Report): AsyncGenerator<string> {
  const path = join(dir, file);
  const total = (await stat(path)).size;
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES });
  for await (const chunk of stream) {
    yield chunk;
    report({ step: `reading ${file}`, done: stream.bytesRead, total });
  }
}
