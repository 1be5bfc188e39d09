/**
 * Settings of a login, of the database, of the session or of the server's files that go round the guards, or have whoever looks
 * into the tables see others. The program's own sessions do not go by those that a session may set itself.
 */
import type { Queryable } from './database.ts';
import { ROLES } from './roles.ts';

/**
 * Said by each connection itself, against whatever is set for its login or its database. Temporary tables come before `public`
 * without being named; what is PostgreSQL's comes before both.
 */
export const OWN_SETTINGS = { search_path: 'public', row_security: 'on' } as const;

/** As they are where nothing is set, and so for nobody to be told. */
const USUAL = [
  'search_path=public',
  'search_path="$user", public',
  'row_security=on',
  'row_security=true',
  'session_replication_role=origin',
];

/** Each as what is set, and where. */
export async function findSettings(sql: Queryable): Promise<readonly string[]> {
  const found = [
    ...(await settingsKept(sql)),
    ...(await settingsInForce(sql)),
    ...(await settingsInFiles(sql)),
  ];
  return found.map(({ setting, where }) => `setting ${setting} ${where}`);
}

interface Setting {
  /** `NAME=VALUE`. */
  readonly setting: string;
  readonly where: string;
}

/**
 * Of logins and databases. The triggers are off where others than the program write, too; where tables are looked for concerns
 * this database alone, and the program, its logins and the owner of the tables.
 */
function settingsKept(sql: Queryable): Promise<readonly Setting[]> {
  return sql<Setting[]>`
    select given as setting, pg_catalog.concat_ws(' ', case when setrole = 0 then case when setdatabase = 0 then 'of all logins' end
        else 'of login ' || coalesce(rolname::text, setrole::text) end, 'of database ' || coalesce(datname::text, nullif(setdatabase, 0)::text)) as where
    from pg_db_role_setting left join pg_roles on pg_roles.oid = setrole left join pg_database on pg_database.oid = setdatabase
      cross join lateral pg_catalog.unnest(setconfig) as kept (given)
    where given <> all (${USUAL}) and (given like 'session\\_replication\\_role=%'
      or (given like 'search\\_path=%' or given like 'row\\_security=%') and (setdatabase = 0 or datname = pg_catalog.current_database())
        and (setrole = 0 or exists (select from pg_roles as ours
          where (ours.rolname = any (${Object.values(ROLES)}) or ours.oid = (select relowner from pg_class where oid = 'public.wave'::regclass))
            and pg_catalog.pg_has_role(setrole, ours.oid, 'MEMBER'))))
    order by setdatabase, setrole, given`;
}

/** Of this session, and of one that has set nothing: what the files of the server say. */
function settingsInForce(sql: Queryable): Promise<readonly Setting[]> {
  return sql<Setting[]>`
    select 'session_replication_role=' || given as setting, 'in force' as where
    from pg_settings cross join lateral (values (setting), (reset_val)) as value (given)
    where name = 'session_replication_role' and given <> 'origin' group by given order by given`;
}

/** What comes to be in force with the next reload or start. Only a superuser may look: to others nothing is said. */
async function settingsInFiles(sql: Queryable): Promise<readonly Setting[]> {
  const [look] = await sql<{ may: boolean }[]>`
    select pg_catalog.has_table_privilege('pg_catalog.pg_file_settings', 'select')
      and pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'execute') as may`;
  if (look?.may !== true) return [];
  return sql<Setting[]>`
    select said as setting, 'in ' || sourcefile as where
    from pg_file_settings cross join lateral (values (pg_catalog.lower(name) || '=' || setting)) as line (said)
    where pg_catalog.lower(name) in ('session_replication_role', 'search_path', 'row_security') and said <> all (${USUAL})
    order by seqno`;
}
