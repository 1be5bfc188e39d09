/** The triggers and functions of the migrations, and whether the database has them still: as they were written, and at work. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../project-root.ts';
import type { Queryable } from './database.ts';

/** What it is → SHA-256 of what it says. */
export type Guards = Readonly<Record<string, string>>;

/** Written by the test that migrates an empty database. */
export const WRITTEN_GUARDS = join(projectRoot(), 'drizzle', 'guards.json');

interface Guard {
  readonly name: string;
  readonly sha256: string;
  readonly on: boolean;
}

/** What is not as it was written, each as a sentence: off, changed, gone, or on our tables and none of ours. */
export async function findMissingGuards(sql: Queryable): Promise<readonly string[]> {
  const written: Guards = JSON.parse(await readFile(WRITTEN_GUARDS, 'utf8'));
  const found = await readGuards(sql);
  const names = new Set(found.map(({ name }) => name));
  return [
    ...Object.keys(written).flatMap((name) => (names.has(name) ? [] : [`${name} is gone`])),
    ...found.flatMap(({ name, sha256, on }) => {
      if (!on) return [`${name} is off`];
      if (written[name] === undefined) return name.startsWith('function ') ? [] : [`${name} is none of ours`];
      return written[name] === sha256 ? [] : [`${name} was changed`];
    }),
  ];
}

/**
 * Functions; triggers of tables, of those of foreign keys the ones that are off; rules of tables; settings that switch triggers
 * off. By the columns of the catalogue: `pg_get_triggerdef` and its like word the same otherwise from version to version.
 */
export async function readGuards(sql: Queryable): Promise<readonly Guard[]> {
  return sql<Guard[]>`
    with guard as (
      select format('function %s(%s)', proname, array_to_string(array(
          select typname from unnest(proargtypes) with ordinality as given (type, place)
            join pg_type on pg_type.oid = given.type order by place), ', ')) as name,
        jsonb_build_array(prosrc, proconfig, lanname, provolatile, proparallel, prosecdef, proisstrict, proleakproof,
          prokind, proretset, typname, pronargs, pronargdefaults, proargnames, prosqlbody is null) as said, true as on
      from pg_proc join pg_language on pg_language.oid = prolang join pg_type on pg_type.oid = prorettype
      where pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend where objid = pg_proc.oid and classid = 'pg_proc'::regclass and deptype = 'e')
      union all
      select format('trigger %s of %s', tgname, relname),
        jsonb_build_array(tgtype, tgqual is null, tgattr::text, encode(tgargs, 'hex'), tgdeferrable, tginitdeferred,
          tgoldtable, tgnewtable, pronamespace::regnamespace::text, proname), tgenabled in ('O', 'A')
      from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_proc on pg_proc.oid = tgfoid
      where relnamespace = 'public'::regnamespace and (not tgisinternal or tgenabled not in ('O', 'A'))
      union all
      select format('rule %s of %s', rulename, relname), '[]', true
      from pg_rewrite join pg_class on pg_class.oid = ev_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      union all
      select format('setting %s', given), '[]', true
      from pg_db_role_setting, unnest(setconfig) as given where given like 'session_replication_role=%'
    )
    select name, encode(sha256(convert_to(said::text, 'UTF8')), 'hex') as sha256, guard.on from guard order by name collate "C"`;
}
