/** Lists of NIKs (deny or priority) and the past recipients. */
import type { Database } from '../db/database.ts';
import type { ImportOptions, ImportSummary } from '../db/import-file.ts';
import { maybeOne } from '../db/rows.ts';
import type { Log } from '../log.ts';
import { ListIntake } from './list-entries.ts';
import { RECIPIENT_COLUMNS, RecipientIntake } from './recipient-rows.ts';
import { type CurrentReference, importReference } from './reference.ts';

const LIST_COLUMNS = { name: 'list', columns: ['nik'] } as const;

export interface ListDescription {
  readonly name: string;
  readonly kind: 'deny' | 'priority';
  readonly source: string;
  /** `YYYY-MM-DD`, or null where it is not known. */
  readonly listedOn: string | null;
}

/** A list comes in as a new version; the newest of a name is in force for the waves that close after it. */
export async function importList(
  database: Database,
  options: ImportOptions & { readonly list: ListDescription },
  log: Log,
): Promise<ImportSummary> {
  const { name, kind, source, listedOn } = options.list;
  return importReference(
    database,
    {
      kind: 'list',
      columns: LIST_COLUMNS,
      current: (sql) =>
        maybeOne(
          sql<CurrentReference[]>`
            select file.id as "importId", file.bytes::float8 as bytes, file.sha256, file.finished_at::text as "finishedAt"
            from list join import_file file on file.id = list.import_id
            where list.id = (select max(id) from list where name = ${name}) and list.kind = ${kind}
              and list.source = ${source} and list.listed_on is not distinct from ${listedOn}::date`,
          'the newest version of the list',
        ),
      begin: (client, importId, columns) =>
        ListIntake.begin(client, columns.nik, async () => {
          const { rows } = await client.query<{ id: number }>(
            "insert into list (name, kind, source, listed_on, import_id, entries, imported_by) values ($1, $2, $3, $4, $5, 0, '') returning id",
            [name, kind, source, listedOn, importId],
          );
          return rows[0]?.id ?? 0;
        }),
    },
    options,
    log,
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
