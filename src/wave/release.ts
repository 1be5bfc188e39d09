/** Lets the notices of a wave go that were held when it was published. */
import type { Database, Transaction } from '../db/database.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import type { ChannelOfWave } from './channels.ts';
import { closeCommand } from './close-command.ts';
import { type EnteredRun, type LedRun, readRun, takeLead, takeUp } from './leader.ts';
import { changeChannels, refuseOtherChannels } from './other-channels.ts';
import { readWave, type Wave } from './record.ts';
import { refuseVoid } from './voided.ts';

export interface ReleaseOptions {
  /** The id under which the same process led it before it lost the connection. */
  readonly leader?: string;
  /** Those that are set here. */
  readonly channels?: readonly ChannelOfWave[];
  /** Its notices go over these, and no longer over those that were set at the close, while none is planned. */
  readonly changesChannels?: boolean;
}

/**
 * Takes the lead of the wave's run and opens it again, its notices no longer held. A run whose notices are on their
 * way, with nobody who leads it, is taken up: a release that was cut off goes on by being asked for again.
 * @throws GelombangError CONFLICT where someone else leads, the wave is void or not published, or its notices are sent already;
 * INPUT_REFUSED where there is no such wave, or other channels are set here than at its close.
 */
export async function beginRelease(
  database: Database,
  waveId: number,
  log: Log,
  { leader, ...options }: ReleaseOptions = {},
): Promise<LedRun> {
  await readWave(database.sql, waveId);
  const led = await takeLead(database, waveId, (sql) => enterRelease(sql, waveId, options), leader);
  logEvent(log, 'notices.released', { wave: waveId, run: led.run });
  return led;
}

async function enterRelease(
  sql: Transaction,
  waveId: number,
  { channels, changesChannels = false }: ReleaseOptions,
): Promise<EnteredRun> {
  // Whoever plans looks at the hold first and ends the run then: in between, a run that is opened would be ended.
  await sql`select pg_advisory_xact_lock(${TRANSACTION_LOCKS.plan}, ${waveId})`;
  await sql`select 1 from wave where id = ${waveId} for update`;
  const wave = await readWave(sql, waveId);
  refuseVoid(wave, 'what is not sent of its notices stays so');
  if (wave.state !== 'published') throw notPublished(wave);
  const { run, finished } = await readRun(sql, waveId);
  if (finished && !wave.noticesHeld) throw notHeld(wave, run);
  if (changesChannels && channels !== undefined) await changeChannels(sql, waveId, channels);
  else await refuseOtherChannels(sql, waveId, channels);
  await sql`update wave set notices_held = false where id = ${waveId}`;
  return takeUp(sql, run);
}

function notPublished({ id, state, noticesHeld }: Wave): GelombangError {
  const first = state === 'open' ? 'Close it first' : 'Go on with its close first';
  const hold = state === 'open' || noticesHeld;
  return new GelombangError('CONFLICT', `wave ${id} is not published: it has no notices yet`, {
    concerns: { wave: id },
    next: `${first}: ${closeCommand(id, hold)}`,
  });
}

function notHeld({ id }: Wave, run: number): GelombangError {
  return new GelombangError('CONFLICT', `no notices of wave ${id} are held: run ${run} has sent them`, {
    concerns: { wave: id, run },
    next: `What became of them: gelombang wave status ${id}`,
  });
}
