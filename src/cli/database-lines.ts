/** What the commands about the database say to a person. */
import type { KnownLogin, Provinces } from '../db/logins.ts';
import type { DatabaseStatus } from '../db/status.ts';
import type { Migrated } from '../upkeep.ts';
import { counted, nextLine } from './words.ts';

export function statusLines(status: DatabaseStatus): string[] {
  const { tls, logins, more_than_needed: more } = status;
  const facts = [
    ['PostgreSQL', status.server_version],
    ['database', status.database],
    ['tables', tableText(status)],
    ['TLS', tls === null ? 'no' : `${tls.version}, ${tls.cipher}`],
    ['signed in as', `${status.login}${status.roles.length === 0 ? '' : ` (${status.roles.join(', ')})`}`],
    ['more than needed', more.length === 0 ? 'nothing' : more.join(', ')],
  ];
  return [
    ...aligned(facts),
    '',
    'Who gets in',
    ...aligned(logins.map(loginFacts), '  '),
    ...nextLines(status),
  ];
}

/** It sees the views for analysts alone, and of the tables not even whether they are there. */
function isReader({ roles }: DatabaseStatus): boolean {
  return roles.includes('reader') && !roles.includes('worker');
}

function tableText(status: DatabaseStatus): string {
  const { known, applied } = status.tables;
  if (applied === null || isReader(status)) return 'not for this login to see';
  const state = applied < known ? 'NOT up to date' : 'up to date';
  return `${state} (${applied} of ${counted(known, 'migration')})`;
}

function loginFacts({ name, roles, superuser, owns_tables: owns }: KnownLogin): string[] {
  const said = [...roles, ...(superuser ? ['superuser'] : []), ...(owns ? ['owns the tables'] : [])];
  return [name, said.length === 0 ? 'none of the roles' : said.join(', ')];
}

function nextLines(status: DatabaseStatus): string[] {
  const { more_than_needed: more, logins, tables } = status;
  if (isReader(status))
    return ['', 'Next, with psql or whatever reads PostgreSQL: select * from analyst.wave'];
  if (tables.applied !== null && tables.applied < tables.known)
    return ['', nextLine('gelombang database migrate')];
  if (more.length === 0) return [];
  const make = 'gelombang database login NAME --role worker';
  const worker = logins.find(({ roles, superuser }) => roles.includes('worker') && !superuser);
  const when =
    worker === undefined ? undefined : `for the program, unless DATABASE_URL is to have ${worker.name}`;
  return ['', nextLine(make, when)];
}

function aligned(rows: readonly (readonly string[])[], indent = ''): string[] {
  const width = Math.max(0, ...rows.map(([name = '']) => name.length));
  return rows.map(([name = '', value]) => `${indent}${name.padEnd(width)}  ${value}`);
}

export function migratedLines({ applied, for_a_dba: statements }: Migrated): string[] {
  const done = applied === 0 ? 'The tables were up to date.' : `${counted(applied, 'migration')} applied.`;
  if (statements.length === 0) return [done, 'What each role may is settled.'];
  return [
    done,
    'This login may not create roles, so that there are none. Somebody who may runs:',
    ...statements.map((statement) => `  ${statement};`),
    '',
    nextLine('gelombang database migrate', 'when that is done'),
  ];
}

/** A login as it was made; its password, where the program made it. */
export interface MadeLogin {
  readonly login: string;
  readonly role: string;
  /** Of a reader. */
  readonly provinces: Provinces;
  readonly is_new: boolean;
  readonly password: string | null;
}

export function loginLines({ login, role, provinces, is_new: isNew, password }: MadeLogin): string[] {
  const seen = provinces === 'all' ? provinces : provinces.join(', ') || 'none';
  return [
    `Login ${login} is ${isNew ? 'made' : 'changed'}.`,
    `role       ${role}`,
    ...(role === 'reader' ? [`provinces  ${seen}`] : []),
    ...(password === null ? [] : [`password   ${password}`, '', 'It is not shown again.']),
  ];
}
