/** What the command had that asked, besides what it asked for: an approval does not hold for it, and it is given again. */
import type { Subject } from '../audit/actions.ts';
import type { Queryable } from '../db/database.ts';
import { ASKED_BY_COMMAND, type Matter } from './matter.ts';

export interface Given {
  readonly subject: Subject;
  readonly reason: string | null;
}

/**
 * By the audit log, which has the names of the options and no value that is a secret still. Undefined where nothing else
 * could be given, and where the log does not have it.
 */
export async function givenWith(
  sql: Queryable,
  { request, action }: Matter & { readonly request: number },
): Promise<Given | undefined> {
  const command = ASKED_BY_COMMAND[action];
  if (command === undefined) return undefined;
  // Asked again, with other options, it is the same request as long as nobody has decided.
  const [latest] = await sql<Given[]>`
    select audit.subject::json as subject, audit.reason from audit join request on request.id = ${request}
    where audit.outcome = 'asked' and audit.action = ${command}
      and (audit.operator, audit.login) = (request.asked_by, request.asked_login)
      and audit.subject::jsonb -> 'wave' = request.subject::jsonb -> 'wave' and audit.at >= request.asked_at
    order by audit.number desc limit 1`;
  return latest;
}
