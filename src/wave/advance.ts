/** Moves a run on: plans the next stage when one is complete, and says which steps are to be done now. */
import type { Database, Transaction } from '../db/database.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { one } from '../db/rows.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { STAGES, type StageName, type StepKey, type WaveState } from '../pipeline.ts';
import type { StepFailure } from './failures.ts';
import { IS_HELD, JOIN_HOLDERS } from './holders.ts';
import { holdOf } from './holds.ts';
import { forgetLeases } from './lease.ts';
import { readWave, type Wave } from './record.ts';
import type { PartBounds, Stage } from './stage.ts';
import { LEDGER_CHANNEL } from './step.ts';

export type Stages = Readonly<Record<StageName, Stage>>;

export interface Advance {
  readonly finished: boolean;
  /** How often the run was begun or taken up. */
  readonly attempt: number;
  /** Steps that wait for somebody to take them, the first of them; empty when the run is finished. */
  readonly pending: readonly PendingStep[];
  /** Steps of the stage that were given up. */
  readonly failed: readonly StepFailure[];
  /** The moment before which nothing can be done, where all that is left rests until then. */
  readonly restsUntil: Date | null;
}

/** A step that nobody is at, or somebody who has not been heard of for too long. */
export interface PendingStep extends StepKey {
  /** Of its lease, 0 where it has none: with another one it is another job. */
  readonly token: number;
}

/** Steps handed out at a time: a queue never holds more of one wave, however many there are. */
const WINDOW = 256;

/** Can be called by anyone at any time; says the same to all who call, since the ledger alone decides. */
export async function advance(
  database: Database,
  stages: Stages,
  waveId: number,
  log: Log,
): Promise<Advance> {
  return database.sql.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(${TRANSACTION_LOCKS.plan}, ${waveId})`;
    const { attempt, state } = await one(
      sql<{ attempt: number; state: WaveState }[]>`
        select attempt, state from run join wave on wave.id = run.wave_id where wave_id = ${waveId}`,
      `the run of wave ${waveId}`,
    );
    const planned = await plannedStages(sql, waveId);
    for (const stage of state === 'void' ? [] : stagesFrom(planned)) {
      if (!planned.has(stage)) {
        // Read now and not before: the stage that has just ended may have written to the wave's own row.
        const wave = await readWave(sql, waveId);
        if (holdOf(stage, wave) !== undefined) break;
        await writePlan(sql, wave, stage, await stages[stage].plan(sql, wave), log);
      }
      const unfinished = await unfinishedSteps(sql, waveId, stage);
      if (unfinished.length > 0) return { finished: false, attempt, ...split(waveId, stage, unfinished) };
      await complete(sql, waveId, stage, stages[stage]);
    }
    await sql`update run set finished_at = now() where wave_id = ${waveId} and finished_at is null`;
    await forgetLeases(sql, waveId);
    await sql`select pg_notify(${LEDGER_CHANNEL}, ${String(waveId)})`;
    return { finished: true, attempt, pending: [], failed: [], restsUntil: null };
  });
}

/** The stages from the newest planned one on: those before it are complete, or it would not be planned. */
function stagesFrom(planned: ReadonlySet<StageName>): readonly StageName[] {
  return STAGES.slice(Math.max(0, ...[...planned].map((stage) => STAGES.indexOf(stage))));
}

async function plannedStages(sql: Transaction, waveId: number): Promise<ReadonlySet<StageName>> {
  const rows = await sql<{ stage: StageName }[]>`select stage from stage where wave_id = ${waveId}`;
  return new Set(rows.map(({ stage }) => stage));
}

/** Once: whoever comes after finds it written. */
async function complete(sql: Transaction, waveId: number, name: StageName, stage: Stage): Promise<void> {
  const completed = await sql`
    update stage set completed_at = now() where wave_id = ${waveId} and stage = ${name} and completed_at is null
    returning stage`;
  if (completed.length > 0) await stage.complete?.(sql, await readWave(sql, waveId));
}

async function writePlan(
  sql: Transaction,
  wave: Wave,
  stage: StageName,
  parts: readonly PartBounds[],
  log: Log,
): Promise<void> {
  await sql`insert into stage (wave_id, stage, parts) values (${wave.id}, ${stage}, ${parts.length})`;
  const bounds = JSON.stringify(parts.map(({ lower, upper }, part) => ({ part, lower, upper })));
  await sql`
    insert into step (wave_id, stage, part, lower, upper)
    select ${wave.id}, ${stage}, bounds.part, bounds.lower, bounds.upper
    from jsonb_to_recordset(${bounds}::jsonb) as bounds (part int, lower text, upper text)`;
  logEvent(log, 'stage.planned', { wave: wave.id, stage, steps: parts.length });
}

interface Unfinished {
  part: number;
  state: 'planned' | 'failed';
  attempts: number;
  error: string | null;
  next: string | null;
  token: number;
  isHeld: boolean;
  /** It failed a moment ago, or cannot go on before this. */
  restsUntil: string | null;
}

async function unfinishedSteps(sql: Transaction, waveId: number, stage: StageName): Promise<Unfinished[]> {
  return sql<Unfinished[]>`
    select step.part, step.state, step.attempts, step.error, step.next, coalesce(lease.token, 0) as token,
      ${sql.unsafe(IS_HELD)} as "isHeld", case when step.retry_at > now() then step.retry_at end as "restsUntil"
    from step ${sql.unsafe(JOIN_HOLDERS)}
    where step.wave_id = ${waveId} and step.stage = ${stage} and step.state <> 'done'
    order by coalesce(step.retry_at > now(), false), step.part limit ${WINDOW}`;
}

function split(
  waveId: number,
  stage: StageName,
  steps: Unfinished[],
): Pick<Advance, 'pending' | 'failed' | 'restsUntil'> {
  const open = steps.filter(({ state }) => state === 'planned');
  const rests = open.map(({ restsUntil }) => Date.parse(restsUntil ?? ''));
  return {
    pending: open
      .filter(({ isHeld, restsUntil }) => !isHeld && restsUntil === null)
      .map(({ part, token }) => ({ waveId, stage, part, token })),
    failed: steps
      .filter(({ state }) => state === 'failed')
      .map(({ part, attempts, error, next }) => ({ stage, part, attempts, error: error ?? '', next })),
    restsUntil:
      open.length > 0 && open.every(({ restsUntil }) => restsUntil !== null)
        ? new Date(Math.min(...rests))
        : null,
  };
}
