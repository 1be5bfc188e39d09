/** Keeps the queue filled from the ledger: a queue that lost everything has it again a moment later. */
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import { type Advance, advance, type Stages } from '../wave/advance.ts';
import type { StepQueue } from './steps.ts';

/** Plans what can be planned for a wave and puts every step that waits into the queue. */
export async function refill(
  database: Database,
  queue: StepQueue,
  stages: Stages,
  waveId: number,
  log: Log,
): Promise<Advance> {
  const state = await advance(database, stages, waveId, log);
  if (state.pending.length > 0) await queue.add(state.pending, state.attempt);
  return state;
}

/** The same for every wave whose run is under way, whoever began it. */
export async function refillAll(
  database: Database,
  queue: StepQueue,
  stages: Stages,
  log: Log,
): Promise<void> {
  const runs = await database.sql<{ waveId: number }[]>`
    select wave_id as "waveId" from run where finished_at is null order by id`;
  for (const { waveId } of runs) await refill(database, queue, stages, waveId, log);
}
