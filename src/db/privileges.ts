/** What a login may, and what of it the program has no need of. */
import type { Sql } from './database.ts';
import { ROLES, type RoleName } from './roles.ts';

export interface LoginPrivileges {
  readonly login: string;
  readonly roles: readonly RoleName[];
  /** In words, such as `it is a superuser`. */
  readonly moreThanNeeded: readonly string[];
}

interface Row {
  readonly login: string;
  readonly superuser: boolean;
  readonly createrole: boolean;
  readonly createdb: boolean;
  readonly bypassrls: boolean;
  readonly replication: boolean;
  readonly owns: boolean;
  readonly member_of: readonly string[];
}

/** Of the login that the connection has: who signed in, whatever role it has taken on since. */
export async function readPrivileges(sql: Sql): Promise<LoginPrivileges> {
  const [row] = await sql<Row[]>`
    select rolname as login, rolsuper as superuser, rolcreaterole as createrole, rolcreatedb as createdb,
      rolbypassrls as bypassrls, rolreplication as replication,
      coalesce((select pg_has_role(login.oid, relowner, 'member') from pg_class
        where relname = 'wave' and relnamespace = to_regnamespace('public')), false)
        as owns,
      array(select groups.rolname::text from pg_roles groups
        where groups.rolname = any(${Object.values(ROLES)}) and pg_has_role(login.oid, groups.oid, 'member')) as member_of
    from pg_roles login where rolname = session_user`;
  if (row === undefined) return { login: '', roles: [], moreThanNeeded: [] };
  const roles = Object.entries(ROLES).flatMap(([name, role]) =>
    row.member_of.includes(role) && !row.superuser ? [name as RoleName] : [],
  );
  return { login: row.login, roles, moreThanNeeded: moreThanNeeded(row) };
}

/** A superuser has all of it. */
function moreThanNeeded(row: Row): readonly string[] {
  if (row.superuser) return ['it is a superuser'];
  const said: readonly (readonly [boolean, string])[] = [
    [row.owns, 'it owns the tables'],
    [row.createrole, 'it may create roles'],
    [row.createdb, 'it may create databases'],
    [row.bypassrls, 'it passes over the security of rows'],
    [row.replication, 'it may copy the whole server'],
  ];
  return said.flatMap(([is, words]) => (is ? [words] : []));
}
