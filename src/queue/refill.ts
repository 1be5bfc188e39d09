/** Keeps the queue filled from the ledger: a queue that lost everything has it again a moment later. */
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import { type Advance, advance, type Stages } from '../wave/advance.ts';
import { isWaiting, renounce } from '../wave/holders.ts';
import type { StepQueue, TakenJob } from './steps.ts';

/** Plans what can be planned for a wave and puts every step that nobody is at into the queue. */
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

/** Milliseconds that a job may be taken while nobody is at its step: a worker begins sooner, unless it is dead. */
const GRACE = 4_000;

/**
 * Looks after jobs that the dead have taken: they would stand there for ever, and keep their steps from being put in again
 * under the same name. Time is measured from look to look in this process alone.
 */
export class Sweeper {
  /** When each was seen first while nobody was at its step. */
  #seen = new Map<string, number>();

  async sweep({ sql }: Database, queue: StepQueue): Promise<void> {
    const before = this.#seen;
    this.#seen = new Map();
    const now = performance.now();
    for (const job of await queue.taken()) {
      const since = before.get(job.id) ?? now;
      const step = await isWaiting(sql, job.key);
      if (step === 'held') continue;
      this.#seen.set(job.id, since);
      if (now - since < GRACE) continue;
      if (step !== 'over' && step.token === job.token) await renounce(sql, job.key, job.token);
      await this.#remove(queue, job);
    }
  }

  async #remove(queue: StepQueue, { id }: TakenJob): Promise<void> {
    if (await queue.remove(id)) this.#seen.delete(id);
  }
}
