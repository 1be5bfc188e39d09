/** Lists of NIKs (deny or priority) and the past recipients. */
import type { Database, Sql } from '../db/database.ts';
import type { ImportOptions, ImportSummary } from '../db/import-file.ts';
import { maybeOne, one } from '../db/rows.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { ListIntake } from './list-entries.ts';
import { type ListDescription, VersionIn } from './list-version.ts';
import { RECIPIENT_COLUMNS, RecipientIntake } from './recipient-rows.ts';
import { type CurrentReference, importReference } from './reference.ts';

const LIST_COLUMNS = { name: 'list', columns: ['nik'] } as const;

export interface ListOptions extends ImportOptions {
  readonly list: ListDescription;
  /** Who imports it. */
  readonly operator: string;
}

export interface ListSummary extends ImportSummary {
  /** The version that the file is. */
  readonly version: number;
  readonly list: string;
  /** Distinct NIKs. */
  readonly entries: number;
  /** Why the version is held; null where it is not, or not any more. */
  readonly held_for: string | null;
}

/**
 * A list comes in as a new version. The newest of a name is in force for the waves that close after it; one that is
 * suspicious is held first.
 */
export async function importList(database: Database, options: ListOptions, log: Log): Promise<ListSummary> {
  const { list, operator } = options;
  const summary = await importReference(
    database,
    {
      kind: 'list',
      columns: LIST_COLUMNS,
      current: (sql) => newestOf(sql, list),
      begin: (client, importId, columns) =>
        ListIntake.begin(client, columns.nik, new VersionIn(client, { list, importId, operator })),
    },
    options,
    log,
  );
  const made = await one(
    database.sql<Pick<ListSummary, 'version' | 'list' | 'entries' | 'held_for'>[]>`
      select id as version, name as list, entries, case when decision is null then held_for end as held_for
      from list where import_id = ${summary.import_id}`,
    'the version of the list',
  );
  const { version, held_for: reason } = made;
  if (reason !== null && !summary.unchanged) logEvent(log, 'list.held', { list: list.name, version, reason });
  return { ...summary, ...made };
}

/** What was discarded is as if it had not come: the same file may come again, and be looked at anew. */
function newestOf(
  sql: Sql,
  { name, kind, source, listedOn }: ListDescription,
): Promise<CurrentReference | undefined> {
  return maybeOne(
    sql<CurrentReference[]>`
      select file.id as "importId", file.bytes::float8 as bytes, file.sha256, file.finished_at::text as "finishedAt",
        list.held_for is not null and list.decision is null as "isHeld"
      from list join import_file file on file.id = list.import_id
      where list.id = (select max(id) from list where name = ${name} and decision is distinct from 'discarded')
        and list.kind = ${kind} and list.source = ${source} and list.listed_on is not distinct from ${listedOn}::date`,
    'the newest version of the list',
  );
}

/** Whoever is known for the same wave already stays as they are: importing a file again adds nobody. */
export async function importRecipients(
  database: Database,
  options: ImportOptions,
  log: Log,
): Promise<ImportSummary> {
  return importReference(
    database,
    {
      kind: 'recipients',
      columns: RECIPIENT_COLUMNS,
      // Whoever is known stays as they are: there is nothing that the same bytes could change.
      current: async () => undefined,
      begin: (client, _, columns) => RecipientIntake.begin(client, columns),
    },
    options,
    log,
  );
}
