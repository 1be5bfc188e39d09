/** The triggers and functions of the migrations, and whether the database has them still: as they were written, and at work. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../project-root.ts';
import type { Queryable } from './database.ts';
import { findSettings } from './settings.ts';
import { findStandIns } from './stand-ins.ts';

/** What it is → SHA-256 of what it says. */
export type Guards = Readonly<Record<string, string>>;

/** Written by the test that migrates an empty database. */
export const WRITTEN_GUARDS = join(projectRoot(), 'drizzle', 'guards.json');

interface Guard {
  readonly name: string;
  readonly sha256: string;
  readonly on: boolean;
}

/** What is not as it was written, each as a sentence: off, changed, gone, or there and none of ours. */
export async function findMissingGuards(sql: Queryable): Promise<readonly string[]> {
  const written: Guards = JSON.parse(await readFile(WRITTEN_GUARDS, 'utf8'));
  const found = await readGuards(sql);
  const names = new Set(found.map(({ name }) => name));
  const functions = new Set(Object.keys(written).filter((name) => name.startsWith('function ')));
  const others = [...(await findStandIns(sql, functions)), ...(await findSettings(sql))];
  return [
    ...Object.keys(written).flatMap((name) => (names.has(name) ? [] : [`${name} is gone`])),
    ...found.flatMap(({ name, sha256, on }) => {
      if (!on) return [`${name} is off`];
      if (written[name] === undefined) return name.startsWith('function ') ? [] : [`${name} is none of ours`];
      return written[name] === sha256 ? [] : [`${name} was changed`];
    }),
    ...others.map((name) => `${name} is none of ours`),
  ];
}

/**
 * Functions; triggers of tables, of those of foreign keys the ones that are off; rules and policies of tables, and tables that
 * add rows to them. By the columns of the catalogue: `pg_get_triggerdef` and its like word the
 * same otherwise from version to version.
 */
export async function readGuards(sql: Queryable): Promise<readonly Guard[]> {
  return sql<Guard[]>`
    with guard as (
      select pg_catalog.format('function %s(%s)', proname, pg_catalog.array_to_string(array(
          select typname from pg_catalog.unnest(proargtypes) with ordinality as given (type, place)
            join pg_type on pg_type.oid = given.type order by place), ', ')) as name,
        pg_catalog.jsonb_build_array(prosrc, proconfig, lanname, provolatile, proparallel, prosecdef, proisstrict, proleakproof,
          prokind, proretset, typname, pronargs, pronargdefaults, proargnames, prosqlbody is null) as said, true as on
      from pg_proc join pg_language on pg_language.oid = prolang join pg_type on pg_type.oid = prorettype
      where pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend where objid = pg_proc.oid and classid = 'pg_proc'::regclass and deptype = 'e')
      union all
      select pg_catalog.format('trigger %s of %s', tgname, relname),
        pg_catalog.jsonb_build_array(tgtype, tgqual is null, tgattr::text, pg_catalog.encode(tgargs, 'hex'), tgdeferrable, tginitdeferred,
          tgoldtable, tgnewtable, pronamespace::regnamespace::text, proname), tgenabled in ('O', 'A')
      from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_proc on pg_proc.oid = tgfoid
      where relnamespace = 'public'::regnamespace and (not tgisinternal or tgenabled not in ('O', 'A'))
      union all
      select pg_catalog.format('rule %s of %s', rulename, relname), '[]', true
      from pg_rewrite join pg_class on pg_class.oid = ev_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      union all
      select pg_catalog.format('row security of %s', relname), '[]', true
      from pg_class where relnamespace = 'public'::regnamespace and (relrowsecurity or relforcerowsecurity)
      union all
      select pg_catalog.format('policy %s of %s', polname, relname), '[]', true
      from pg_policy join pg_class on pg_class.oid = polrelid where relnamespace = 'public'::regnamespace
      union all
      select pg_catalog.format('table %s as a part of %s', inhrelid::regclass, relname), '[]', true
      from pg_inherits join pg_class on pg_class.oid = inhparent
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    )
    select name, pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(said::text, 'UTF8')), 'hex') as sha256, guard.on from guard order by name collate "C"`;
}
