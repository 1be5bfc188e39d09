/** Which of the rows read become applications: one a registration number, the first one of the wave. */
import type pg from 'pg';
import { INCOMING_COLUMNS, PROFILE_COLUMNS } from './incoming.ts';
import { REJECT_MEANINGS } from './reject.ts';

/** Rows whose registration number is in the wave already are rejected; in this file the first row stands. */
export async function settleApplications(
  client: pg.ClientBase,
  waveId: number,
  importId: number,
): Promise<void> {
  await client.query(
    `insert into application (wave_id, import_id, ${INCOMING_COLUMNS})
    select $1, $2, ${INCOMING_COLUMNS} from incoming order by registration_no, line
    on conflict (wave_id, registration_no) do nothing`,
    [waveId, importId],
  );
  await rejectRepeated(client, waveId, importId);
}

/** People who have an account enter with the data of the latest wave before this one that they were in. */
export async function settleRejoins(client: pg.ClientBase, waveId: number, importId: number): Promise<void> {
  await client.query('analyze incoming');
  await client.query(
    `create temporary table account on commit drop as
    select distinct on (known.registration_no) known.*
    from application known join (select distinct registration_no from incoming) asked using (registration_no)
    where known.wave_id < $1 order by known.registration_no, known.wave_id desc`,
    [waveId],
  );
  await client.query(
    `insert into reject (import_id, line, position, registration_no, column_name, code, message)
    select $1, line, 0, registration_no, 'registration_no', 'REGISTRATION_NO_UNKNOWN', $2
    from incoming where not exists (select from account where account.registration_no = incoming.registration_no)`,
    [importId, REJECT_MEANINGS.REGISTRATION_NO_UNKNOWN],
  );
  await client.query(
    `insert into application (wave_id, import_id, registration_no, joined_at, line, ${PROFILE_COLUMNS})
    select $1, $2, incoming.registration_no, incoming.joined_at, incoming.line, ${ofAccount(PROFILE_COLUMNS)}
    from incoming join account on account.registration_no = incoming.registration_no
    order by incoming.registration_no, incoming.line
    on conflict (wave_id, registration_no) do nothing`,
    [waveId, importId],
  );
  await rejectRepeated(client, waveId, importId);
}

/** A row that is not the one which stands in the wave under its number: says which one does. */
async function rejectRepeated(client: pg.ClientBase, waveId: number, importId: number): Promise<void> {
  await client.query(
    `insert into reject (import_id, line, position, registration_no, column_name, code, message)
    select $1, incoming.line, 0, incoming.registration_no, 'registration_no', 'REGISTRATION_NO_REPEATED',
      $3 || ', line ' || stands.line || case when stands.import_id = $1 then '' else ' of ' || file.file_name end
    from incoming
      join application stands on stands.wave_id = $2 and stands.registration_no = incoming.registration_no
      join import_file file on file.id = stands.import_id
    where stands.import_id <> $1 or stands.line <> incoming.line`,
    [importId, waveId, REJECT_MEANINGS.REGISTRATION_NO_REPEATED],
  );
}

function ofAccount(columns: string): string {
  return columns
    .split(',')
    .map((column) => `account.${column.trim()}`)
    .join(', ');
}
