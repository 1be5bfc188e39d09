/** registry.csv: a snapshot of the population registry. */
import type pg from 'pg';
import type { ByteRecord, CsvRecord } from '../csv/csv.ts';
import type { Database } from '../db/database.ts';
import type { ImportOptions, ImportSummary } from '../db/import-file.ts';
import { maybeOne } from '../db/rows.ts';
import type { Log } from '../log.ts';
import type { Places } from './columns.ts';
import type { FaultsIn } from './faults-in.ts';
import { PeopleGathered } from './people-gathered.ts';
import { Pieces } from './pieces.ts';
import {
  type CurrentReference,
  importReference,
  type ReferenceIntake,
  type ReferenceRow,
} from './reference.ts';
import { writeRegistryBlocks } from './registry-blocks.ts';
import {
  PERSON_READ,
  REGISTRY_COLUMNS,
  type RegistryColumn,
  readPerson,
  readPlainPerson,
} from './registry-people.ts';

/**
 * A wave's snapshot is fixed at its close: a new one is there for later waves, never for one under way.
 * @param asOf The day that the snapshot shows, `YYYY-MM-DD`.
 */
export async function importRegistry(
  database: Database,
  options: ImportOptions & { readonly asOf: string },
  log: Log,
): Promise<ImportSummary> {
  const { asOf } = options;
  return importReference(
    database,
    {
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
      begin: async (client, importId, columns) => {
        const pieces = await Pieces.begin(client, PERSON_READ, () => new PeopleGathered());
        return new RegistryIntake(columns, pieces, (faults) =>
          writeSnapshot(client, { importId, asOf }, pieces, faults),
        );
      },
    },
    options,
    log,
  );
}

type PeoplePieces = Pieces<typeof PERSON_READ, PeopleGathered>;

class RegistryIntake implements ReferenceIntake {
  readonly #columns: Places<RegistryColumn>;
  readonly #pieces: PeoplePieces;
  readonly #write: (faults: FaultsIn) => Promise<void>;
  /** The person that is being read: the same object each time. */
  readonly #person = { nikHigh: 0, nikLow: 0, kkHigh: 0, kkLow: 0, birthDay: 0, female: 0, status: 0 };

  constructor(
    columns: Places<RegistryColumn>,
    pieces: PeoplePieces,
    write: (faults: FaultsIn) => Promise<void>,
  ) {
    this.#columns = columns;
    this.#pieces = pieces;
    this.#write = write;
  }

  takePlain(record: ByteRecord): boolean {
    const person = this.#person;
    if (!readPlainPerson(record, this.#columns, person)) return false;
    const { bytes, starts, ends, line } = record;
    const place = this.#columns.full_name;
    this.#pieces
      .of(person.nikHigh, person.nikLow)
      .addBytes(person, bytes, starts[place] as number, ends[place] as number, line);
    return true;
  }

  take(record: CsvRecord): ReferenceRow {
    const reading = readPerson(record, this.#columns);
    if ('rejects' in reading) return reading;
    const { row, normalised } = reading;
    this.#pieces.of(row.nikHigh, row.nikLow).add(row, row.fullName, record.line);
    return { normalised };
  }

  send(): Promise<void> {
    return this.#pieces.send();
  }

  settle(): Promise<void> {
    return this.#pieces.settle();
  }

  complete(faults: FaultsIn): Promise<void> {
    return this.#write(faults);
  }
}

/** The snapshot comes before its blocks, which refer to it; how many people it has is known after them. */
async function writeSnapshot(
  client: pg.ClientBase,
  { importId, asOf }: { readonly importId: number; readonly asOf: string },
  pieces: PeoplePieces,
  faults: FaultsIn,
): Promise<void> {
  const { rows } = await client.query<{ id: number }>(
    'insert into registry_snapshot (import_id, as_of, people) values ($1, $2, 0) returning id',
    [importId, asOf],
  );
  const snapshotId = rows[0]?.id ?? 0;
  const people = await writeRegistryBlocks(client, snapshotId, pieces, faults);
  await client.query('update registry_snapshot set people = $2 where id = $1', [snapshotId, people]);
}
