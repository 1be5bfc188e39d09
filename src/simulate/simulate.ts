/**
 * simulate: plays a published wave again, with its own seed and, where that is asked for, another policy or newer data, and
 * holds what comes of it against what came of the wave. Nothing of it is stored.
 */
import type pg from 'pg';
import { type Database, keysOf, withOwnKeys } from '../db/database.ts';
import { endedBy, inRolledBackTransaction } from '../db/session.ts';
import { GelombangError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PolicyChange } from '../policy/changes.ts';
import type { Policy } from '../policy/policy.ts';
import type { ReadPolicy } from '../policy/read.ts';
import { canonicalJson } from '../proof/canonical.ts';
import type { Stages } from '../wave/advance.ts';
import { closeCommand } from '../wave/close-command.ts';
import { readWave, type Wave } from '../wave/record.ts';
import { Comparison } from './compare.ts';
import { plannedPolicy } from './planned-policy.ts';
import { referencesFor, type WaveData } from './references.ts';
import { type MatchCounts, type ReplayedStage, replay } from './replay.ts';
import { reportOf, type SimulationReport } from './report.ts';
import { withShadows } from './shadows.ts';

export interface SimulationRequest {
  readonly waveId: number;
  /** In place of the wave's own, its quota included. */
  readonly policy?: ReadPolicy;
  /** To the one or the other. */
  readonly changes: readonly PolicyChange[];
  readonly data: WaveData;
}

/** What is being done: a stage, or the comparison after the last of them. */
export type SimulationStep = ReplayedStage | 'compare';

export interface Simulating {
  readonly stages: Stages;
  readonly log: Log;
  readonly signal: AbortSignal;
  onProgress?(step: SimulationStep, done: number, parts: number): void;
  /** Takes all lines of the applications that change sides, as they are found; they are behind `SIDES_HEADER`. */
  takeSides?(lines: AsyncIterable<string>): Promise<unknown>;
}

/**
 * @throws GelombangError INPUT_REFUSED for an unknown wave, a change that no policy can have, a list or a registry that is
 * missing, or answers of it; CONFLICT where the wave was never published; INTERRUPTED on the signal.
 */
export async function simulateWave(
  database: Database,
  request: SimulationRequest,
  simulating: Simulating,
): Promise<SimulationReport> {
  const wave = await readWave(database.sql, request.waveId);
  if (wave.publishedAt === null) throw notPublished(wave);
  const planned = plannedPolicy(wave, request.policy, request.changes);
  const { policy } = planned;
  const { against, used } = await referencesFor(database.sql, wave, policy, request.data);
  const other: Wave = { ...wave, ...against, policy, quota: policy.quota };
  const { signal } = simulating;
  try {
    signal.throwIfAborted();
    const compared = await inRolledBackTransaction(database, (client, pid) =>
      // What it writes must be of no use to whoever catches it on its way and puts it in the place of the wave's own.
      withOwnKeys(client, keysOf(client).aside(), () =>
        endedBy(signal, database, pid, () =>
          playAndCompare(client, database, { wave: other, own: wave.policy }, simulating),
        ),
      ),
    );
    return reportOf({ wave, planned, data: request.data, used, ...compared });
  } catch (error) {
    throw signal.aborted ? interrupted(error) : error;
  }
}

async function playAndCompare(
  client: pg.ClientBase,
  database: Database,
  { wave, own }: { readonly wave: Wave; readonly own: Policy },
  { stages, log, signal, onProgress = () => {}, takeSides = passOver }: Simulating,
) {
  const onMatched = (counts: MatchCounts) => refuseUnanswered(wave, own, counts);
  const ranges = await replay(wave, { client, database, stages, log, signal, onProgress, onMatched });
  return withShadows(client, [], async () => {
    const comparison = new Comparison(client, wave.id);
    onProgress('compare', 0, ranges.length);
    const onRange = (done: number) => {
      signal.throwIfAborted();
      onProgress('compare', done, ranges.length);
    };
    await takeSides(comparison.sides(ranges, onRange));
    return { comparison, digests: await comparison.digests() };
  });
}

/** A policy that asks what nobody of the wave was asked about says nothing of it: all would be without an answer. */
function refuseUnanswered({ id, policy }: Wave, own: Policy, { found, unanswered }: MatchCounts): void {
  if (found > 0 || unanswered === 0 || canonicalJson(policy.match) === canonicalJson(own.match)) return;
  throw new GelombangError(
    'INPUT_REFUSED',
    `wave ${id} cannot be simulated: nobody of it has an answer of the registry to what this policy asks`,
    {
      concerns: { wave: id },
      faults: [
        {
          where: 'match',
          what: `${JSON.stringify(policy.match)} in place of ${JSON.stringify(own.match)}`,
          hint: 'An answer is to what was asked, the least similarity of the names included.',
        },
      ],
      next: 'Leave match as the wave has it.',
    },
  );
}

/** Counted they are as they are passed over. */
async function passOver(lines: AsyncIterable<string>): Promise<void> {
  for await (const _ of lines);
}

function notPublished({ id, state, noticesHeld }: Wave): GelombangError {
  const next = {
    open: `Close it first: ${closeCommand(id, false)}`,
    closing: `Go on with its close first: ${closeCommand(id, noticesHeld)}`,
    published: '',
    void: `Look at it with: gelombang wave status ${id}`,
  }[state];
  return new GelombangError('CONFLICT', `wave ${id} was not published: there is nothing to play again`, {
    concerns: { wave: id },
    next,
  });
}

function interrupted(cause: unknown): GelombangError {
  return new GelombangError('INTERRUPTED', 'the simulation was stopped', {
    cause,
    next: 'Nothing of it is stored. Run the command again.',
  });
}
