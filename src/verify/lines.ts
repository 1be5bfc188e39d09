import { join } from 'node:path';
import { GelombangError } from '../errors.ts';
import { streamOf } from '../files/reading.ts';
import type { Report } from './files.ts';

const LONGEST_LINE = 1 << 20;
const LINE_FEED = 0x0a;

/**
 * The lines of a table one after the other, as bytes where they stand in what was read. Tables of an export have a record
 * a line and no quotes (rejects.csv is the exception), so that a line is compared as it stands.
 */
export class Lines {
  /** The number of the line that it is at, from 1. */
  number = 0;
  /** Where the line stands, without its line feed; until the next one is asked for. */
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  readonly #file: string;
  readonly #chunks: AsyncGenerator<Buffer>;
  #next = 0;
  #ended = false;

  constructor(dir: string, file: string, report: Report) {
    this.#file = file;
    this.#chunks = chunksOf(dir, file, report);
  }

  /** Goes to the next line: whether there is one, or a promise of that where the file must be read further. */
  next(): boolean | Promise<boolean> {
    const end = this.bytes.indexOf(LINE_FEED, this.#next);
    return end === -1 ? this.#readOn() : this.#goTo(end);
  }

  /** Goes through all lines that are left. */
  async each(take: () => void): Promise<void> {
    for (let more = this.next(); typeof more === 'boolean' ? more : await more; more = this.next()) take();
  }

  text(): string {
    return this.bytes.toString('utf8', this.start, this.end);
  }

  /** The text of the first line, undefined if there is none. */
  async header(): Promise<string | undefined> {
    return (await this.next()) ? this.text() : undefined;
  }

  #goTo(end: number): boolean {
    this.start = this.#next;
    this.end = end;
    this.#next = end + 1;
    this.number++;
    return true;
  }

  async #readOn(): Promise<boolean> {
    const rest = this.bytes.subarray(this.#next);
    if (rest.length > LONGEST_LINE) {
      const line = this.number + 1;
      throw new GelombangError(
        'INPUT_REFUSED',
        `${this.#file}:${line} is longer than ${LONGEST_LINE} bytes: it is no line of an export`,
        { concerns: { file: this.#file, line } },
      );
    }
    const { value, done } = this.#ended ? { value: undefined, done: true } : await this.#chunks.next();
    this.bytes = value === undefined ? rest : rest.length === 0 ? value : Buffer.concat([rest, value]);
    this.#next = 0;
    if (!done) return this.next();
    this.#ended = true;
    // The last line may have no line feed.
    return rest.length > 0 && this.#goTo(rest.length);
  }
}

async function* chunksOf(dir: string, file: string, report: Report): AsyncGenerator<Buffer> {
  const path = join(dir, file);
  const { stream, size: total } = await streamOf(path);
  for await (const chunk of stream) {
    yield chunk as Buffer;
    report({ step: `reading ${file}`, done: stream.bytesRead, total });
  }
}
