/** How many people it takes, in an installation, where it matters. */
import type { Database, Queryable } from '../db/database.ts';
import { one } from '../db/rows.ts';
import { codeOf, DENIED } from '../db/sqlstate.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';

/** Whether the database knows several logins; with one, nobody can approve what that one has asked for. */
export async function hasSeveralLogins(sql: Queryable): Promise<boolean> {
  const found = await sql`
    select from pg_roles where rolcanlogin and has_database_privilege(oid, current_database(), 'connect') limit 2`;
  return found.length > 1;
}

/** `unset`: one, and nobody has said so yet. */
export type People = 'unset' | 'one' | 'two';

export async function readPeople(sql: Queryable): Promise<People> {
  const { people } = await one(
    sql<{ people: People }[]>`select people from installation`,
    'the installation',
  );
  return people;
}

export interface PeopleChoice {
  readonly people: Exclude<People, 'unset'>;
  readonly operator: string;
  /** Everybody is the same account of the database, as in the embedded one. */
  readonly isShared: boolean;
}

/**
 * Says how many people it takes from now on.
 * @throws GelombangError INPUT_REFUSED where the login does not own the tables, or nobody could be told from anybody else.
 */
export async function setPeople({ sql }: Database, choice: PeopleChoice, log: Log): Promise<void> {
  const { people, operator, isShared } = choice;
  if (isShared && people === 'two')
    throw new GelombangError(
      'INPUT_REFUSED',
      'everybody is the same account of the embedded database: nothing there tells two people apart',
      { next: 'Use a database with a login for each operator, in DATABASE_URL.' },
    );
  try {
    await sql`update installation set people = ${people}`;
  } catch (error) {
    throw codeOf(error) === DENIED ? notOwner(error) : error;
  }
  logEvent(log, 'installation.people', {
    people: people === 'one' ? 'one person' : 'two people',
    by: operator,
  });
}

function notOwner(cause: unknown): GelombangError {
  return new GelombangError(
    'INPUT_REFUSED',
    'this login of the database may not say how many people it takes: the owner of the tables does',
    { cause, next: "Sign in as the tables' owner, in DATABASE_URL." },
  );
}
