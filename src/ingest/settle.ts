/**
 * Which of the rows that share a registration number stands: one a number, the first of the wave. Rows about which
 * there is a doubt are in the table `incoming`; all of it is done under the wave's settle lock.
 */
import type pg from 'pg';
import { INCOMING, PROFILE_COLUMNS, ROW_COLUMNS } from './application-writer.ts';
import type { BlocksIn, ImportPlace } from './blocks-in.ts';
import { addIncomingColumns } from './incoming.ts';
import { REJECT_MEANINGS } from './reject.ts';
import { finishedImports } from './repeats.ts';
import { withdraw } from './withdraw.ts';

const REJECT = 'insert into reject (import_id, line, position, registration_no, column_name, code, message)';

/**
 * Numbers that are named in a statement at the most. Named, they are looked up where the rows are read, by every worker;
 * a join with a temporary table has all rows of the wave handed to one (measured: 0.5 s in place of 1.2 for 1.2 million).
 */
const MOST_NAMED = 100_000;

/** The table in which rows wait for the end of the file. */
export async function createIncoming(client: pg.ClientBase): Promise<void> {
  await client.query(`create temporary table ${INCOMING} (like application) on commit drop`);
}

/**
 * Of the rows in `incoming` those enter whose number nobody has; the others are rejected.
 * @param known The imports whose numbers were seen before the first row was sent.
 */
export async function settleApplications(
  client: pg.ClientBase,
  place: ImportPlace,
  known: readonly number[],
  blocks: BlocksIn,
): Promise<void> {
  const finished = await finishedImports(client, place.waveId);
  const meanwhile = finished.filter((id) => !known.includes(id));
  if (meanwhile.length > 0) await withdraw(client, place, meanwhile);
  await enter(client, place, blocks);
}

/** People who have an account enter with the data of the latest wave before this one that they were in. */
export async function settleRejoins(
  client: pg.ClientBase,
  place: ImportPlace,
  blocks: BlocksIn,
): Promise<void> {
  const { waveId, importId } = place;
  await client.query('analyze rejoin');
  await client.query(
    `create temporary table account on commit drop as
    select distinct on (known.registration_no) known.*
    from application known join (select distinct registration_no from rejoin) asked using (registration_no)
    where known.wave_id < $1 order by known.registration_no, known.wave_id desc`,
    [waveId],
  );
  await client.query(
    `${REJECT}
    select $1, line, 0, registration_no, 'registration_no', 'REGISTRATION_NO_UNKNOWN', $2
    from rejoin where not exists (select from account where account.registration_no = rejoin.registration_no)`,
    [importId, REJECT_MEANINGS.REGISTRATION_NO_UNKNOWN],
  );
  await client.query(
    `insert into ${INCOMING} (${ROW_COLUMNS})
    select $1, $2, rejoin.line, rejoin.registration_no, ${ofAccount(PROFILE_COLUMNS)}, rejoin.joined_at
    from rejoin join account on account.registration_no = rejoin.registration_no`,
    [waveId, importId],
  );
  await enter(client, place, blocks);
}

/**
 * Else the index by import and line would know nothing of the new pages before the server's own housekeeping came by.
 * Whoever does not own the index may not do it.
 */
export async function indexPlaces(client: pg.ClientBase): Promise<void> {
  await client.query(
    `select brin_summarize_new_values(oid) from pg_class
    where oid = 'application_place'::regclass and pg_has_role(relowner, 'USAGE')`,
  );
}

async function enter(client: pg.ClientBase, place: ImportPlace, blocks: BlocksIn): Promise<void> {
  const { waveId, importId } = place;
  const { rows } = await client.query(`select from ${INCOMING} limit 1`);
  if (rows.length === 0) return;
  await client.query(`create index on ${INCOMING} (line)`);
  await client.query(`analyze ${INCOMING}`);
  await findStanding(client, [...(await finishedImports(client, waveId)), importId]);
  await client.query(
    `${REJECT}
    select $1, incoming.line, 0, incoming.registration_no, 'registration_no', 'REGISTRATION_NO_REPEATED',
      $2 || ', line ' || standing.line ||
        case when standing.import_id = $1 then '' else ' of ' || file.file_name end
    from incoming join standing using (registration_no) join import_file file on file.id = standing.import_id
    where standing.import_id <> $1 or standing.line <> incoming.line`,
    [importId, REJECT_MEANINGS.REGISTRATION_NO_REPEATED],
  );
  await client.query(
    `delete from incoming using standing
    where standing.registration_no = incoming.registration_no
      and (standing.import_id <> $1 or standing.line <> incoming.line)`,
    [importId],
  );
  await client.query(
    `insert into application (${ROW_COLUMNS}) select ${ROW_COLUMNS} from incoming order by line`,
  );
  await addIncomingColumns(client, blocks);
}

/**
 * The row that stands under each number of `incoming`: one that is in the wave, or the first of them. The wave is told by
 * its imports, since the pages of other waves are passed over by the index of places.
 */
async function findStanding(client: pg.ClientBase, imports: readonly number[]): Promise<void> {
  const numbers = await numbersInDoubt(client);
  const isNamed = numbers.length <= MOST_NAMED;
  // Of rows that have just come there are no statistics: the planner would read all waves, or look through the rows
  // in doubt once for each of the others (measured: minutes for a million).
  await client.query('set local enable_seqscan = off');
  await client.query('set local enable_nestloop = off');
  await client.query(
    `create temporary table standing on commit drop as
    select registration_no, import_id, line from application
    where import_id = any ($1)
      and registration_no ${isNamed ? '= any ($2)' : `in (select registration_no from ${INCOMING})`}`,
    isNamed ? [imports, numbers] : [imports],
  );
  await client.query('set local enable_seqscan to default');
  await client.query('set local enable_nestloop to default');
  await client.query('analyze standing');
  await client.query(
    `insert into standing
    select distinct on (registration_no) registration_no, import_id, line from incoming
    where not exists (select from standing where standing.registration_no = incoming.registration_no)
    order by registration_no, line`,
  );
  await client.query('analyze standing');
}

/** One more than can be named at the most. */
async function numbersInDoubt(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ registration_no: string }>(
    `select distinct registration_no from ${INCOMING} limit ${MOST_NAMED + 1}`,
  );
  return rows.map((row) => row.registration_no);
}

function ofAccount(columns: string): string {
  return columns
    .split(',')
    .map((column) => `account.${column.trim()}`)
    .join(', ');
}
