/** The word of the second person on a request. */
import type { Database, Queryable } from '../db/database.ts';
import { one } from '../db/rows.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { redact } from '../redact.ts';
import { type ApprovalRequest, readRequest } from './request.ts';

export interface Verdict {
  readonly request: number;
  readonly decision: 'approved' | 'refused';
  readonly operator: string;
  readonly reason: string | null;
}

/**
 * Writes down what becomes of a request; it is not taken back.
 * @throws GelombangError CONFLICT where it was decided before, or asked for by the same name or login; INPUT_REFUSED where
 * there is none.
 */
export async function decideOnRequest(
  { sql }: Database,
  { request, decision, operator, reason }: Verdict,
  log: Log,
): Promise<ApprovalRequest> {
  const decided = await sql.begin(async (transaction) => {
    await transaction`select 1 from request where id = ${request} for update`;
    refuseOwn(await readRequest(transaction, request), operator, await loginOf(transaction));
    // By which login and when is written by the database.
    await transaction`
      update request set decision = ${decision}, decided_by = ${operator}, decision_reason = ${reason === null ? null : redact(reason)}
      where id = ${request}`;
    return readRequest(transaction, request);
  });
  logEvent(log, decision === 'approved' ? 'request.approved' : 'request.refused', { request, by: operator });
  return decided;
}

/** Who is signed in to the database. */
export async function loginOf(sql: Queryable): Promise<string> {
  const { login } = await one(sql<{ login: string }[]>`select session_user::text as login`, 'the login');
  return login;
}

function refuseOwn(asked: ApprovalRequest, operator: string, login: string): void {
  const { request, state, asked_by, asked_login, decided_by } = asked;
  const refused = (what: string, next: string) =>
    new GelombangError('CONFLICT', what, { concerns: { request }, next });
  if (state !== 'open')
    throw refused(
      `request ${request} was decided before, by ${decided_by}`,
      'Look at it with: gelombang request list --all',
    );
  if (asked_by.trim().toLowerCase() === operator.trim().toLowerCase())
    throw refused(
      `request ${request} was asked for by ${asked_by}: another person decides on it`,
      'That person gives their name in GELOMBANG_OPERATOR, and signs in to the database with a login of their own.',
    );
  if (asked_login === login)
    throw refused(
      `request ${request} was asked for with the database login ${login}: whoever decides on it has another one`,
      'Sign in to the database with a login of your own, in DATABASE_URL.',
    );
}
