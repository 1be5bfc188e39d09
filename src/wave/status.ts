/** What there is to say about a wave, from the ledger and the figures that were published. */
import { type ApprovalRequest, readRequests } from '../approval/request.ts';
import type { Database, Queryable } from '../db/database.ts';
import { maybeOne } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import type { WaveState } from '../pipeline.ts';
import { type NamedRound, namedRound } from './beacon.ts';
import { entropySourceOf } from './entropy.ts';
import { MOST_ATTEMPTS, readFailures, type StepFailure } from './failures.ts';
import { type Leader, readLeader, readUnderWay, type StepUnderWay } from './holders.ts';
import type { Hold } from './holds.ts';
import { HANG_LIMIT, LEASE_LIMIT } from './lease.ts';
import { type ListOfWave, listsOfWave } from './lists.ts';
import {
  type ChannelStatus,
  channelsOfWave,
  countReasons,
  type NoticeCounts,
  type ReasonCount,
  sumOf,
} from './notices.ts';
import { type Progress, readProgress } from './progress.ts';
import { readWave, type Voiding } from './record.ts';
import { IDLE_LIMIT, readWorkers, type WorkerStatus } from './workers.ts';

export interface ImportStatus {
  readonly file: string;
  readonly started_at: string;
  /** Null while it is under way, or if it was cut off. */
  readonly finished_at: string | null;
  readonly rows_read: number | null;
  readonly rows_rejected: number | null;
  readonly rows_taken: number | null;
}

export interface WaveStatus {
  readonly wave: number;
  readonly state: WaveState;
  readonly policy: string;
  readonly policy_sha256: string;
  readonly quota: number;
  readonly opened_at: string;
  readonly closes_at: string | null;
  readonly published_at: string | null;
  readonly entropy_commitment: string | null;
  readonly pool_root: string | null;
  readonly frozen_at: string | null;
  readonly seed: string | null;
  readonly entropy_source: string;
  /** The round of the beacon that was named, with its signature once it is taken in. */
  readonly beacon: (NamedRound & { readonly signature: string | null }) | null;
  readonly voided: Voiding | null;
  readonly imports: readonly ImportStatus[];
  /** Of each list of the policy, the version that the wave is held against; while it is open, would be. */
  readonly lists: readonly ListOfWave[];
  readonly applications: number;
  readonly run: {
    readonly id: number;
    readonly started_at: string;
    readonly finished_at: string | null;
  } | null;
  readonly progress: Progress;
  /** By whose word it is published although the registry gave no answer on some applications. */
  readonly unverified_by: string | null;
  /** What its run has come to and waits for. */
  readonly held: Hold | null;
  /** What somebody is at, and since when; and when that was last heard of. */
  readonly steps_under_way: readonly StepUnderWay[];
  /** Who leads its run, and has been heard of lately. */
  readonly led_by: Leader | null;
  readonly steps_failed: readonly StepFailure[];
  readonly workers: readonly WorkerStatus[];
  readonly limits: {
    /** Of silence, after which a step is taken over. */
    readonly lease_seconds: number;
    /** After which a step is given up, and the run stops; where another would be of no use it does at once. */
    readonly attempts: number;
    /** Without a step while some wait, after which a worker is not healthy. */
    readonly idle_seconds: number;
    /** From one statement of a step to the next, after which it has failed. */
    readonly hang_seconds: number;
  };
  /** Step of the funnel → count, once the wave is published. */
  readonly funnel: Readonly<Record<string, number>> | null;
  /** Its notices wait, or will wait when there are any, until they are released. */
  readonly notices_held: boolean;
  readonly notices: NoticeCounts;
  /** The same, of each channel over which they go. */
  readonly channels: readonly ChannelStatus[];
  /** Why notices failed, are unknown or wait. */
  readonly notice_reasons: readonly ReasonCount[];
  /** What somebody has asked for about it, and nobody has done yet. */
  readonly requests: readonly ApprovalRequest[];
}

/** @throws GelombangError INPUT_REFUSED where there is no such wave. */
export async function waveStatus({ sql }: Database, waveId: number): Promise<WaveStatus> {
  const wave = await readWave(sql, waveId);
  const imports = await readImports(sql, waveId);
  const progress = await readProgress(sql, waveId);
  const run = await readRunStatus(sql, waveId);
  const channels = await channelsOfWave(sql, wave);
  return {
    wave: wave.id,
    state: wave.state,
    policy: wave.policy.name,
    policy_sha256: wave.policySha256,
    quota: wave.quota,
    opened_at: wave.openedAt,
    closes_at: wave.closesAt,
    published_at: wave.publishedAt,
    entropy_commitment: wave.entropyCommitment,
    pool_root: wave.poolRoot,
    frozen_at: wave.frozenAt,
    seed: wave.seed,
    entropy_source: entropySourceOf(wave),
    beacon:
      wave.beaconRound === null ? null : { ...namedRound(wave.beaconRound), signature: wave.beaconSignature },
    voided: wave.voided,
    imports,
    lists: await listsOfWave(sql, wave),
    applications: imports.reduce((sum, file) => sum + (file.rows_taken ?? 0), 0),
    run,
    progress,
    unverified_by: wave.unverifiedBy,
    held: run === null || wave.voided !== null ? null : heldNow(progress),
    steps_under_way: await readUnderWay(sql, waveId),
    led_by: await readLeader(sql, waveId),
    steps_failed: await readFailures(sql, waveId),
    workers: await readWorkers(sql),
    limits: {
      lease_seconds: LEASE_LIMIT,
      attempts: MOST_ATTEMPTS,
      idle_seconds: IDLE_LIMIT,
      hang_seconds: HANG_LIMIT,
    },
    funnel: wave.funnel === null ? null : Object.fromEntries(wave.funnel),
    notices_held: wave.noticesHeld,
    notices: sumOf(channels),
    channels,
    notice_reasons: await countReasons(sql, waveId),
    requests: await readRequests(sql, { wave: waveId }),
  };
}

function heldNow({ finished, held }: Progress): Hold | null {
  return finished ? (held?.hold ?? null) : null;
}

async function readImports(sql: Queryable, waveId: number): Promise<ImportStatus[]> {
  const rows = await sql<ImportStatus[]>`
    select file_name as file, started_at, finished_at, rows_read::float8 as rows_read,
      rows_rejected::float8 as rows_rejected, rows_taken::float8 as rows_taken
    from import_file where wave_id = ${waveId} order by id`;
  return rows.map((row) => ({
    ...row,
    started_at: isoTime(row.started_at),
    finished_at: isoTime(row.finished_at),
  }));
}

async function readRunStatus(sql: Queryable, waveId: number): Promise<WaveStatus['run']> {
  const found = await maybeOne(
    sql<
      NonNullable<WaveStatus['run']>[]
    >`select id, started_at, finished_at from run where wave_id = ${waveId}`,
    'the run',
  );
  if (found === undefined) return null;
  return { ...found, started_at: isoTime(found.started_at), finished_at: isoTime(found.finished_at) };
}
