/** The CSV files of a wave: what stands in each, and where its lines come from. */
import { Readable } from 'node:stream';
import type pg from 'pg';
import { copyOut } from '../db/copy.ts';
import { readPool } from '../wave/pool-parts.ts';
import { harmlessSql } from './formulas.ts';
import { ResultFiles, type ResultsWanted } from './results.ts';

export const RESULTS = 'results.csv';

export interface ExportTable {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly ExportColumn[];
  /** The lines behind the header. The connection is free again when all of them were read. */
  lines(client: pg.ClientBase, waveId: number): Readable;
}

export interface ExportColumn {
  readonly name: string;
  /** Type of the Frictionless table schema. */
  readonly type: 'string' | 'integer';
  readonly description: string;
  readonly pattern?: string;
}

const REGISTRATION_NO: ExportColumn = {
  name: 'registration_no',
  type: 'string',
  description: "The account's public number",
  pattern: '[A-Z0-9-]{1,32}',
};
const OUTCOMES = 'ACCEPTED, RESERVE, NOT_DRAWN, HOUSEHOLD_CAP, INELIGIBLE or UNVERIFIED';

function resultColumns(masked: boolean): readonly ExportColumn[] {
  const nik = masked
    ? { description: 'The first six and the last four digits of the NIK', pattern: '[0-9]{6}\\*{6}[0-9]{4}' }
    : { description: 'The NIK', pattern: '[0-9]{16}' };
  return [
    REGISTRATION_NO,
    { name: 'nik', type: 'string', ...nik },
    { name: 'outcome', type: 'string', description: OUTCOMES },
    { name: 'reasons', type: 'string', description: 'Codes of all the rules failed, joined by |' },
    {
      name: 'tier',
      type: 'integer',
      description: 'Place in the order of priority, from 0; empty without eligibility',
    },
    {
      name: 'rank',
      type: 'integer',
      description: 'Place in draw order among candidates, from 1; empty for others',
    },
  ];
}

/** In this order they are written: the lines of the accepted are known when those of the results are through. */
export function resultTables(wanted: ResultsWanted): readonly ExportTable[] {
  const files = new ResultFiles(wanted);
  const columns = resultColumns(wanted.masked);
  return [
    {
      name: RESULTS,
      description: 'Every application of the wave with its outcome',
      columns,
      lines: (client, waveId) => Readable.from(files.results(client, waveId)),
    },
    {
      name: 'accepted.csv',
      description: 'The accepted applications, in the order of the draw',
      columns,
      lines: () => Readable.from(files.accepted()),
    },
  ];
}

export const POOL: ExportTable = {
  name: 'pool.csv',
  description: 'The eligible applications, frozen before the entropy of the draw was known',
  columns: [
    REGISTRATION_NO,
    { name: 'tier', type: 'integer', description: 'Place in the order of priority, from 0' },
    { name: 'tickets', type: 'integer', description: 'Tickets in the draw, 1 or more' },
    { name: 'household', type: 'string', description: 'Pseudonym of the household', pattern: '[0-9a-f]{16}' },
    { name: 'slots', type: 'integer', description: 'Places left in the household' },
    { name: 'region', type: 'string', description: 'Code of the province', pattern: '[0-9]{2}' },
  ],
  // As they were hashed: these are the lines that the root is the root of.
  lines: (client, waveId) => Readable.from(readPool(client, waveId)),
};

export const REJECTS: ExportTable = {
  name: 'rejects.csv',
  description: 'Rows that are no application, a line for each fault',
  columns: [
    { name: 'line', type: 'integer', description: 'Physical line of the file, the header being 1' },
    { name: 'registration_no', type: 'string', description: 'As the row has it, where it may be shown' },
    { name: 'column', type: 'string', description: 'Where the fault is; empty for the whole row' },
    { name: 'code', type: 'string', description: 'Kind of fault' },
    { name: 'message', type: 'string', description: 'What was found and what was expected' },
  ],
  // COPY takes no bound values: a wave's number, an integer, is the only thing that is put into the text.
  lines: (client, waveId) => copyOut(client, rejectsQuery(`import_file.wave_id = ${waveId}`)),
};

/** The rejected rows of one file. */
export function rejectsOfImport(importId: number): string {
  return rejectsQuery(`import_file.id = ${importId}`);
}

/** What stands in a rejected row can be anything, and its message has its form. */
function rejectsQuery(where: string): string {
  return `
    select line, nullif(${harmlessSql('registration_no')}, ''), nullif(${harmlessSql('column_name')}, ''), code,
      ${harmlessSql('message')}
    from reject join import_file on import_file.id = reject.import_id
    where ${where} order by import_id, line, position`;
}

/** The first line of a table's file. */
export function headerOf(table: Pick<ExportTable, 'columns'>): string {
  return `${table.columns.map((column) => column.name).join(',')}\n`;
}
