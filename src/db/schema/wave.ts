/** What an installation, a wave and the review of its draw are. */
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes, moment } from './kinds.ts';
import { registrySnapshot } from './registry.ts';

/** The one row that tells this installation from others. */
export const installation = pgTable(
  'installation',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    only: boolean('only').notNull().default(true).unique(),
    /** How many people it takes where it matters; `unset` is one, and nobody has said so yet. */
    people: text('people').notNull().default('unset'),
  },
  (t) => [
    check('installation_only', sql`${t.only}`),
    check('installation_people', sql`${t.people} in ('unset', 'one', 'two')`),
  ],
);

/** A wave, its frozen policy, and what the draw published. */
export const wave = pgTable(
  'wave',
  {
    id: integer('id').primaryKey(),
    state: text('state').notNull().default('open'),
    policy: text('policy').notNull(),
    policySha256: text('policy_sha256').notNull(),
    quota: integer('quota').notNull(),
    closesAt: moment('closes_at'),
    openedAt: moment('opened_at').notNull().defaultNow(),
    /** Never published: household pseudonyms are made with it. 32 bytes, sealed. */
    householdKey: bytes('household_key').notNull(),
    entropySource: text('entropy_source').notNull(),
    /** Made when the wave was opened; its SHA-256 was published then, itself only with the draw. 64 hex digits, sealed. */
    secret: bytes('secret'),
    entropyCommitment: text('entropy_commitment'),
    /** Given at the close in place of the secret. */
    entropyGiven: text('entropy_given'),
    /** The round of the beacon that was named when the wave was opened, and its signature, which gives the entropy. */
    beaconRound: bigint('beacon_round', { mode: 'number' }),
    beaconSignature: text('beacon_signature'),
    /** The registry that it is held against; of answers that came in files, the last one that was known. */
    snapshotId: integer('snapshot_id').references((): AnyPgColumn => registrySnapshot.id),
    /** The last answer of the web service that was known when all had been asked. */
    lastAnswer: bigint('last_answer', { mode: 'number' }),
    /** Who said that it is published although the registry gave no answer on some applications. */
    unverifiedBy: text('unverified_by'),
    unverifiedAt: moment('unverified_at'),
    /** The last block of recipients that was known at its close: who comes to be known later does not count. */
    lastRecipient: bigint('last_recipient', { mode: 'number' }),
    /** Waves that were published when this one was closed, and those that were void: their recipients have no place. */
    earlierWaves: integer('earlier_waves').array(),
    voidWaves: integer('void_waves').array(),
    poolRoot: text('pool_root'),
    frozenAt: moment('frozen_at'),
    seed: text('seed'),
    publishedAt: moment('published_at'),
    /** Notices wait for a word of the operator. */
    noticesHeld: boolean('notices_held').notNull().default(false),
    /** The funnel in order, `[step, count]`, written by the publishing transaction. */
    funnel: jsonb('funnel').$type<[string, number][]>(),
    voidedAt: moment('voided_at'),
    voidedBy: text('voided_by'),
    voidReason: text('void_reason'),
    /** The entry of the audit log about its publication, and its hash: the head of the log at that moment. */
    auditEntry: bigint('audit_entry', { mode: 'number' }),
    auditSha256: text('audit_sha256'),
    /** How many people it took to decide where it matters, when it was published. */
    people: text('people'),
  },
  (t) => [
    check('wave_id_positive', sql`${t.id} > 0`),
    check('wave_state', sql`${t.state} in ('open', 'closing', 'published', 'void')`),
    check('wave_entropy_source', sql`${t.entropySource} in ('secret', 'drand:quicknet')`),
    check(
      'wave_secret_committed',
      sql`(${t.entropySource} = 'secret') = (${t.secret} is not null and ${t.entropyCommitment} is not null)`,
    ),
    check('wave_round_named', sql`(${t.entropySource} <> 'secret') = (${t.beaconRound} is not null)`),
    check('wave_beacon_of_round', sql`${t.beaconSignature} is null or ${t.beaconRound} is not null`),
    check(
      'wave_void_whole',
      sql`(${t.state} = 'void') = (${t.voidedAt} is not null and ${t.voidedBy} is not null and ${t.voidReason} is not null)`,
    ),
    /** An empty pool has the hash of no bytes. */
    uniqueIndex('wave_pool_root_once')
      .on(t.poolRoot)
      .where(sql`${t.poolRoot} <> 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'`),
    check('wave_quota', sql`${t.quota} >= 0`),
    check('wave_unverified_whole', sql`(${t.unverifiedBy} is null) = (${t.unverifiedAt} is null)`),
    check('wave_household_key', sql`length(${t.householdKey}) >= 32`),
    check('wave_seed_after_freeze', sql`${t.seed} is null or ${t.poolRoot} is not null`),
    check(
      'wave_published_whole',
      sql`${t.state} = 'void' or (${t.state} = 'published') = (${t.publishedAt} is not null)`,
    ),
    check('wave_audit_whole', sql`(${t.auditEntry} is null) = (${t.auditSha256} is null)`),
    check('wave_people', sql`${t.people} in ('one', 'two')`),
    check('wave_published_drawn', sql`${t.state} <> 'published' or ${t.seed} is not null`),
  ],
);

/** review: whether the draw looks as chance would have it, and what an operator said where it does not. */
export const review = pgTable(
  'review',
  {
    waveId: integer('wave_id').primaryKey(),
    report: jsonb('report').notNull(),
    /** The publication waits for the word of an operator. */
    alarm: boolean('alarm').notNull(),
    reviewedAt: moment('reviewed_at').notNull().defaultNow(),
    approvedAt: moment('approved_at'),
    approvedBy: text('approved_by'),
    approvalReason: text('approval_reason'),
  },
  (t) => [
    check(
      'review_approved_whole',
      sql`(${t.approvedAt} is null) = (${t.approvedBy} is null) and (${t.approvedAt} is null) = (${t.approvalReason} is null)`,
    ),
  ],
);
