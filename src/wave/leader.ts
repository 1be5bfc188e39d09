/** The lead of a wave's run: whoever has it begins the run or takes it up, and sees it through; nobody else does. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Sql, Transaction } from '../db/database.ts';
import { SESSION_LOCKS } from '../db/locks.ts';
import { maybeOne, one } from '../db/rows.ts';
import { endSession, holdersOf } from '../db/session.ts';
import { GelombangError } from '../errors.ts';
import { forgiveFailures } from './failures.ts';
import { isSilent, watch } from './holders.ts';
import { dropLease, type LeaseKey, TakenOver, writeLease } from './lease.ts';

/** Seconds that the lead may take to be given up: with its session it is, a moment later, in any case. */
const LONGEST_END = 1;

export interface EnteredRun {
  readonly run: number;
  /** Taken up again, not begun now. */
  readonly resumed: boolean;
}

/** The lead, for as long as it is kept. */
export interface Lead {
  /**
   * Says that the lead is still kept.
   * @throws LeadLost where its session is gone, and the lead with it.
   */
  renew(): Promise<void>;
  /** Gives the lead up. */
  release(): Promise<void>;
}

export type LedRun = EnteredRun & Lead;

/** That the lead went with the connection that it was kept by. */
export class LeadLost extends Error {}

/**
 * Takes the lead, then does in one transaction what it is taken for, and gives what that gives beside it. What `enter` throws gives
 * the lead up.
 * @param leader The id under which it led before: a session that was cut off, and that the server still has, is ended.
 * @throws GelombangError CONFLICT where someone else leads.
 */
export async function takeLead<T extends object>(
  database: Database,
  waveId: number,
  enter: (sql: Transaction) => Promise<T>,
  leader: string = randomUUID(),
): Promise<T & Lead> {
  const session = database.connect();
  const end = () => session.end({ timeout: LONGEST_END });
  const key = leadOf(waveId);
  let token: number | undefined;
  const giveUp = async () => {
    if (token !== undefined) await dropLease(database.sql, key, token).catch(() => undefined);
    await end();
  };
  try {
    const backendPid = await lockLead(database, session, waveId, leader);
    const lease = await writeLease(session, key, { worker: leader, backendPid });
    token = lease.token;
    const entered = (await session.begin(enter)) as T;
    return { ...entered, renew: () => renewLead(session, lease.token), release: giveUp };
  } catch (error) {
    await giveUp();
    throw error instanceof TakenOver
      ? new LeadLost('the lead was lost before it was known to be had')
      : error;
  }
}

function leadOf(waveId: number): LeaseKey {
  return { waveId, stage: 'lead', part: 0 };
}

/** By the session itself: one that was made anew after a loss does not have the lock. */
async function renewLead(session: Sql, token: number): Promise<void> {
  const kept = await session`
    update lease set renewed_at = clock_timestamp() where token = ${token} and backend_pid = pg_backend_pid() returning 1`;
  if (kept.length === 0) throw new LeadLost('the lead was lost with its connection');
}

/** Looks for the run that another process begins, and milliseconds between two. */
const MOST_LOOKS = 20;
const LOOK_INTERVAL = 100;

/** The lock lives as long as the session: a leader that dies gives it up by dying, one that is silent is put out. Gives the session. */
async function lockLead(database: Database, session: Sql, waveId: number, leader: string): Promise<number> {
  let pid = await tryLock(session, waveId);
  if (pid === null && (await endSilent(database, waveId, leader))) pid = await tryLock(session, waveId);
  if (pid !== null) return pid;
  const run = await runOfOthers(session, waveId);
  const who = run === undefined ? 'another process' : `run ${run.id} (${run.host}, process ${run.pid})`;
  throw new GelombangError('CONFLICT', `someone else is at wave ${waveId} already: ${who}`, {
    concerns: { wave: waveId, ...(run === undefined ? {} : { run: run.id }) },
    next: `Watch it with: gelombang wave status ${waveId}`,
  });
}

/** Whoever leads may be about to begin it. */
async function runOfOthers(session: Sql, waveId: number) {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const run = await maybeOne(
      session<{ id: number; host: string; pid: number }[]>`
        select id, host, pid from run where wave_id = ${waveId}`,
      'the run',
    );
    if (run !== undefined) return run;
    await pause(LOOK_INTERVAL);
  }
  return undefined;
}

/** Gives the session that has it, which is another one after a loss. */
async function tryLock(session: Sql, waveId: number): Promise<number | null> {
  const { pid } = await one(
    session<{ pid: number | null }[]>`
      select case when pg_try_advisory_lock(${SESSION_LOCKS.lead}, ${waveId}) then pg_backend_pid() end as pid`,
    'the lead',
  );
  return pid;
}

async function endSilent(database: Database, waveId: number, leader: string): Promise<boolean> {
  const { sql } = database;
  const [holder] = await holdersOf(sql, SESSION_LOCKS.lead, waveId);
  if (holder === undefined) return true;
  const silent = await isSilent(sql, leadOf(waveId), { backendPid: holder, worker: leader });
  if (silent === undefined) await watch(sql, leadOf(waveId), holder);
  if (silent !== true) return false;
  await endSession(database, holder);
  return true;
}

export interface RunState {
  readonly run: number;
  readonly finished: boolean;
}

/** The run of a wave whose close was begun. */
export async function readRun(sql: Transaction, waveId: number): Promise<RunState> {
  return one(
    sql<RunState[]>`select id as run, finished_at is not null as finished from run where wave_id = ${waveId}`,
    'the run',
  );
}

/** It is this process that leads it now; a run that was finished is open again, and steps that were given up are forgiven. */
export async function takeUp(sql: Transaction, run: number): Promise<EnteredRun> {
  await forgiveFailures(sql, run);
  await sql`
    update run set host = ${hostname()}, pid = ${process.pid}, attempt = attempt + 1, finished_at = null
    where id = ${run}`;
  return { run, resumed: true };
}
