/** Who did what (the audit log), and what one person asks another one to approve. */
import { sql } from 'drizzle-orm';
import { bigint, check, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { moment } from './kinds.ts';

/**
 * The audit log: entries that hang together by their hashes, and that nobody changes or takes away. Number, time, login,
 * address and both hashes are the database's own, whatever was given for them (`drizzle/0002_audit_and_approvals.sql`).
 */
export const audit = pgTable(
  'audit',
  {
    /** From 1, without a gap. */
    number: bigint('number', { mode: 'number' }).primaryKey(),
    at: moment('at').notNull(),
    /** Who gives the commands; null where the program goes on with what somebody asked for. */
    operator: text('operator'),
    /** Who signed in to the database. */
    login: text('login').notNull(),
    /** The account of the system, the machine and the process that it came from. */
    account: text('account').notNull(),
    host: text('host').notNull(),
    process: integer('process').notNull(),
    /** From where the database was connected to; null over a socket of its own machine. */
    address: text('address'),
    action: text('action').notNull(),
    outcome: text('outcome').notNull(),
    /** The entry with which it began, of one that says how it ended. */
    began: bigint('began', { mode: 'number' }),
    /** Of the error that it ended with. */
    code: text('code'),
    /** Canonical JSON (RFC 8785), as it is hashed. */
    subject: text('subject').notNull(),
    reason: text('reason'),
    /** Hash of the entry before; of the first, 64 zeros. */
    previous: text('previous').notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [
    check(
      'audit_outcome',
      sql`${t.outcome} in ('begun', 'done', 'asked', 'refused', 'interrupted', 'failed')`,
    ),
    check('audit_began', sql`${t.began} is null or (${t.began} < ${t.number} and ${t.outcome} <> 'begun')`),
    check('audit_subject', sql`${t.subject} is json object with unique keys`),
  ],
);

/** What one person asks for that another one has to approve. */
export const request = pgTable(
  'request',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    action: text('action').notNull(),
    /** Canonical JSON. */
    subject: text('subject').notNull(),
    askedBy: text('asked_by').notNull(),
    /** Who signed in to the database; the database sets it, and that of whoever decides. */
    askedLogin: text('asked_login').notNull(),
    askedAt: moment('asked_at').notNull(),
    reason: text('reason'),
    decision: text('decision'),
    decidedBy: text('decided_by'),
    decidedLogin: text('decided_login'),
    decidedAt: moment('decided_at'),
    decisionReason: text('decision_reason'),
    /** When what was approved was done: an approval is for once. */
    usedAt: moment('used_at'),
  },
  (t) => [
    check(
      'request_action',
      sql`${t.action} in ('list.release', 'list.discard', 'review.approve', 'wave.close.unverified', 'wave.void', 'export.unmasked', 'notices.addresses')`,
    ),
    check('request_subject', sql`${t.subject} is json object with unique keys`),
    check('request_decision', sql`${t.decision} in ('approved', 'refused')`),
    check(
      'request_decided_whole',
      sql`num_nulls(${t.decision}, ${t.decidedBy}, ${t.decidedLogin}, ${t.decidedAt}) in (0, 4)`,
    ),
    check('request_refused_why', sql`${t.decision} <> 'refused' or ${t.decisionReason} is not null`),
    check('request_used_approved', sql`${t.usedAt} is null or ${t.decision} = 'approved'`),
    uniqueIndex('request_open_once')
      .on(t.action, t.subject, t.askedBy, t.askedLogin)
      .where(sql`${t.decision} is null`),
  ],
);
