/** Does the steps of a closed wave again, one after the other over one connection, with what they write in shadows. */
import type pg from 'pg';
import type { Database, Sql } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { StageName } from '../pipeline.ts';
import type { Stages } from '../wave/advance.ts';
import { boundsOfRanges, rangeStarts } from '../wave/parts.ts';
import type { Wave } from '../wave/record.ts';
import type { Part, PartBounds, StepResult } from '../wave/stage.ts';
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
  /** Told of what the match has counted of the whole wave, before anything is done with it. */
  onMatched(counts: MatchCounts): void;
  /** Told of each stage: how many of its parts are done. */
  onProgress(stage: ReplayedStage, done: number, parts: number): void;
}

type Counts = StepResult['counts'];

/** Applications whose NIK the registry has, and those that it has not answered about. */
export interface MatchCounts {
  readonly found: number;
  readonly unanswered: number;
}

/** @returns The ranges of registration numbers into which the results are cut. */
export async function replay(wave: Wave, context: ReplayContext): Promise<readonly PartBounds[]> {
  const { database, client } = context;
  await preferShadows(client);
  const reading = database.connect();
  try {
    // What stages ask of other connections can be nothing but questions.
    await reading`set default_transaction_read_only = on`;
    let ranges: readonly PartBounds[] = [];
    for (const name of Object.keys(WRITTEN) as ReplayedStage[]) {
      const bounds = await boundsOf(name, wave, context.stages, reading);
      const work = () => doParts(name, bounds, wave, { ...context, database: { ...database, sql: reading } });
      const counts = await withShadows(client, WRITTEN[name], work);
      if (name === 'match') context.onMatched(summed(counts));
      ranges = bounds;
    }
    return ranges;
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

/** Nobody else does the steps of a simulation. */
const UNCLAIMED = { token: 0, check: async () => {} };

async function doParts(
  name: ReplayedStage,
  bounds: readonly PartBounds[],
  wave: Wave,
  { client, database, stages, log, signal, onProgress }: ReplayContext,
): Promise<readonly Counts[]> {
  const all: Counts[] = [];
  onProgress(name, 0, bounds.length);
  for (const [number, { lower, upper }] of bounds.entries()) {
    signal.throwIfAborted();
    const part: Part = { part: number, lower, upper };
    const result = await stages[name].work({ client, database, wave, part, log, signal, lease: UNCLAIMED });
    if (result !== 'waiting') all.push(result.counts);
    onProgress(name, number + 1, bounds.length);
  }
  return all;
}

function summed(all: readonly Counts[]): MatchCounts {
  const sumOf = (what: string) => all.reduce((sum, counts) => sum + (counts[what] ?? 0), 0);
  return { found: sumOf('found'), unanswered: sumOf('unanswered') };
}
