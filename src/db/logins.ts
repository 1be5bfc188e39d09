/** Logins of the program, of analysts and of auditors: made by whoever owns the tables. */
import { GelombangError } from '../errors.ts';
import type { Queryable, Sql } from './database.ts';
import { lockRoles, ROLE_NAMES, ROLES, type RoleName, roleStatements } from './roles.ts';
import { scramVerifier } from './scram.ts';
import { codeOf, DENIED } from './sqlstate.ts';

/** Codes of provinces, or all that there are. */
export type Provinces = readonly number[] | 'all';

/** Stands in a row for all of them. */
const ALL = 0;

export interface NewLogin {
  readonly name: string;
  readonly role: RoleName;
  readonly password: string;
  /** Whom a reader is shown: has to be said of a new one; not given for one that there is, it stays as it was. */
  readonly provinces?: Provinces | undefined;
  /** Of the password's hash; many protect one that is weak. */
  readonly iterations?: number;
}

/**
 * Makes the login, or gives the one of that name another password, and other provinces where they are given. It is let into
 * this database alone. Gives the provinces that it is shown from now on.
 * @throws GelombangError CONFLICT where somebody else has that name, INPUT_REFUSED where the connection may not make logins,
 * USAGE for a new reader without provinces.
 */
export async function makeLogin(
  sql: Sql,
  login: NewLogin,
): Promise<{ readonly isNew: boolean; readonly provinces: Provinces }> {
  try {
    return await sql.begin(async (transaction) => {
      await lockRoles(transaction);
      const isNew = await refuseStranger(transaction, login);
      const { name, role, password, provinces, iterations } = login;
      if (isNew && role === 'reader' && provinces === undefined) throw withoutProvinces(name);
      const verifier = scramVerifier(password, iterations);
      await transaction.unsafe(
        `${isNew ? 'create' : 'alter'} role ${quoted(name)} login password '${verifier}'`,
      );
      if (isNew) await admit(transaction, name, role);
      // What one of that name was shown that is gone is not for the new one.
      if (isNew || provinces !== undefined) await show(transaction, name, provinces ?? []);
      return { isNew, provinces: await provincesOf(transaction, name) };
    });
  } catch (error) {
    throw codeOf(error) === DENIED ? mayNot(login, error) : error;
  }
}

async function show(sql: Queryable, name: string, provinces: Provinces): Promise<void> {
  await sql`delete from reader_region where role = ${name}`;
  for (const province of provinces === 'all' ? [ALL] : provinces)
    await sql`insert into reader_region (role, province) values (${name}, ${province}) on conflict do nothing`;
}

async function provincesOf(sql: Queryable, name: string): Promise<Provinces> {
  const rows = await sql<{ province: number }[]>`
    select province from reader_region where role = ${name} order by province`;
  const codes = rows.map(({ province }) => province);
  return codes.includes(ALL) ? 'all' : codes;
}

function withoutProvinces(name: string): GelombangError {
  return new GelombangError(
    'USAGE',
    `${name} is a new reader, and it is not said which provinces it is shown`,
    {
      next: 'Give --region CODE, once for each province, or --region all.',
    },
  );
}

async function admit(sql: Queryable, name: string, role: RoleName): Promise<void> {
  await sql.unsafe(`grant ${ROLES[role]} to ${quoted(name)}`);
  const [found] = await sql<{ database: string; superuser: boolean }[]>`
    select current_database() as database, rolsuper as superuser from pg_roles where rolname = current_user`;
  await sql.unsafe(`grant connect on database ${quoted(found?.database ?? '')} to ${quoted(name)}`);
  // Who owns the tables ends sessions on behalf of others, and may end only those of logins whose privileges it has.
  if (role === 'worker' && found?.superuser === false)
    await sql.unsafe(`grant ${quoted(name)} to current_user with inherit true, set false`);
}

/** A name that is taken by somebody with other rights, or for another installation on the same server, is not touched. */
async function refuseStranger(sql: Queryable, { name, role }: NewLogin): Promise<boolean> {
  const [found] = await sql<{ ours: boolean }[]>`
    select login.rolcanlogin and not login.rolsuper and not login.rolcreaterole
      and exists (select from pg_auth_members membership join pg_roles groups on groups.oid = membership.roleid
        where membership.member = login.oid and groups.rolname = ${ROLES[role]})
      and exists (select from pg_database, aclexplode(datacl) as acl
        where datname = current_database() and acl.grantee = login.oid and acl.privilege_type = 'CONNECT') as ours
    from pg_roles login where login.rolname = ${name}`;
  if (found === undefined) return true;
  if (found.ours) return false;
  throw new GelombangError(
    'CONFLICT',
    `${name} is a role of this server already, and none that was made as ${role} here`,
    {
      next: 'Choose another name.',
    },
  );
}

function mayNot({ name, role }: NewLogin, cause: unknown): GelombangError {
  const statements = [
    ...roleStatements(),
    `create role ${quoted(name)} login`,
    `grant ${ROLES[role]} to ${quoted(name)}`,
    `grant connect on database … to ${quoted(name)}`,
  ];
  return new GelombangError('INPUT_REFUSED', 'the login of DATABASE_URL may not make logins', {
    cause,
    faults: statements.map((what) => ({ where: 'for a DBA', what })),
    next: 'Have it done by one that may (CREATEROLE, and the roles with ADMIN OPTION), or run the statements by hand; then \\password.',
  });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export interface KnownLogin {
  readonly name: string;
  /** None: of somebody who gets in all the same. */
  readonly roles: readonly RoleName[];
  readonly superuser: boolean;
  readonly owns_tables: boolean;
}

/** All logins that get into this database, as one of the roles or otherwise. */
export async function readLogins(sql: Sql): Promise<readonly KnownLogin[]> {
  const rows = await sql<(Omit<KnownLogin, 'roles'> & { member_of: readonly string[] })[]>`
    select login.rolname as name, login.rolsuper as superuser,
      coalesce((
        select relowner = login.oid from pg_class where relname = 'wave' and relnamespace = to_regnamespace('public')
      ), false) as owns_tables,
      array(select groups.rolname::text from pg_auth_members membership join pg_roles groups on groups.oid = membership.roleid
        where membership.member = login.oid) as member_of
    from pg_roles login
    where login.rolcanlogin and has_database_privilege(login.oid, current_database(), 'connect')
    order by login.rolname`;
  return rows.map(({ member_of: memberOf, ...login }) => ({
    ...login,
    roles: ROLE_NAMES.filter((role) => memberOf.includes(ROLES[role])),
  }));
}
