/** The one way in which something is done under the audit log: an entry before it begins, and one when it has ended. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import { isLoss } from '../db/loss.ts';
import { codeOf, DENIED, GUARDED } from '../db/sqlstate.ts';
import { type ErrorCode, GelombangError } from '../errors.ts';
import type { Action, Outcome, Subject } from './actions.ts';
import { addEntry, type Draft, type Head } from './entry.ts';
import type { HeadNote } from './note.ts';

/** Who does it, where it is written down, and where this machine notes how far it was. */
export interface AuditedBy {
  readonly database: Database;
  readonly operator: string;
  readonly note?: HeadNote;
  /** Told that it is done, and not on record as done; if not given, that is thrown, and what it gave is lost. */
  readonly onUnwritten?: ((error: GelombangError) => void) | undefined;
}

export interface Act {
  readonly action: Action;
  readonly subject: Subject;
  readonly reason?: string | undefined;
}

/** Says more about it as it comes to be known: the hash of the file, the number of the version. */
export type Tell = (facts: Subject) => void;

/** What is done; gets the number of the entry with which it began, too. */
type Work<T> = (tell: Tell, began: number) => Promise<T>;

/**
 * Milliseconds for which the entry about the end is tried where the database is lost, and between two attempts; all that the entry about a
 * failure may take, since what has failed may be the database itself.
 */
const LONGEST_END = 3_000;
const END_INTERVAL = 250;

/**
 * Does the work once it is on record, committed, that it begins; then what became of it is written down. A process that is
 * killed leaves the first entry alone.
 * @throws what the work throws; GelombangError UNEXPECTED where the log does not take the first entry (INPUT_REFUSED where the login may
 * not), and nothing was begun then, or, without `onUnwritten`, where it does not take the last one, and all is done.
 */
export async function audited<T>(by: AuditedBy, { action, subject, reason }: Act, work: Work<T>): Promise<T> {
  const write = (draft: Omit<Draft, 'action' | 'operator' | 'reason'>) =>
    add(by, { action, reason, ...draft });
  const { entry: began } = await write({ outcome: 'begun', subject }).catch((cause) => {
    throw notBegun(cause);
  });
  let known = subject;
  const tell: Tell = (facts) => {
    known = { ...known, ...facts };
  };
  let result: T;
  try {
    result = await work(tell, began);
  } catch (error) {
    const end = { ...endOf(error), subject: known, began };
    // What went wrong is told in any case, also where it cannot be written down.
    const written = whenItIsBack(() => write(end)).catch(() => undefined);
    await Promise.race([written, pause(LONGEST_END, undefined, { ref: false })]);
    throw error;
  }
  try {
    await whenItIsBack(() => write({ outcome: 'done', subject: known, began }));
  } catch (cause) {
    const error = unwritten(cause, 'has it as under way or cut off');
    if (by.onUnwritten === undefined) throw error;
    by.onUnwritten(error);
  }
  return result;
}

/** After the fact, about what the log could not be asked for before: it was made thereby. */
export async function auditedAfter(by: AuditedBy, { action, subject, reason }: Act): Promise<void> {
  await add(by, { action, subject, reason, outcome: 'done' }).catch((cause) => {
    throw unwritten(cause, 'does not have it');
  });
}

/**
 * A server that was lost in the work may be there again a moment later. What was lost while the entry was written may be written:
 * the log refuses a second end then.
 */
async function whenItIsBack(write: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  for (let isFirst = true; ; isFirst = false) {
    try {
      await write();
      return;
    } catch (error) {
      if (!isFirst && codeOf(error) === GUARDED) return;
      if (!isLoss(error) || performance.now() - began > LONGEST_END) throw error;
      await pause(END_INTERVAL);
    }
  }
}

/** Adds an entry in a transaction of its own. */
async function add(
  { database: { sql }, operator, note }: AuditedBy,
  draft: Omit<Draft, 'operator'>,
): Promise<Head> {
  const head = await addEntry((text, values) => sql.unsafe(text, values), { operator, ...draft });
  await note?.follow(sql, head);
  return head;
}

function notBegun(cause: unknown): GelombangError {
  const code = codeOf(cause) === DENIED ? 'INPUT_REFUSED' : 'UNEXPECTED';
  return new GelombangError(code, `the audit log took no entry: ${reasonOf(cause)}`, {
    cause,
    next: 'Nothing is done that is not on record. Look at the database and its rights, then run the command again.',
  });
}

function unwritten(cause: unknown, found: string): GelombangError {
  return new GelombangError(
    'UNEXPECTED',
    `it is done, but the audit log took no entry about that: ${reasonOf(cause)}`,
    {
      cause,
      next: `Do not do it again. Write down that it was done, and look at the database and its rights. The log ${found}:\ngelombang audit show`,
    },
  );
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

const OUTCOMES: Readonly<Record<ErrorCode, Outcome>> = {
  UNEXPECTED: 'failed',
  USAGE: 'refused',
  INPUT_REFUSED: 'refused',
  CONFLICT: 'refused',
  UNKNOWNS_LEFT: 'done',
  INTERRUPTED: 'interrupted',
};

function endOf(error: unknown): { readonly outcome: Outcome; readonly code: ErrorCode } {
  if (!(error instanceof GelombangError)) return { outcome: 'failed', code: 'UNEXPECTED' };
  const { code, concerns } = error;
  // The number of a request: somebody else has to approve it before it is done.
  if (code === 'UNKNOWNS_LEFT' && concerns.request !== undefined) return { outcome: 'asked', code };
  return { outcome: OUTCOMES[code], code };
}
