/** registry.csv: a snapshot of the population registry. */
import type { Database } from '../db/database.ts';
import type { ImportOptions, ImportSummary } from '../db/import-file.ts';
import { maybeOne } from '../db/rows.ts';
import type { Log } from '../log.ts';
import { type CurrentReference, importReference } from './reference.ts';
import { writeSnapshot } from './registry-blocks.ts';
import { PeopleIntake } from './registry-intake.ts';
import { REGISTRY_COLUMNS, readPerson, readPlainPerson } from './registry-people.ts';
import { todayInJakarta } from './today.ts';

export interface RegistrySummary extends ImportSummary {
  /** The day that the snapshot shows, `YYYY-MM-DD`. */
  readonly as_of: string;
}

/**
 * A wave's snapshot is fixed at its close: a new one is there for later waves, never for one under way.
 * @param asOf The day that the snapshot shows, `YYYY-MM-DD`; today in Jakarta if it is not given.
 */
export async function importRegistry(
  database: Database,
  options: ImportOptions & { readonly asOf?: string | undefined },
  log: Log,
): Promise<RegistrySummary> {
  const { asOf = await todayInJakarta(database.sql) } = options;
  const summary = await importReference(
    database,
    {
      kind: 'registry',
      columns: REGISTRY_COLUMNS,
      current: (sql) =>
        maybeOne(
          sql<CurrentReference[]>`
            select file.id as "importId", file.bytes::float8 as bytes, file.sha256, file.finished_at::text as "finishedAt"
            from registry_snapshot snapshot join import_file file on file.id = snapshot.import_id
            where snapshot.as_of = ${asOf} and snapshot.id =
              (select max(id) from registry_snapshot where kind = 'whole' and dropped_at is null)`,
          'the newest snapshot',
        ),
      begin: (client, importId, columns) =>
        PeopleIntake.begin(client, {
          columns,
          plain: readPlainPerson,
          strict: readPerson,
          complete: (pieces, faults) =>
            writeSnapshot(client, { kind: 'whole', importId, asOf }, pieces, faults),
        }),
    },
    options,
    log,
  );
  return { ...summary, as_of: asOf };
}
