/** Files brought into waves of one installation, each into its own, and what is there of them afterwards. */
import { readdir } from 'node:fs/promises';
import { GelombangError } from '../../src/errors.ts';
import { APPLICANT_COLUMNS } from '../../src/ingest/columns.ts';
import { ingestApplicants } from '../../src/ingest/ingest.ts';
import { type Applicant, applicant } from '../ingest/applicant-files.ts';
import type { Installation } from '../support/installation.ts';

export const COLUMNS = APPLICANT_COLUMNS.columns;
export const HEADER = COLUMNS.join(',');

/** What came of a file. */
export interface Brought {
  readonly taken: number;
  /** `line column code` of each fault, in order. */
  readonly rejects: readonly string[];
  readonly messages: readonly string[];
  readonly warnings: readonly string[];
}

let lastWave = 0;

/** A row of applicants.csv, good but for what is changed. */
export function row(changes: Partial<Applicant> = {}): string {
  return Object.values(applicant(changes)).map(field).join(',');
}

/** Rows of so many people who have nothing wrong with them. */
export function people(count: number): string[] {
  return Array.from({ length: count }, (_, place) => row({ registration_no: `PK${place + 1}` }));
}

export function fileOfRows(...rows: readonly string[]): string {
  return `${[HEADER, ...rows].join('\n')}\n`;
}

function field(value: string): string {
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** A wave that is open, without what a close would need. */
async function newWave({ database }: Installation): Promise<number> {
  lastWave += 1;
  await database.sql`
    insert into wave (id, policy, policy_sha256, quota, household_key, entropy_source, secret, entropy_commitment)
    values (${lastWave}, '{}', '', 0, ${Buffer.alloc(32)}, 'secret', '', '')`;
  return lastWave;
}

export async function bring(to: Installation, path: string): Promise<Brought> {
  const waveId = await newWave(to);
  const { signal } = new AbortController();
  const options = { path, waveId, signal, onProgress: () => {} };
  const { import_id, rows_taken, warnings } = await ingestApplicants(to.database, options, to.log);
  const rejects = await to.database.sql<{ line: number; column: string; code: string; message: string }[]>`
    select line, column_name as column, code, message from reject where import_id = ${import_id}
    order by line, position`;
  return {
    taken: rows_taken,
    rejects: rejects.map(({ line, column, code }) =>
      [line, column, code].filter((part) => part !== '').join(' '),
    ),
    messages: rejects.map(({ message }) => message),
    warnings,
  };
}

/**
 * The refusal of a file that leaves nothing: no row, no record of an import, no file beside it. What it says names the file.
 */
export async function refusal(to: Installation, path: string): Promise<GelombangError> {
  const before = await remains(to);
  const error = await bring(to, path).then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof GelombangError)) throw error;
  const after = await remains(to);
  if (after !== before) throw new Error(`it left something: ${before} became ${after}`);
  return error;
}

async function remains({ database, folder }: Installation): Promise<string> {
  const [counts] = await database.sql`
    select (select count(*) from import_file) as imports, (select count(*) from reject) as rejects`;
  return JSON.stringify([counts, (await readdir(folder)).sort()]);
}
