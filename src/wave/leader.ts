/** The lead of a wave's run: whoever has it begins the run or takes it up, and sees it through; nobody else does. */
import { hostname } from 'node:os';
import type { Database, Sql, Transaction } from '../db/database.ts';
import { SESSION_LOCKS } from '../db/locks.ts';
import { maybeOne, one } from '../db/rows.ts';
import { GelombangError } from '../errors.ts';
import { forgiveFailures } from './step.ts';

export interface EnteredRun {
  readonly run: number;
  /** Taken up again, not begun now. */
  readonly resumed: boolean;
}

export interface LedRun extends EnteredRun {
  /** Gives the lead up. */
  release(): Promise<void>;
}

/**
 * Takes the lead, then enters the run in one transaction; of a run that is taken up, steps that were given up are
 * forgiven. What `enter` throws gives the lead up.
 * @throws GelombangError CONFLICT where someone else leads.
 */
export async function takeLead(
  database: Database,
  waveId: number,
  enter: (sql: Transaction) => Promise<EnteredRun>,
): Promise<LedRun> {
  const session = database.connect(1);
  try {
    await lockLead(session, waveId);
    const { run, resumed } = await session.begin(enter);
    if (resumed) await forgiveFailures(database, waveId);
    return { run, resumed, release: () => session.end() };
  } catch (error) {
    await session.end();
    throw error;
  }
}

/** The lock lives as long as the session: a leader that dies gives it up by dying. */
async function lockLead(session: Sql, waveId: number): Promise<void> {
  const { led } = await one(
    session<{ led: boolean }[]>`select pg_try_advisory_lock(${SESSION_LOCKS.lead}, ${waveId}) as led`,
    'the lead',
  );
  if (led) return;
  const run = await maybeOne(
    session<{ id: number; host: string; pid: number }[]>`
      select id, host, pid from run where wave_id = ${waveId}`,
    'the run',
  );
  const who = run === undefined ? 'another process' : `run ${run.id} (${run.host}, process ${run.pid})`;
  throw new GelombangError('CONFLICT', `someone else is at wave ${waveId} already: ${who}`, {
    concerns: { wave: waveId, ...(run === undefined ? {} : { run: run.id }) },
    next: `Watch it with: gelombang wave status ${waveId}`,
  });
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

/** It is this process that leads it now; a run that was finished is open again. */
export async function takeUp(sql: Transaction, run: number): Promise<EnteredRun> {
  await sql`
    update run set host = ${hostname()}, pid = ${process.pid}, attempt = attempt + 1, finished_at = null
    where id = ${run}`;
  return { run, resumed: true };
}
