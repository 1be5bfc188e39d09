/** Whether the server is there, lets this program in and is new enough; and where not, what to look at. */
import type postgres from 'postgres';
import { GelombangError } from '../errors.ts';
import { codeOf } from './sqlstate.ts';
import { mistrustOf } from './tls-files.ts';

/** The oldest server version that the statements are written for. */
const OLDEST_SERVER = 160000;

/** @throws GelombangError UNEXPECTED where it does not answer, is not trusted or lets nobody in; INPUT_REFUSED where it is too old. */
export async function checkServer(sql: postgres.Sql): Promise<void> {
  const version = await askVersion(sql);
  if (version < OLDEST_SERVER) {
    throw new GelombangError('INPUT_REFUSED', `PostgreSQL ${Math.floor(version / 10000)} is too old`, {
      next: 'Use PostgreSQL 16 or newer, or unset DATABASE_URL to use the embedded database.',
    });
  }
}

async function askVersion(sql: postgres.Sql): Promise<number> {
  try {
    const rows = await sql<
      { version: number }[]
    >`select current_setting('server_version_num')::int as version`;
    return rows[0]?.version ?? 0;
  } catch (cause) {
    throw inWords(cause);
  }
}

function inWords(cause: unknown): GelombangError {
  const mistrust = mistrustOf(cause);
  if (mistrust !== undefined) {
    return new GelombangError('UNEXPECTED', `the certificate of PostgreSQL is not trusted: ${mistrust}`, {
      cause,
      next: 'Name the authority that signed it with sslrootcert in DATABASE_URL, and the host as the certificate does.',
    });
  }
  return (
    refusedLogin(cause) ??
    new GelombangError('UNEXPECTED', `PostgreSQL cannot be reached: ${reasonOf(cause)}`, {
      cause,
      next: 'Look at DATABASE_URL and whether the server runs; unset it to use the embedded database.',
    })
  );
}

/** SQLSTATE → what to look at in DATABASE_URL: the server is there, and does not let anybody in so. */
const REFUSALS: Readonly<Record<string, string>> = {
  '28P01': 'the name and the password',
  '28000': 'the name, the password and TLS, and pg_hba.conf at the server',
  '3D000': 'the name of the database',
  '42501': 'the name of the database, and whether this login may connect to it',
};

function refusedLogin(cause: unknown): GelombangError | undefined {
  const lookAt = REFUSALS[codeOf(cause) ?? ''];
  if (lookAt === undefined) return undefined;
  return new GelombangError('UNEXPECTED', `PostgreSQL does not let DATABASE_URL in: ${reasonOf(cause)}`, {
    cause,
    next: `Look at ${lookAt}. The server itself runs.`,
  });
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}
