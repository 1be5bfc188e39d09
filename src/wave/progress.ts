/** How far a run is, by the ledger. */
import type { Queryable } from '../db/database.ts';
import { STAGES, type StageName } from '../pipeline.ts';
import { type Asking, readAsking } from './asking.ts';
import { firstHold, type Hold } from './holds.ts';
import { readWave } from './record.ts';

export interface StageProgress {
  readonly stage: StageName;
  /** Undefined: not planned yet. */
  readonly parts: number | undefined;
  readonly done: number;
  readonly failed: number;
  /** Sums over the parts that are done. */
  readonly counts: Readonly<Record<string, number>>;
  /** From the beginning of the first step to the end of the last one, so far. */
  readonly milliseconds: number;
}

export interface Progress {
  /** How far the questions to the registry are, where there are any. */
  readonly asking: Asking | null;
  readonly stages: readonly StageProgress[];
  /** What it waits for when all stages before are done. */
  readonly held: { readonly stage: StageName; readonly hold: Hold } | undefined;
  /** All planned, all done, up to what is held. */
  readonly finished: boolean;
  /** Steps that were given up. */
  readonly failed: number;
}

export async function readProgress(sql: Queryable, waveId: number): Promise<Progress> {
  const rows = await sql<(StageProgress & { parts: number })[]>`
    select stage.stage, stage.parts, count(step) filter (where step.state = 'done')::int as done,
      count(step) filter (where step.state = 'failed')::int as failed,
      coalesce(extract(epoch from max(step.finished_at) - min(step.started_at)) * 1000, 0)::int as milliseconds,
      coalesce((select jsonb_object_agg(name, amount) from (
        select entry.key as name, sum(entry.value::bigint) as amount
        from step counted, jsonb_each_text(counted.counts) as entry
        where counted.wave_id = stage.wave_id and counted.stage = stage.stage group by entry.key) summed), '{}') as counts
    from stage left join step on step.wave_id = stage.wave_id and step.stage = stage.stage
    where stage.wave_id = ${waveId}
    group by stage.wave_id, stage.stage, stage.parts`;
  const stages = STAGES.map(
    (stage) =>
      rows.find((row) => row.stage === stage) ??
      ({ stage, parts: undefined, done: 0, failed: 0, counts: {}, milliseconds: 0 } satisfies StageProgress),
  );
  const wave = await readWave(sql, waveId);
  const held = firstHold(wave);
  const end = held === undefined ? stages.length : STAGES.indexOf(held.stage);
  const asks = rows.some(({ stage, parts }) => stage === 'ask' && parts > 0);
  return {
    stages,
    asking: (asks ? await readAsking(sql, wave) : undefined) ?? null,
    held,
    finished: stages.slice(0, end).every(({ parts, done }) => done === parts),
    failed: stages.reduce((sum, stage) => sum + stage.failed, 0),
  };
}
