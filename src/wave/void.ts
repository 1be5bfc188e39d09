/** A wave that must not count: it stays on record with its reason, and another wave is drawn anew. */
import type { Database, Transaction } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { WAVE_TRANSITIONS } from '../pipeline.ts';
import { takeLead } from './leader.ts';
import { publishableReason } from './reason.ts';
import { readWave, type Voiding } from './record.ts';

export interface VoidRequest {
  readonly waveId: number;
  readonly reason: string;
  readonly by: string;
}

export interface VoidedWave {
  readonly wave: number;
  /** What it was before. */
  readonly state: string;
  readonly voided: Voiding;
}

/**
 * Voids a wave, in whatever state it is. Who was accepted in it is no recipient for waves that close after this, and nobody
 * has lost a draw in it; what was published stays to be seen, and its notices that are not sent yet stay so.
 * @throws GelombangError CONFLICT where someone is at the wave, or it is void; INPUT_REFUSED where there is none.
 */
export async function voidWave(database: Database, request: VoidRequest, log: Log): Promise<VoidedWave> {
  const reason = publishableReason(request.reason);
  await readWave(database.sql, request.waveId);
  const enter = (sql: Transaction) => enterVoid(sql, { ...request, reason });
  const { state, release } = await takeLead(database, request.waveId, enter);
  await release();
  const { id, voided } = await readWave(database.sql, request.waveId);
  logEvent(log, 'wave.voided', { wave: id, reason });
  return { wave: id, state, voided: voided as Voiding };
}

/** Gives what it was before. */
async function enterVoid(
  sql: Transaction,
  { waveId, reason, by }: VoidRequest,
): Promise<Pick<VoidedWave, 'state'>> {
  await sql`select 1 from wave where id = ${waveId} for update`;
  const { state, voided } = await readWave(sql, waveId);
  if (!WAVE_TRANSITIONS[state].some((next) => next === 'void')) {
    throw new GelombangError('CONFLICT', `wave ${waveId} is void already: ${voided?.reason}`, {
      concerns: { wave: waveId },
      next: `Look at it with: gelombang wave status ${waveId}`,
    });
  }
  await sql`
    update wave set state = 'void', voided_at = now(), voided_by = ${by}, void_reason = ${reason}
    where id = ${waveId}`;
  await sql`delete from stage_block where wave_id = ${waveId}`;
  await sql`update run set finished_at = coalesce(finished_at, now()) where wave_id = ${waveId}`;
  return { state };
}
