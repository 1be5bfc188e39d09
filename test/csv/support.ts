import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type CsvOptions, type CsvRecord, openCsv } from '../../src/csv/csv.ts';
import { GelombangError } from '../../src/errors.ts';

/** The columns of the small files of these tests. */
export const PEOPLE = { name: 'people', columns: ['nik', 'kk', 'full_name'] } as const;

/** A folder for the files of one test file, gone afterwards. */
export function useFolder(): {
  file(name: string, content: string | Uint8Array): Promise<string>;
  path(name: string): string;
} {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gelombang-csv-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  return {
    path,
    async file(name, content) {
      await writeFile(path(name), content);
      return path(name);
    },
  };
}

export async function recordsOf(path: string, options: CsvOptions = {}): Promise<CsvRecord[]> {
  const file = await openCsv(path, [PEOPLE], options);
  const records: CsvRecord[] = [];
  for await (const batch of file.batches()) records.push(...batch);
  return records;
}

/** Line, fault and fields of each record, for a short comparison. */
export async function readingOf(path: string, options: CsvOptions = {}): Promise<unknown[]> {
  const records = await recordsOf(path, options);
  return records.map(({ line, fault, fields }) => (fault === undefined ? [line, ...fields] : [line, fault]));
}

/** The refusal that the work ends with; fails when it does not end with one. */
export async function refusalOf(work: Promise<unknown>): Promise<GelombangError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GelombangError && error.code === 'INPUT_REFUSED') return error;
  throw error ?? new Error('it was not refused');
}
