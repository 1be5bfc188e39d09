/** A wave with one step that nobody has done yet, and workers that sleep in the middle of it. */
import { randomUUID } from 'node:crypto';
import { LEASE_LIMIT } from '../../src/wave/lease.ts';
import type { Stage, StepContext } from '../../src/wave/stage.ts';
import type { StepWork } from '../../src/wave/step.ts';
import { type Installation, installation } from './installation.ts';
import { open, type WaveInput } from './wave.ts';

export const KEY = { waveId: 17, stage: 'match', part: 0 } as const;

export async function withOneStep(input: WaveInput): Promise<Installation> {
  const at = await installation();
  await open(at, input);
  await at.database.sql`insert into run (wave_id, host, pid, parts) values (17, 'here', 1, 1)`;
  await at.database.sql`insert into stage (wave_id, stage, parts) values (17, 'match', 1)`;
  await at.database.sql`insert into step (wave_id, stage, part) values (17, 'match', 0)`;
  return at;
}

export interface Sleeper {
  readonly work: StepWork;
  /** What its step is done with, once it is at it. */
  readonly reached: Promise<StepContext>;
  wake(): void;
}

/** One that is in the middle of the step until it is woken, and then writes who it was, or fails with the error. */
export function sleeper(
  { database, log }: Pick<Installation, 'database' | 'log'>,
  name: string,
  error?: Error,
): Sleeper {
  let wake = () => {};
  let reach = (_: StepContext) => {};
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const reached = new Promise<StepContext>((resolve) => {
    reach = resolve;
  });
  const stage: Stage = {
    plan: async () => [],
    work: async (context) => {
      reach(context);
      await awake;
      if (error !== undefined) throw error;
      await context.client.query(`update wave set entropy_given = coalesce(entropy_given, '') || $1`, [name]);
      return { counts: {}, digest: name };
    },
  };
  const { signal } = new AbortController();
  return { work: { database, stage, key: KEY, log, signal, worker: randomUUID() }, reached, wake };
}

/** As if nothing had been heard of any holder for longer than the limit. */
export async function silence({ database }: Installation): Promise<void> {
  await database.sql`update lease set renewed_at = renewed_at - ${LEASE_LIMIT + 1} * interval '1 second'`;
}

export async function ledger({ database }: Installation): Promise<unknown> {
  const [found] = await database.sql`
    select step.state, step.digest, attempts, entropy_given as written, (select count(*)::int from lease) as leases
    from step join wave on wave.id = step.wave_id`;
  return found;
}
