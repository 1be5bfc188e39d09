/** What goes out to people: of which wave over which channels, in which words, and what became of it. */
import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { code, moment } from './kinds.ts';
import { wave } from './wave.ts';

const CHANNELS = sql.raw(`('file', 'email', 'sms')`);

/** The texts of a channel, as they were when something was sent with them: a notice names those that it was made of. */
export const wording = pgTable(
  'wording',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    channel: text('channel').notNull(),
    /** Of the texts, as JSON. */
    sha256: text('sha256').notNull(),
    texts: jsonb('texts').notNull(),
    firstUsedAt: moment('first_used_at').notNull().defaultNow(),
  },
  (t) => [
    unique('wording_once').on(t.channel, t.sha256),
    check('wording_channel', sql`${t.channel} in ${CHANNELS}`),
  ],
);

/** The channels over which the notices of a wave go: as the latest close or release had it, until they are planned. */
export const sending = pgTable(
  'sending',
  {
    waveId: integer('wave_id')
      .notNull()
      .references(() => wave.id),
    channel: text('channel').notNull(),
    /** Who is told over it: the accepted alone, or everybody. */
    readers: text('readers').notNull(),
    /** Nothing is handed over while this is set; by whom, and why. */
    pausedAt: moment('paused_at'),
    pausedBy: text('paused_by'),
    pauseReason: text('pause_reason'),
  },
  (t) => [
    primaryKey({ columns: [t.waveId, t.channel] }),
    check('sending_channel', sql`${t.channel} in ${CHANNELS}`),
    check('sending_readers', sql`${t.readers} in ('accepted', 'all')`),
    check('sending_pause_whole', sql`(${t.pausedAt} is null) = (${t.pausedBy} is null)`),
  ],
);

/** Whoever takes notices over, as all workers know it: when the next one may be handed over, and until when none is. */
export const gateway = pgTable(
  'gateway',
  {
    channel: text('channel').primaryKey(),
    /** The rate of all workers together: the moment that the next notice may go out. */
    nextAt: moment('next_at').notNull().defaultNow(),
    /** Attempts, one after the other, that found nobody there. */
    failures: integer('failures').notNull().default(0),
    restsUntil: moment('rests_until'),
    restsFor: text('rests_for'),
  },
  (t) => [check('gateway_channel', sql`${t.channel} in ('email', 'sms')`)],
);

/**
 * notify: what has been done about a notice: one message to one person over one channel. Every outcome of a published
 * wave has its notice from the moment of publication, named by wave, registration number and channel; here it stands
 * from the moment that it is handed over.
 */
export const notice = pgTable(
  'notice',
  {
    waveId: integer('wave_id').notNull(),
    registrationNo: code('registration_no').notNull(),
    channel: text('channel').notNull(),
    state: text('state').notNull(),
    /** Attempts that were begun. */
    attempts: smallint('attempts').notNull().default(1),
    /** The step of notify that it is of. */
    part: integer('part').notNull().default(0),
    /** Its texts; null with the channel that keeps what it was given. */
    wording: integer('wording'),
    changedAt: moment('changed_at').notNull().defaultNow(),
    /** Before this it is not tried again. */
    dueAt: moment('due_at'),
    /** Why it is not sent, or not known to be: a code, and what the other side said, without anybody's address. */
    reason: text('reason'),
    /** How the gateway names it, where that is not by the notice's own id. */
    reference: text('reference'),
  },
  (t) => [
    primaryKey({ columns: [t.waveId, t.registrationNo, t.channel] }),
    index('notice_reference').on(t.channel, t.reference).where(sql`${t.reference} is not null`),
    check(
      'notice_state',
      sql`${t.state} in ('created', 'sending', 'sent', 'delivered', 'failed', 'unknown')`,
    ),
  ],
);
