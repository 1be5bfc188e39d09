import { RecordPass, type RecordTaker } from './pass.ts';
import type { Preamble } from './preamble.ts';
import type { CsvRecord, LineEnd } from './records.ts';
import { FileReading } from './source.ts';
import { linesOf, withoutByteOrderMark } from './text.ts';

export interface ReadingSettings {
  readonly maxRecordBytes: number;
  readonly chunkBytes: number;
  readonly batchRecords: number;
}

/** The readings of one file after its header is known: what is asked of it is answered from the latest. */
export class CsvReadings {
  readonly #path: string;
  readonly #preamble: Preamble;
  readonly #settings: ReadingSettings;
  #reading: FileReading | undefined;
  #lineEnds: ReadonlySet<LineEnd> = new Set();

  constructor(path: string, preamble: Preamble, settings: ReadingSettings) {
    this.#path = path;
    this.#preamble = preamble;
    this.#settings = settings;
  }

  get bytesRead(): number {
    return this.#reading?.bytesRead ?? 0;
  }

  get sha256(): string | undefined {
    return this.#reading?.sha256;
  }

  get lineEnds(): readonly LineEnd[] {
    return [...this.#lineEnds];
  }

  async hasRecords(): Promise<boolean> {
    try {
      for await (const _ of this.batches()) return true;
      return false;
    } finally {
      this.#reading = undefined;
      this.#lineEnds = new Set();
    }
  }

  async *batches(): AsyncGenerator<CsvRecord[]> {
    const { batchRecords } = this.#settings;
    let batch: CsvRecord[] = [];
    const gather = { strict: (record: CsvRecord) => void batch.push(record) };
    for await (const _ of this.read(gather)) {
      if (batch.length < batchRecords) continue;
      const gathered = batch;
      let at = 0;
      for (; gathered.length - at >= batchRecords; at += batchRecords) {
        yield gathered.slice(at, at + batchRecords);
      }
      batch = gathered.slice(at);
    }
    if (batch.length > 0) yield batch;
  }

  async *read(taker: RecordTaker): AsyncGenerator<number> {
    const { maxRecordBytes, chunkBytes } = this.#settings;
    const reading = new FileReading(this.#path, chunkBytes, this.#preamble.identity);
    const lineEnds = new Set<LineEnd>();
    const pass = new RecordPass(this.#preamble, maxRecordBytes, lineEnds, taker);
    this.#reading = reading;
    this.#lineEnds = lineEnds;
    let isFirst = true;
    for await (const lines of linesOf(this.#path, reading, maxRecordBytes)) {
      pass.take(isFirst ? withoutByteOrderMark(lines) : lines);
      isFirst = false;
      yield pass.records;
    }
    pass.finish();
    yield pass.records;
  }
}
