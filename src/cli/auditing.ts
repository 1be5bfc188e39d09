/** What a command does under the audit log, and with a second person where it takes two. Loaded lazily, as all of it. */
import type { Command } from 'commander';
import type { Asking } from '../approval/by-two.ts';
import type { Matter } from '../approval/matter.ts';
import type { Action } from '../audit/actions.ts';
import type { Act, AuditedBy, Tell } from '../audit/audited.ts';
import type { HeadNote } from '../audit/note.ts';
import type { Config } from '../config.ts';
import { failBesideResult, warn } from './output.ts';
import { installationId, type Session, type SessionOptions, withSession } from './session.ts';

export interface Deed extends Act {
  /** What may take two people. */
  readonly matter?: Matter | undefined;
  /** The command, where it was given with more than what is asked for. */
  readonly command?: string;
}

/** Why, for commands that need no reason of their own. */
export interface WithReason {
  readonly reason?: string;
}

export function takesReason(command: Command): Command {
  return command.option('--reason <text>', 'why, for the audit log');
}

/** What reads or writes what is sealed: without the key it is refused before it begins. */
const NEED_KEYS: ReadonlySet<Action> = new Set([
  'wave.open',
  'wave.close',
  'wave.resume',
  'import.applicants',
  'import.registry',
  'import.list',
  'import.recipients',
  'registry.ask',
  'registry.answer',
  'notices.release',
  'notices.resend',
  'notices.export',
  'export',
  'explain',
  'simulate',
  'keys.rotate',
  'worker',
]);

/** A session whose work is on record before it begins, and when it has ended. */
export function withAudit<T>(
  signal: AbortSignal,
  deed: Deed,
  work: (session: Session, tell: Tell, began: number) => Promise<T>,
  options?: SessionOptions,
): Promise<T> {
  const underAudit = async (session: Session) => {
    const { audited } = await import('../audit/audited.ts');
    const by = await auditedBy(session);
    return audited(by, deed, (tell, began) =>
      perhapsByTwo(session, by, deed, () => work(session, tell, began)),
    );
  };
  return withSession(signal, underAudit, { needsKeys: NEED_KEYS.has(deed.action), ...options });
}

export async function auditedBy(session: Session): Promise<AuditedBy> {
  const { config, database } = session;
  return { database, operator: config.operator, note: await noteOf(session), onUnwritten: failBesideResult };
}

/** This machine's own note of how far it has seen the audit log of the installation. */
export async function noteOf({ config, database }: Session): Promise<HeadNote> {
  const { HeadNote } = await import('../audit/note.ts');
  return new HeadNote(config.auditNotes, await installationId(database), warn);
}

/** What says how many people it takes; in the embedded database nothing tells two people apart. */
export function commandToSay({ databaseUrl }: Config): string {
  const people = databaseUrl === undefined ? 'one' : 'two';
  return `gelombang installation people ${people}`;
}

async function perhapsByTwo<T>(
  { config, database, log }: Session,
  by: AuditedBy,
  { matter, reason, command }: Deed,
  work: () => Promise<T>,
): Promise<T> {
  if (matter === undefined) return work();
  const { byTwo } = await import('../approval/by-two.ts');
  const { readPeople } = await import('../approval/people.ts');
  if ((await readPeople(database.sql)) === 'unset')
    warn(
      `one person decides alone here, and nobody has said that it is to be so: say it with: ${commandToSay(config)}`,
    );
  const asking: Asking = { ...matter, reason, command };
  return byTwo(by, asking, log, work);
}
