/** What takes two people: done where the database lets it, and else asked for. */
import type { AuditedBy } from '../audit/audited.ts';
import type { Database, Queryable } from '../db/database.ts';
import { maybeOne, one } from '../db/rows.ts';
import { codeOf } from '../db/sqlstate.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { canonicalJson } from '../proof/canonical.ts';
import { redact } from '../redact.ts';
import { commandOf, type Matter } from './matter.ts';

/** The SQLSTATE with which the database refuses what nobody has approved. */
const TAKES_TWO = 'GL002';

export interface Asking extends Matter {
  readonly reason?: string | undefined;
  /** The command, where it was given with more than what is asked for. */
  readonly command?: string | undefined;
}

/**
 * Does the work; where the database refuses it because it takes two people, it is asked for. Done again by the same person
 * once another one has approved it, it goes through, and the approval is used up in the same transaction.
 * @throws what the work throws; GelombangError UNKNOWNS_LEFT, with the number of the request, where it was asked for.
 */
export async function byTwo<T>(
  { database, operator }: AuditedBy,
  asking: Asking,
  log: Log,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) !== TAKES_TWO) throw error;
    const { request, isNew } = await ask(database, asking, operator);
    if (isNew) logEvent(log, 'request.opened', { request, by: operator });
    throw waits(request, isNew, asking);
  }
}

/** Whether an approval is there to be used, and for how many people it speaks. @throws as the database does. */
export async function approvalFor(sql: Queryable, matter: Matter, operator: string): Promise<'one' | 'two'> {
  const { approval } = await one(
    sql<{ approval: number | null }[]>`
      select approval_of(${matter.action}, ${canonicalJson(matter.subject)}::text::jsonb, ${operator}) as approval`,
    'the approval',
  );
  return approval === null ? 'one' : 'two';
}

/** Uses the approval up, where one is needed. @throws as the database does. */
export async function useApproval(sql: Queryable, matter: Matter, operator: string): Promise<void> {
  await sql`select public.use_approval(${matter.action}, ${canonicalJson(matter.subject)}::text::jsonb, ${operator})`;
}

/** Opens a request; where the same person has asked for the same before, and nobody has decided, that one. */
async function ask({ sql }: Database, { action, subject, reason }: Asking, operator: string) {
  const canonical = canonicalJson(subject);
  const opened = await maybeOne(
    sql<{ request: number }[]>`
      insert into request (action, subject, asked_by, reason) values (${action}, ${canonical}, ${operator}, ${reason === undefined ? null : redact(reason)})
      on conflict do nothing returning id as request`,
    'the request',
  );
  if (opened !== undefined) return { ...opened, isNew: true };
  const before = await one(
    sql<{ request: number }[]>`
      select id as request from request where action = ${action} and subject = ${canonical} and asked_by = ${operator}
        and asked_login = session_user and decision is null`,
    'the request that is open',
  );
  return { ...before, isNew: false };
}

function waits(request: number, isNew: boolean, asking: Asking): GelombangError {
  const what = isNew ? `asked: request ${request}` : `asked before: request ${request} waits still`;
  return new GelombangError('UNKNOWNS_LEFT', `it takes two people; ${what}`, {
    concerns: { request },
    next: `Another operator approves it with: gelombang request approve ${request}\nThen give the same command again: ${asking.command ?? commandOf(asking, asking.reason)}`,
  });
}
