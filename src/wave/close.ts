/** Closes a wave: from here on no application comes in, and what it is decided by is fixed. */
import { hostname } from 'node:os';
import type { Database, Sql, Transaction } from '../db/database.ts';
import { SESSION_LOCKS, TRANSACTION_LOCKS } from '../db/locks.ts';
import { maybeOne, one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { type Fault, GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { readWave, type Wave } from './record.ts';
import { fixReferences } from './references.ts';
import { forgiveFailures } from './step.ts';

export interface CloseRequest {
  readonly waveId: number;
  /** 64 hex digits that take the place of the wave's secret in the draw. */
  readonly entropy: string | undefined;
  /** Close although imports were cut off, without what they would have brought. */
  readonly withoutUnfinished: boolean;
  /** Close although no file was imported. */
  readonly empty: boolean;
}

export interface ClosingRun {
  readonly run: number;
  /** Taken up again, not begun now. */
  readonly resumed: boolean;
  /** Gives the lead up. */
  release(): Promise<void>;
}

/**
 * Takes the lead of the wave's run, beginning it if it is not begun.
 * @throws GelombangError CONFLICT where someone else leads, an import is under way or cut off, or the wave is through;
 * INPUT_REFUSED where the registry or a list of the policy is missing.
 */
export async function beginClose(database: Database, request: CloseRequest, log: Log): Promise<ClosingRun> {
  await readWave(database.sql, request.waveId);
  const session = database.connect(1);
  try {
    await takeLead(session, request.waveId);
    const { run, resumed } = await session.begin((sql) => enterClosing(sql, request));
    if (resumed) await forgiveFailures(database, request.waveId);
    logEvent(log, resumed ? 'wave.resumed' : 'wave.closing', { wave: request.waveId, run });
    return { run, resumed, release: () => session.end() };
  } catch (error) {
    await session.end();
    throw error;
  }
}

/** The lock lives as long as the session: a leader that dies gives it up by dying. */
async function takeLead(session: Sql, waveId: number): Promise<void> {
  const { led } = await one(
    session<{ led: boolean }[]>`select pg_try_advisory_lock(${SESSION_LOCKS.lead}, ${waveId}) as led`,
    'the lead',
  );
  if (led) return;
  const run = await maybeOne(
    session<{ id: number; host: string; pid: number; finished: boolean }[]>`
      select id, host, pid, finished_at is not null as finished from run where wave_id = ${waveId}`,
    'the run',
  );
  const who = run === undefined ? 'another process' : `run ${run.id} (${run.host}, process ${run.pid})`;
  throw new GelombangError('CONFLICT', `wave ${waveId} is already being closed by ${who}`, {
    concerns: { wave: waveId, ...(run === undefined ? {} : { run: run.id }) },
    next: `Watch it with: gelombang wave status ${waveId}`,
  });
}

async function enterClosing(
  sql: Transaction,
  request: CloseRequest,
): Promise<{ run: number; resumed: boolean }> {
  const { waveId } = request;
  await sql`select 1 from wave where id = ${waveId} for update`;
  const wave = await readWave(sql, waveId);
  if (wave.state !== 'open') return resume(sql, wave, request);
  await refuseWhileImporting(sql, request);
  await refuseEmpty(sql, request);
  await fixReferences(sql, wave);
  await sql`
    update wave set state = 'closing', entropy_given = ${request.entropy ?? null} where id = ${waveId}`;
  const { run } = await one(
    sql<{ run: number }[]>`
      insert into run (wave_id, host, pid) values (${waveId}, ${hostname()}, ${process.pid}) returning id as run`,
    'the run',
  );
  return { run, resumed: false };
}

async function resume(
  sql: Transaction,
  wave: Wave,
  request: CloseRequest,
): Promise<{ run: number; resumed: boolean }> {
  const { run, finished } = await one(
    sql<{ run: number; finished: boolean }[]>`
      select id as run, finished_at is not null as finished from run where wave_id = ${wave.id}`,
    'the run',
  );
  if (finished) {
    throw new GelombangError(
      'CONFLICT',
      `wave ${wave.id} is already closed: published by run ${run} at ${wave.publishedAt}`,
      {
        concerns: { wave: wave.id, run },
        next: `Its results: gelombang export ${wave.id} --out DIR`,
      },
    );
  }
  if (request.entropy !== undefined && request.entropy !== wave.entropyGiven) {
    throw new GelombangError('CONFLICT', `run ${run} of wave ${wave.id} was begun with other entropy`, {
      concerns: { wave: wave.id, run },
      next: `Go on without --entropy: gelombang wave close ${wave.id}`,
    });
  }
  await sql`update run set host = ${hostname()}, pid = ${process.pid}, attempt = attempt + 1 where id = ${run}`;
  return { run, resumed: true };
}

async function refuseWhileImporting(sql: Transaction, request: CloseRequest): Promise<void> {
  const { waveId } = request;
  const { alone } = await one(
    sql<{ alone: boolean }[]>`
      select pg_try_advisory_xact_lock(${TRANSACTION_LOCKS.intake}, ${waveId}) as alone`,
    'the intake lock',
  );
  const unfinished = await sql<{ fileName: string; startedAt: string | Date }[]>`
    select file_name as "fileName", started_at as "startedAt" from import_file
    where wave_id = ${waveId} and finished_at is null order by id`;
  const faults: Fault[] = unfinished.map((row) => ({
    where: row.fileName,
    what: `begun at ${isoTime(row.startedAt)}`,
  }));
  if (!alone) {
    throw new GelombangError('CONFLICT', `an import into wave ${waveId} is under way`, {
      concerns: { wave: waveId },
      faults,
      next: 'Wait until it has ended, then close the wave.',
    });
  }
  if (unfinished.length === 0) return;
  if (!request.withoutUnfinished) {
    throw new GelombangError(
      'CONFLICT',
      `imports into wave ${waveId} were cut off, nothing of them is in the wave`,
      {
        concerns: { wave: waveId },
        faults,
        next: `Import these files again, or leave them out on purpose: gelombang wave close ${waveId} --without-unfinished`,
      },
    );
  }
  await sql`delete from import_file where wave_id = ${waveId} and finished_at is null`;
}

/** A wave is published once: a number that was mistyped is not to be found out afterwards. */
async function refuseEmpty(sql: Transaction, { waveId, empty }: CloseRequest): Promise<void> {
  const files =
    await sql`select 1 from import_file where wave_id = ${waveId} and finished_at is not null limit 1`;
  if (files.length > 0 || empty) return;
  throw new GelombangError('INPUT_REFUSED', `no file of applications was imported into wave ${waveId}`, {
    concerns: { wave: waveId },
    next: `Import one, or close it without applications on purpose: gelombang wave close ${waveId} --empty`,
  });
}
