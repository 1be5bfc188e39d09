/** registry.csv: a snapshot of the population registry. */
import type pg from 'pg';
import type { CsvFile, CsvRecord } from '../csv/csv.ts';
import { copyField } from '../db/copy.ts';
import type { Database } from '../db/database.ts';
import type { ImportOptions, ImportSummary } from '../db/import-file.ts';
import { maybeOne, one } from '../db/rows.ts';
import type { Log } from '../log.ts';
import { FieldReader } from './fields.ts';
import {
  type CurrentReference,
  importReference,
  type ReferenceImport,
  type ReferenceRow,
} from './reference.ts';
import { REFERENCE_REJECT_MEANINGS } from './reject.ts';

const REGISTRY_COLUMNS = {
  name: 'registry',
  columns: ['nik', 'kk', 'full_name', 'birth_date', 'sex', 'status'],
} as const;
type Columns = typeof REGISTRY_COLUMNS;

const SEXES = ['L', 'P'] as const;
const STATUSES = ['ACTIVE', 'INACTIVE', 'DECEASED', 'DUPLICATE'] as const;

/** @param asOf The day that the snapshot shows, `YYYY-MM-DD`. */
export async function importRegistry(
  database: Database,
  options: ImportOptions & { readonly asOf: string },
  log: Log,
): Promise<ImportSummary> {
  // A wave's snapshot is fixed at its close: a new one is there for later waves, never for one under way.
  const { id } = await one(
    database.sql<{ id: number }[]>`
      select nextval(pg_get_serial_sequence('registry_snapshot', 'id'))::int as id`,
    'the snapshot',
  );
  return importReference(database, registryImport(id, options.asOf), options, log);
}

/** The table is made in the transaction that fills it, and becomes a part of the registry when it is whole. */
function registryImport(snapshotId: number, asOf: string): ReferenceImport<Columns> {
  const table = `registry_${snapshotId}`;
  return {
    kind: 'registry',
    columns: REGISTRY_COLUMNS,
    current: (sql) =>
      maybeOne(
        sql<CurrentReference[]>`
          select file.id as "importId", file.bytes::float8 as bytes, file.sha256, file.finished_at::text as "finishedAt"
          from registry_snapshot snapshot join import_file file on file.id = snapshot.import_id
          where snapshot.id = (select max(id) from registry_snapshot) and snapshot.as_of = ${asOf}`,
        'the newest snapshot',
      ),
    prepare: async (client) => {
      await client.query(`create table ${table} (like registry including defaults including constraints)`);
      return `${table} (snapshot_id, nik, kk, full_name, birth_date, sex, status)`;
    },
    read: (record, columns) => readPerson(record, columns, snapshotId),
    complete: async (client, importId, file) => {
      await rejectRepeated(client, importId, table, file);
      await client.query(`alter table ${table} add primary key (snapshot_id, nik)`);
      await client.query(`alter table ${table} add check (snapshot_id = ${snapshotId})`);
      await client.query(`alter table registry attach partition ${table} for values in (${snapshotId})`);
      await client.query(
        `insert into registry_snapshot (id, import_id, as_of, people) overriding system value
        values ($1, $2, $3, (select count(*) from ${table}))`,
        [snapshotId, importId, asOf],
      );
      await client.query(`analyze ${table}`);
    },
  };
}

function readPerson(
  record: CsvRecord,
  columns: CsvFile<Columns>['columns'],
  snapshotId: number,
): ReferenceRow {
  const reader = new FieldReader(record.fields, record.line);
  const nik = reader.nik(columns.nik);
  const kk = reader.kkOrNone(columns.kk);
  const name = reader.text(columns.full_name);
  const birthDate = reader.birthDate(columns.birth_date);
  const sex = reader.oneOf(columns.sex, 'sex', SEXES);
  const status = reader.oneOf(columns.status, 'status', STATUSES);
  const { rejects } = reader;
  if (rejects.length > 0) return { rejects };
  const line = `${snapshotId}\t${nik}\t${kk}\t${copyField(name)}\t${birthDate}\t${sex}\t${status}\n`;
  return { line, normalised: reader.normalised };
}

/**
 * A NIK belongs to one person: of rows that share one the first stands. Such rows are rare enough for the file to be
 * read once more to find their lines.
 */
async function rejectRepeated(
  client: pg.ClientBase,
  importId: number,
  table: string,
  file: CsvFile<Columns>,
): Promise<void> {
  const { rows } = await client.query<{ nik: string }>(
    `select nik from ${table} group by nik having count(*) > 1`,
  );
  if (rows.length === 0) return;
  await client.query(
    `delete from ${table} later using ${table} earlier where later.nik = earlier.nik and later.ctid > earlier.ctid`,
  );
  const repeated = new Map(rows.map(({ nik }) => [nik, 0]));
  for await (const batch of file.batches()) {
    for (const record of batch) await rejectLater(client, importId, record, file.columns, repeated);
  }
}

async function rejectLater(
  client: pg.ClientBase,
  importId: number,
  record: CsvRecord,
  columns: CsvFile<Columns>['columns'],
  firstLines: Map<string, number>,
): Promise<void> {
  if (record.fault !== undefined) return;
  const read = readPerson(record, columns, 0);
  const nik = 'line' in read ? (read.line.split('\t')[1] ?? '') : '';
  const first = firstLines.get(nik);
  if (first === undefined) return;
  if (first === 0) {
    firstLines.set(nik, record.line);
    return;
  }
  const message = `the NIK of line ${first} again: ${REFERENCE_REJECT_MEANINGS.NIK_REPEATED}`;
  await client.query(
    `insert into reject (import_id, line, position, registration_no, column_name, code, message)
    values ($1, $2, 0, '', 'nik', 'NIK_REPEATED', $3)`,
    [importId, record.line, message],
  );
}
