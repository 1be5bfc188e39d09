/** Who is at what right now: leases of steps and of the lead, and the workers that are about. None of it outlives a run. */
import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { moment } from './kinds.ts';

/**
 * What a worker holds: written outside of the step's transaction, so that others see it, and renewed while the process
 * lives. All its times are the server's. Gone with the end of the step; one that is left by the dead is replaced. The lead of a
 * run is one too, as stage `lead`.
 */
export const lease = pgTable(
  'lease',
  {
    waveId: integer('wave_id').notNull(),
    stage: text('stage').notNull(),
    part: integer('part').notNull(),
    /** The fencing token: another one, and a higher one, each time that the step is claimed or put in again. */
    token: integer('token').notNull().generatedAlwaysAsIdentity(),
    /** Null where nobody has claimed it since it was put in again, or nobody knows who it is that holds it. */
    worker: uuid('worker'),
    host: text('host'),
    pid: integer('pid'),
    /** The server's session that holds the row of the step. */
    backendPid: integer('backend_pid'),
    claimedAt: moment('claimed_at').notNull().defaultNow(),
    renewedAt: moment('renewed_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.waveId, t.stage, t.part] })],
);

/** A process that takes steps from the queue, for as long as it is about; times are the server's. */
export const worker = pgTable('worker', {
  id: uuid('id').primaryKey(),
  host: text('host').notNull(),
  pid: integer('pid').notNull(),
  /** Where its process number means the same process; null where that cannot be told. */
  machine: text('machine'),
  /** Steps that it does side by side. */
  slots: integer('slots').notNull(),
  startedAt: moment('started_at').notNull().defaultNow(),
  seenAt: moment('seen_at').notNull().defaultNow(),
  lastStepAt: moment('last_step_at'),
  /** Since when it takes nothing from the queue although steps wait. */
  idleSince: moment('idle_since'),
});
