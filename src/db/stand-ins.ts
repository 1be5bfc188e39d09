/**
 * Functions and operators that could be taken for one that the guards call. The guards name ours with their schema; what is
 * PostgreSQL's they look for in `pg_catalog` and `public`, where one that fits the arguments better is called in its place.
 */
import type { Queryable } from './database.ts';

/** Numbers from there on are given to what was made after the cluster was. */
const FIRST_MADE = 16_384;

interface Made {
  readonly schema: string;
  readonly name: string;
  /** Types of what it takes. */
  readonly takes: readonly string[];
  readonly body: string;
}

/** @param ours `function NAME(TYPE, …)`. @returns each that is none of ours, as what it is and where. */
export async function findStandIns(sql: Queryable, ours: ReadonlySet<string>): Promise<readonly string[]> {
  const functions = await readFunctions(sql);
  const isOurs = (made: Made) => made.schema === 'public' && ours.has(`function ${signature(made)}`);
  const own = functions.filter(isOurs);
  const names = new Set([...ours].map((said) => said.replace(/^function |\(.*$/g, '')));
  const called = new Set(own.flatMap(({ body }) => callsOf(body)));
  const isTaken = ({ schema, name }: Made) =>
    names.has(name) || (['public', 'pg_catalog'].includes(schema) && called.has(name));
  return [
    ...functions.filter((made) => !isOurs(made) && isTaken(made)).map((made) => said('function', made)),
    ...(await readOperators(sql)).map((made) => said('operator', made)),
  ];
}

function said(kind: string, made: Made): string {
  return `${kind} ${signature(made)} in ${made.schema}`;
}

function signature({ name, takes }: Made): string {
  return `${name}(${takes.join(', ')})`;
}

function callsOf(body: string): string[] {
  return [...body.matchAll(/(\w+)\s*\(/g)].map(([, name = '']) => name.toLowerCase());
}

/** Not those of a session's own: no name without `pg_temp` before it is looked for there. */
function readFunctions(sql: Queryable): Promise<readonly Made[]> {
  return sql<Made[]>`
    select nspname::text as schema, proname::text as name, prosrc as body,
      array(select typname::text from pg_catalog.unnest(proargtypes) with ordinality as given (type, place)
        join pg_type on pg_type.oid = given.type order by place) as takes
    from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
    where pg_proc.oid >= ${FIRST_MADE}::oid and nspname::text !~ '^pg_temp_'
    order by nspname::text, proname::text, pg_proc.oid`;
}

/** But for those that extensions bring, which are for their own types. */
function readOperators(sql: Queryable): Promise<readonly Made[]> {
  return sql<Made[]>`
    select nspname::text as schema, oprname::text as name, '' as body,
      array(select typname::text from pg_type where pg_type.oid = oprleft or pg_type.oid = oprright) as takes
    from pg_operator join pg_namespace on pg_namespace.oid = oprnamespace
    where pg_operator.oid >= ${FIRST_MADE}::oid and nspname::text in ('public', 'pg_catalog')
      and not exists (select from pg_depend
        where objid = pg_operator.oid and classid = 'pg_operator'::regclass and deptype = 'e')
    order by nspname::text, oprname::text, pg_operator.oid`;
}
