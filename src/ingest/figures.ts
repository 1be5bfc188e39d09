/** What came of an import, for whoever brings the same file again. */
import type { Queryable } from '../db/database.ts';
import type { ImportSummary } from '../db/import-file.ts';
import { one } from '../db/rows.ts';

type Figures = Pick<
  ImportSummary,
  'rows_read' | 'rows_taken' | 'rows_rejected' | 'rows_normalised' | 'rejects'
>;

/** Of an import that is finished, as it was said then. */
export async function figuresOf(sql: Queryable, importId: number): Promise<Figures> {
  return one(
    sql<Figures[]>`
      select rows_read::int, rows_taken::int, rows_rejected::int, rows_normalised::int,
        coalesce(
          (
            select json_object_agg(code, rows order by code)
            from (
              select code, count(distinct line)::int as rows from reject where import_id = ${importId} group by code
            ) by_code
          ),
          '{}'
        ) as rejects
      from import_file where id = ${importId}`,
    'the figures of the import',
  );
}
