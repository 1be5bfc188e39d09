/**
 * The group roles of the program, of analysts and of auditors, and what they may. Roles belong to the whole server, which
 * several installations may share; what they may is settled in each database. All of it can be done over again.
 */
import type { Sql, Transaction } from './database.ts';
import { TRANSACTION_LOCKS } from './locks.ts';
import { type Access, TABLES, VIEWS } from './table-access.ts';

export const ROLES = {
  /** The program: reads and writes rows; changes no table, and takes nothing back of the audit log. */
  worker: 'gelombang_worker',
  /** Analysts: views without identities. */
  reader: 'gelombang_reader',
  /** Auditors: the audit log, and how waves came to what they are; nobody's data. */
  auditor: 'gelombang_auditor',
} as const;

export type RoleName = keyof typeof ROLES;

export const ROLE_NAMES = Object.keys(ROLES) as readonly RoleName[];

/** Whom a privilege is taken from before it is given: everybody that the list does not name. */
const EVERYBODY = ['public', ...Object.values(ROLES)].join(', ');

/** What somebody has to run who may create roles, where whoever migrates may not. Another installation may have done so. */
export function roleStatements(): readonly string[] {
  return Object.values(ROLES).map((role) => `create role ${role} nologin`);
}

/** Makes the roles as far as the login may, and settles what they may in this database. @returns whether there are roles. */
export async function applyRoles(sql: Sql): Promise<boolean> {
  if (!(await makeRoles(sql))) return false;
  await sql.begin(async (transaction) => {
    await lockRoles(transaction);
    const there = await transaction<{ name: string }[]>`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')`;
    const names = new Set(there.map(({ name }) => name));
    const listed = Object.entries({ ...TABLES, ...VIEWS }).filter(([name]) => names.has(name));
    const statements = listed.flatMap(([name, access]) => grantsOf(name, access));
    await transaction.unsafe([...statements, ...SCHEMA_GRANTS].join(';\n'));
  });
  return true;
}

/** Who was sooner, on another database of the server, made the same role. */
async function makeRoles(sql: Sql): Promise<boolean> {
  const there = await existingRoles(sql);
  const missing = Object.values(ROLES).filter((role) => !there.has(role));
  if (missing.length === 0) return true;
  const [login] = await sql<{ may: boolean }[]>`
    select rolsuper or rolcreaterole as may from pg_roles where rolname = current_user`;
  if (login?.may !== true) return false;
  for (const role of missing) {
    await sql.unsafe(
      `do $$ begin create role ${role} nologin; exception when duplicate_object or unique_violation then null; end $$`,
    );
  }
  return true;
}

async function existingRoles(sql: Sql): Promise<ReadonlySet<string>> {
  const rows = await sql<{ name: string }[]>`
    select rolname as name from pg_roles where rolname = any(${Object.values(ROLES)})`;
  return new Set(rows.map(({ name }) => name));
}

/** Whether the roles are there to be given anything. */
export async function hasRoles(sql: Sql): Promise<boolean> {
  return (await existingRoles(sql)).size === ROLE_NAMES.length;
}

function grantsOf(name: string, { worker, auditor }: Access): string[] {
  return [
    `revoke all on public."${name}" from ${EVERYBODY}`,
    ...(worker === undefined ? [] : [`grant ${worker} on public."${name}" to ${ROLES.worker}`]),
    ...(auditor === undefined ? [] : [`grant ${auditor} on public."${name}" to ${ROLES.auditor}`]),
  ];
}

/** Functions are called by everybody unless it is said otherwise; those of extensions are not ours to say. */
const SCHEMA_GRANTS: readonly string[] = [
  `grant usage on schema public to ${ROLES.worker}, ${ROLES.auditor}`,
  `revoke all on schema drizzle from ${EVERYBODY}`,
  // Commands look whether the tables are up to date: those of auditors too.
  `grant usage on schema drizzle to ${ROLES.worker}, ${ROLES.auditor}`,
  `grant select on all tables in schema drizzle to ${ROLES.worker}, ${ROLES.auditor}`,
  `revoke all on schema analyst from ${EVERYBODY}`,
  `revoke all on all tables in schema analyst from ${EVERYBODY}`,
  `grant usage on schema analyst to ${ROLES.reader}`,
  `grant select on all tables in schema analyst to ${ROLES.reader}`,
  `do $$
  declare
    ours oid := (select relowner from pg_class where oid = 'public.wave'::regclass);
    found record;
  begin
    for found in select oid::regprocedure as name from pg_proc
      where pronamespace = 'public'::regnamespace and proowner = ours
        and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
    loop
      execute format('revoke all on function %s from ${EVERYBODY}', found.name);
      execute format('grant execute on function %s to ${ROLES.worker}', found.name);
    end loop;
    -- What hashes an entry of the audit log.
    execute 'grant execute on function public.audit_text(public.audit) to ${ROLES.auditor}';
    for found in select pg_depend.objid::regclass as name from pg_depend join pg_class on pg_class.oid = pg_depend.objid
      where pg_class.relkind = 'S' and pg_class.relnamespace = 'public'::regnamespace and pg_class.relowner = ours
        and pg_depend.deptype in ('a', 'i')
    loop
      execute format('revoke all on sequence %s from ${EVERYBODY}', found.name);
      execute format('grant select on sequence %s to ${ROLES.worker}', found.name);
    end loop;
    -- Before PostgreSQL 17 nobody but the owner vacuums: the server passes over it, and does it later by itself.
    if current_setting('server_version_num')::int >= 170000 then
      execute 'grant maintain on public.registry_block to ${ROLES.worker}';
    end if;
    execute format('grant temporary on database %I to ${ROLES.worker}', current_database());
  end $$`,
];

/**
 * Lets nobody into the database who was not given a login for it; whoever owns the tables stays. Not done by itself: others
 * may be at home in it.
 */
export async function closeDatabase(sql: Sql): Promise<void> {
  const statement = `do $$
  declare
    owner name := (select relowner::regrole from pg_class where oid = 'public.wave'::regclass);
  begin
    execute format('grant connect, temporary on database %I to %s', current_database(), owner);
    execute format('revoke all on database %I from public', current_database());
    execute 'revoke all on schema public from public';
  end $$`;
  await sql.begin(async (transaction) => {
    await lockRoles(transaction);
    await transaction.unsafe(statement);
  });
}

/** Two that change the rights of one thing at a time fail. */
export async function lockRoles(transaction: Transaction): Promise<void> {
  await transaction`select pg_advisory_xact_lock(${TRANSACTION_LOCKS.rights}, 0)`;
}
