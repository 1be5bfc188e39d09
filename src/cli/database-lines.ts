/** What the commands about the database say to a person. */
import type { DatabaseStatus } from '../db/status.ts';
import type { Migrated } from './database.ts';
import { counted } from './words.ts';

export function statusLines(status: DatabaseStatus): string[] {
  const { tables, tls, logins, more_than_needed: more } = status;
  const current = tables.applied === tables.known ? 'up to date' : 'not up to date';
  return [
    `PostgreSQL  ${status.server_version}`,
    `database    ${status.database}`,
    `login       ${status.login}${status.roles.length === 0 ? '' : ` (${status.roles.join(', ')})`}`,
    `more than needed  ${more.length === 0 ? 'nothing' : more.join(', ')}`,
    `tables      ${current} (${tables.applied ?? 'unknown to this login'} of ${counted(tables.known, 'migration')})`,
    `TLS         ${tls === null ? 'no' : `${tls.version}, ${tls.cipher}`}`,
    ...(logins.length === 0 ? [] : ['logins', ...logins.map(({ name, role }) => `  ${name}  ${role}`)]),
    ...(more.length === 0 ? [] : ['', 'Next: gelombang database login NAME --role worker']),
  ];
}

export function migratedLines({ applied, for_a_dba: statements }: Migrated): string[] {
  const done = applied === 0 ? 'The tables were up to date.' : `${counted(applied, 'migration')} applied.`;
  if (statements.length === 0) return [done, 'What each role may is settled.'];
  return [
    done,
    'This login may not create roles, so that there are none. Somebody who may runs:',
    ...statements.map((statement) => `  ${statement};`),
    '',
    'Next: gelombang database migrate',
  ];
}

/** A login as it was made; its password, where the program made it. */
export interface MadeLogin {
  readonly login: string;
  readonly role: string;
  readonly provinces: readonly number[];
  readonly is_new: boolean;
  readonly password: string | null;
}

export function loginLines({ login, role, provinces, is_new: isNew, password }: MadeLogin): string[] {
  const seen = provinces.length === 0 ? 'all' : provinces.join(', ');
  return [
    `Login ${login} is ${isNew ? 'made' : 'changed'}.`,
    `role       ${role}`,
    ...(role === 'reader' ? [`provinces  ${seen}`] : []),
    ...(password === null ? [] : [`password   ${password}`, '', 'It is not shown again.']),
  ];
}
