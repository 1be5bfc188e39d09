/** The queue's own tables on PostgreSQL: made by whoever owns ours, used by the program. */
import { type Database, openDatabase, type Sql } from '../db/database.ts';
import { GIVES_WAY, SESSION_LOCKS } from '../db/locks.ts';
import { notTheOwner } from '../db/migrate.ts';
import { hasRoles, ROLES } from '../db/roles.ts';
import { codeOf, DENIED } from '../db/sqlstate.ts';
import pg from '../node-postgres.ts';
import { LATEST_SCHEMA_VERSION, runMigrations } from './libraries.ts';

/** They keep apart from ours. */
export const QUEUE_SCHEMA = 'gelombang_queue';

/** Each queue counts its jobs with a sequence, which BullMQ would make at the first job: the program may make nothing. */
export const STEP_QUEUE = 'gelombang-steps';
const QUEUES = [STEP_QUEUE];

/** `undefined_table` and `invalid_schema_name`. */
const MISSING = ['42P01', '3F000'];

/**
 * Makes them where they are not there or not up to date, as the owner if that is known to be somebody else.
 * @throws GelombangError INPUT_REFUSED where that has to be done and the login may not.
 */
export async function migrateQueueTables(database: Database): Promise<void> {
  if (await areCurrent(database.sql)) return;
  if (database.owner === undefined) return makeQueueTables(database);
  const owned = await openDatabase(database.owner, 1);
  try {
    await makeQueueTables(owned);
  } finally {
    await owned.close();
  }
}

/** The same whether or not they are: what the program may with them is settled anew. */
export async function makeQueueTables(database: Database): Promise<void> {
  try {
    // Migrations of the queue need one session for their lock and their transaction; ours is for what comes after them.
    const client = new pg.Client(database.poolConfig);
    // Without a listener, the loss of the connection would end the process.
    client.on('error', () => {});
    await client.connect();
    try {
      await client.query(GIVES_WAY);
      await client.query('select pg_advisory_lock($1, 0)', [SESSION_LOCKS.migration]);
      await runMigrations(client, QUEUE_SCHEMA);
      for (const queue of QUEUES) await client.query(`select ${QUEUE_SCHEMA}.next_job_id($1)`, [queue]);
      if (await hasRoles(database.sql)) await client.query(GRANTS.join(';\n'));
    } finally {
      await client.end();
    }
  } catch (error) {
    if (codeOf(error) !== DENIED) throw error;
    throw notTheOwner("the queue's tables are not up to date", error);
  }
}

/** Of a schema, tables, sequences and functions; what BullMQ's version says of itself is not for the program to change. */
const GRANTS = [
  `revoke all on schema ${QUEUE_SCHEMA} from public`,
  `revoke all on all tables in schema ${QUEUE_SCHEMA} from public, ${ROLES.worker}`,
  `revoke all on all functions in schema ${QUEUE_SCHEMA} from public`,
  `grant usage on schema ${QUEUE_SCHEMA} to ${ROLES.worker}`,
  `grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to ${ROLES.worker}`,
  `revoke insert, update, delete on ${QUEUE_SCHEMA}.migration from ${ROLES.worker}`,
  `grant usage on all sequences in schema ${QUEUE_SCHEMA} to ${ROLES.worker}`,
  `grant execute on all functions in schema ${QUEUE_SCHEMA} to ${ROLES.worker}`,
];

async function areCurrent(sql: Sql): Promise<boolean> {
  try {
    // Whoever made them may have been killed before it said who may use them.
    const [found] = await sql<{ version: number; granted: boolean }[]>`
      select coalesce(max(version), 0)::int as version, coalesce((
        select has_schema_privilege(oid, ${QUEUE_SCHEMA}, 'usage') from pg_roles where rolname = ${ROLES.worker}
      ), true) as granted from ${sql(`${QUEUE_SCHEMA}.migration`)}`;
    return (found?.version ?? 0) >= LATEST_SCHEMA_VERSION && found?.granted === true;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === DENIED || MISSING.includes(code)) return false;
    throw error;
  }
}
