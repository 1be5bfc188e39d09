/** Logins that are not the program's: what they are for is said in place of what the database refuses them. */
import type { Sql } from '../db/database.ts';
import { ROLES } from '../db/roles.ts';
import { codeOf, DENIED } from '../db/sqlstate.ts';
import { GelombangError } from '../errors.ts';

/** What to throw: the error itself, unless it is that the login of an analyst or an auditor may not do what was asked for. */
export async function asRefusedTo(sql: Sql, error: unknown): Promise<unknown> {
  if (!isDenied(error)) return error;
  const found = await rolesOf(sql).catch(() => undefined);
  if (found === undefined || found.superuser || found.worker) return error;
  if (found.auditor) return forAuditor(found.login, error);
  return found.reader ? forReader(found.login, error) : error;
}

interface Held {
  readonly login: string;
  readonly superuser: boolean;
  readonly worker: boolean;
  readonly auditor: boolean;
  readonly reader: boolean;
}

/** Asks for nothing that a reader may not ask: our own tables are none of its business. */
async function rolesOf(sql: Sql): Promise<Held | undefined> {
  const [held] = await sql<Held[]>`
    select login.rolname as login, login.rolsuper as superuser, bool_or(role.rolname = ${ROLES.worker}) as worker,
      bool_or(role.rolname = ${ROLES.auditor}) as auditor, bool_or(role.rolname = ${ROLES.reader}) as reader
    from pg_roles login join pg_roles role on role.rolname = any(${Object.values(ROLES)}) and pg_has_role(login.oid, role.oid, 'member')
    where login.rolname = session_user group by login.rolname, login.rolsuper`;
  return held;
}

function isDenied(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return codeOf(error) === DENIED || isDenied(error.cause);
}

function forReader(login: string, cause: unknown): GelombangError {
  return new GelombangError(
    'INPUT_REFUSED',
    `${login} is a login for analysts (role reader): it reads views in the database, and no command of this program works with it`,
    {
      cause,
      next:
        'With psql or whatever reads PostgreSQL: select * from analyst.wave; and so analyst.outcome, analyst.cutoff and ' +
        'analyst.funnel. For commands, have a DATABASE_URL with a login of role worker.',
    },
  );
}

function forAuditor(login: string, cause: unknown): GelombangError {
  return new GelombangError(
    'INPUT_REFUSED',
    `${login} is a login for auditors (role auditor): it reads the audit log, and may not do that`,
    {
      cause,
      next:
        'Who did what: gelombang audit show\nWhether the log is whole: gelombang audit verify\n' +
        'For other commands, have a DATABASE_URL with a login of role worker.',
    },
  );
}
