/** An entry of the audit log: how it is written, and the bytes that its hash is made from. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { systemAccount } from '../config.ts';
import { GelombangError } from '../errors.ts';
import { canonicalJson } from '../proof/canonical.ts';
import { redact } from '../redact.ts';
import type { Action, Outcome, Subject } from './actions.ts';

/** What is written; number, time, login, address and hashes are the database's. */
export interface Draft {
  readonly action: Action;
  readonly outcome: Outcome;
  readonly subject: Subject;
  /** Null where the program goes on with what somebody asked for. */
  readonly operator: string | null;
  readonly reason?: string | undefined;
  /** The entry with which it began. */
  readonly began?: number;
  readonly code?: string;
}

/** Where the log stood: the number of its last entry, and the hash, in hex. */
export interface Head {
  readonly entry: number;
  readonly sha256: string;
}

/** An entry as it is kept, in the form of its columns. */
export interface Entry {
  readonly number: number;
  /** ISO 8601 in UTC, with microseconds. */
  readonly at: string;
  readonly operator: string | null;
  readonly login: string;
  readonly account: string;
  readonly host: string;
  readonly process: number;
  readonly address: string | null;
  readonly action: string;
  readonly outcome: string;
  readonly began: number | null;
  readonly code: string | null;
  /** Canonical JSON. */
  readonly subject: string;
  readonly reason: string | null;
  readonly previous: string;
  readonly hash: string;
}

/** A connection of either driver: gives the rows of a statement with `$1`, `$2`, …. */
type Query = (text: string, values: (string | number | null)[]) => Promise<readonly unknown[]>;

const INSERT = `insert into audit (operator, account, host, process, action, outcome, began, code, subject, reason)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning number::float8 as entry, hash as sha256`;

/** Characters of a reason that are kept. */
const LONGEST_REASON = 1_000;

/** Adds an entry; nothing that identifies a person gets into it. */
export async function addEntry(query: Query, draft: Draft): Promise<Head> {
  const { action, outcome, operator, began = null, code = null, reason } = draft;
  const subject = canonicalJson(withoutIdentities(draft.subject));
  const from = [operator === null ? null : wellFormed(operator), systemAccount(), hostname(), process.pid];
  const why = reason === undefined ? null : redact(wellFormed(reason)).slice(0, LONGEST_REASON);
  const [head] = await query(INSERT, [...from, action, outcome, began, code, subject, why]);
  if (head === undefined) throw new GelombangError('UNEXPECTED', 'the audit log took no entry');
  return head as Head;
}

/** SHA-256 over the hash of the entry before and the canonical JSON of this one, all but the hashes. */
export function hashOf({ previous, hash: _hash, subject, ...entry }: Entry): string {
  // The last of the keys: its bytes are taken as they are kept.
  const text = `${canonicalJson(entry).slice(0, -1)},"subject":${subject}}`;
  return createHash('sha256').update(`${previous}${text}`).digest('hex');
}

/** Without what is not given, and with the texts redacted. */
function withoutIdentities(value: unknown): unknown {
  if (typeof value === 'string') return redact(wellFormed(value));
  if (Array.isArray(value)) return value.map(withoutIdentities);
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(given.map(([name, member]) => [name, withoutIdentities(member)]));
}

/** Neither JSON nor the database has a form for these. */
function wellFormed(text: string): string {
  return text.replace(/[\0\uD800-\uDFFF]/gu, '\uFFFD');
}
