/** What a database is, as whoever is connected to it sees it. */
import type { Database } from './database.ts';
import { type KnownLogin, readLogins } from './logins.ts';
import { tableVersion } from './migrate.ts';
import { readPrivileges } from './privileges.ts';
import type { RoleName } from './roles.ts';
import { one } from './rows.ts';

export interface DatabaseStatus {
  readonly server_version: string;
  readonly database: string;
  readonly login: string;
  readonly roles: readonly RoleName[];
  /** In words. */
  readonly more_than_needed: readonly string[];
  /** Migrations; `applied` is null where the login may not even see it. */
  readonly tables: { readonly known: number; readonly applied: number | null };
  /** Of the connection; null: in clear text, or over a unix socket. */
  readonly tls: { readonly version: string; readonly cipher: string } | null;
  readonly logins: readonly KnownLogin[];
}

interface Server {
  readonly version: string;
  readonly database: string;
  readonly ssl: boolean;
  readonly tls: string;
  readonly cipher: string;
}

export async function readStatus({ sql }: Database): Promise<DatabaseStatus> {
  const server = await one(
    sql<Server[]>`
      select current_setting('server_version') as version, current_database() as database, ssl,
        pg_stat_ssl.version as tls, cipher
      from pg_stat_ssl where pid = pg_backend_pid()`,
    'the server',
  );
  const { login, roles, moreThanNeeded } = await readPrivileges(sql);
  const { known, applied = null } = await tableVersion(sql);
  return {
    server_version: server.version,
    database: server.database,
    login,
    roles,
    more_than_needed: moreThanNeeded,
    tables: { known, applied },
    tls: server.ssl ? { version: server.tls, cipher: server.cipher } : null,
    logins: await readLogins(sql),
  };
}
