/** Does the steps of a closed wave again, one after the other over one connection, with what they write in shadows. */
import type pg from 'pg';
import type { Database, Sql } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { StageName } from '../pipeline.ts';
import type { Stages } from '../wave/advance.ts';
import { boundsOfRanges, rangeStarts } from '../wave/parts.ts';
import type { Wave } from '../wave/record.ts';
import type { Part, PartBounds } from '../wave/stage.ts';
import { preferShadows, withShadows } from './shadows.ts';

/**
 * From the match to the record, and what each writes that none before it has written. In this order they are shadowed: a
 * stage before may read the real table, as the freeze reads what became of people in earlier waves.
 */
const WRITTEN = {
  match: ['stage_block'],
  filter: [],
  household: [],
  freeze: ['pool'],
  draw: [],
  select: ['cutoff'],
  record: ['result_block', 'decision_block'],
} as const satisfies Partial<Record<StageName, readonly string[]>>;

export type ReplayedStage = keyof typeof WRITTEN;

export interface ReplayContext {
  /** In a transaction, which is to be rolled back. */
  readonly client: pg.ClientBase;
  readonly database: Database;
  readonly stages: Stages;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told of each stage: how many of its parts are done. */
  onProgress(stage: ReplayedStage, done: number, parts: number): void;
}

/** @returns Into how many ranges of registration numbers the results are cut. */
export async function replay(wave: Wave, context: ReplayContext): Promise<number> {
  const { database, client } = context;
  await preferShadows(client);
  const reading = database.connect(1);
  try {
    // What stages ask of other connections can be nothing but questions.
    await reading`set default_transaction_read_only = on`;
    let parts = 0;
    for (const name of Object.keys(WRITTEN) as ReplayedStage[]) {
      const bounds = await boundsOf(name, wave, context.stages, reading);
      const work = () => doParts(name, bounds, wave, { ...context, database: { ...database, sql: reading } });
      await withShadows(client, WRITTEN[name], work);
      parts = bounds.length;
    }
    return parts;
  } finally {
    await reading.end();
  }
}

/** The draw's own plan takes the entropy in, which is done once a wave: here its seed is there. */
async function boundsOf(
  name: ReplayedStage,
  wave: Wave,
  stages: Stages,
  reading: Sql,
): Promise<readonly PartBounds[]> {
  if (name === 'draw') return boundsOfRanges(await rangeStarts(reading, wave.id));
  return reading.begin('read only', (sql) => stages[name].plan(sql, wave));
}

async function doParts(
  name: ReplayedStage,
  bounds: readonly PartBounds[],
  wave: Wave,
  { client, database, stages, log, signal, onProgress }: ReplayContext,
): Promise<void> {
  onProgress(name, 0, bounds.length);
  for (const [number, { lower, upper }] of bounds.entries()) {
    signal.throwIfAborted();
    const part: Part = { part: number, lower, upper };
    await stages[name].work({ client, database, wave, part, log, signal });
    onProgress(name, number + 1, bounds.length);
  }
}
