import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Fault, GelombangError } from '../errors.ts';
import { refuseOutside } from '../files/allowed.ts';
import { openToRead, streamOf } from '../files/reading.ts';
import { counted } from './findings.ts';

/** The tables that every export has; draw.json and datapackage.json state the bytes and the hash of each. */
export const TABLES = ['results.csv', 'accepted.csv', 'pool.csv', 'rejects.csv', 'funnel.csv'] as const;

const FILES = [...TABLES, 'draw.json', 'datapackage.json'];

const LINE_FEED = 10;

/** How far a step of the verification has come, in bytes read. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}
export type Report = (progress: Progress) => void;

/** A file as it is, to be compared with what is stated about it. */
export interface Measured {
  readonly bytes: number;
  readonly sha256: string;
  /** Line feeds, plus one for a last line without any. */
  readonly lines: number;
}

/** Throws INPUT_REFUSED, with all of them, if a file of the export is missing or cannot be read. */
export async function refuseMissingFiles(dir: string): Promise<void> {
  await refuseOutside(dir);
  const faults: Fault[] = [];
  for (const file of FILES) {
    const problem = await problemOf(join(dir, file));
    if (problem !== undefined) faults.push({ where: join(dir, file), what: problem });
  }
  if (faults.length === 0) return;
  throw new GelombangError(
    'INPUT_REFUSED',
    `${dir} is not a whole export: ${counted(faults.length, 'file')} cannot be read`,
    {
      concerns: { dir },
      faults,
      next: `Give the folder of an export, with all of its files. It is written by: gelombang export WAVE --out ${dir}`,
    },
  );
}

/** What keeps a file from being read, if anything does. */
export async function problemOf(path: string): Promise<string | undefined> {
  try {
    await (await openToRead(path)).close();
    return undefined;
  } catch (error) {
    if (!(error instanceof GelombangError)) throw error;
    const { cause } = error;
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    return isMissing ? 'is missing' : `cannot be read: ${error.message.replace(`${path}: `, '')}`;
  }
}

export async function measure(dir: string, file: string, report: Report): Promise<Measured> {
  const hash = createHash('sha256');
  let lines = 0;
  let last = LINE_FEED;
  const bytes = await eachChunk(dir, file, `hashing ${file}`, report, (chunk) => {
    hash.update(chunk);
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) lines++;
    last = chunk.at(-1) ?? last;
  });
  return { bytes, sha256: hash.digest('hex'), lines: last === LINE_FEED ? lines : lines + 1 };
}

async function eachChunk(
  dir: string,
  file: string,
  step: string,
  report: Report,
  take: (chunk: Buffer) => void,
): Promise<number> {
  const path = join(dir, file);
  const { stream, size: total } = await streamOf(path);
  let done = 0;
  for await (const chunk of stream) {
    take(chunk);
    done += chunk.length;
    report({ step, done, total });
  }
  return done;
}
