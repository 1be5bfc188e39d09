import { randomBytes } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import type { ReadPolicy } from '../policy/read.ts';
import { seatsSetAside } from '../policy/regions.ts';
import { roundFrom } from '../proof/beacon.ts';
import { commitmentOf } from '../proof/seed.ts';
import { type NamedRound, namedRound } from './beacon.ts';
import { type EntropySource, placeOfSecret } from './record.ts';

export interface OpenRequest {
  readonly waveId: number;
  readonly policy: ReadPolicy;
  /** In place of the policy's. */
  readonly quota: number | undefined;
  /** ISO 8601 with an offset. */
  readonly closesAt: string | undefined;
  /** A secret of this program where nothing is said: the weaker kind, for whoever runs the program could read it. */
  readonly entropySource?: EntropySource;
  /** Minutes from the closing time to the round of the beacon: the pool has to be frozen before it. */
  readonly margin?: number;
  /** Milliseconds since 1970. */
  readonly now?: number;
}

export interface OpenedWave {
  readonly wave: number;
  readonly quota: number;
  readonly closes_at: string | null;
  readonly policy: string;
  readonly policy_sha256: string;
  readonly entropy_source: EntropySource;
  /** SHA-256 of the secret that the draw will use: published now, so that the secret cannot be chosen later. */
  readonly entropy_commitment: string | null;
  /** The round that the draw will use, named before anyone can know it. */
  readonly beacon: NamedRound | null;
}

/** Minutes: a wave of ten million is frozen a few after its close. */
const MARGIN = 60;

/**
 * Opens a wave: its policy is frozen, its secrets are made, and it is said where the entropy of its draw will come from.
 * @throws GelombangError CONFLICT where the wave is there already; INPUT_REFUSED where the seats of provinces are more than
 * its quota, or no round of the beacon can be named.
 */
export async function openWave(database: Database, request: OpenRequest, log: Log): Promise<OpenedWave> {
  const { waveId, policy, closesAt } = request;
  const quota = request.quota ?? policy.policy.quota;
  refuseSeatsBeyondQuota(policy, quota);
  const entropy = entropyFor(request);
  const opened: OpenedWave = {
    wave: waveId,
    quota,
    closes_at: closesAt === undefined ? null : isoTime(closesAt),
    policy: policy.policy.name,
    policy_sha256: policy.sha256,
    entropy_source: entropy.source,
    entropy_commitment: entropy.secret === null ? null : commitmentOf(entropy.secret),
    beacon: entropy.round === null ? null : namedRound(entropy.round),
  };
  const { keys } = database;
  const { secret } = entropy;
  const { ormOf, schema } = await import('../db/orm.ts');
  const written = await ormOf(database.sql)
    .insert(schema.wave)
    .values({
      id: waveId,
      policy: policy.canonical,
      policySha256: policy.sha256,
      quota,
      closesAt,
      householdKey: keys.sealed(placeOfSecret('household_key', waveId), randomBytes(32)),
      secret: secret === null ? null : keys.sealed(placeOfSecret('secret', waveId), Buffer.from(secret)),
      entropySource: entropy.source,
      entropyCommitment: opened.entropy_commitment,
      beaconRound: entropy.round,
    })
    .onConflictDoNothing()
    .returning({ id: schema.wave.id });
  if (written.length === 0) {
    throw new GelombangError('CONFLICT', `wave ${waveId} was opened before`, {
      concerns: { wave: waveId },
      next: `Look at it with: gelombang wave status ${waveId}`,
    });
  }
  logEvent(log, 'wave.opened', { wave: waveId });
  return opened;
}

interface Entropy {
  readonly source: EntropySource;
  readonly secret: string | null;
  readonly round: number | null;
}

function entropyFor({ entropySource = 'secret', closesAt, margin, now = Date.now() }: OpenRequest): Entropy {
  switch (entropySource) {
    case 'secret':
      if (margin !== undefined)
        throw new GelombangError(
          'INPUT_REFUSED',
          'a margin is that of a round of a beacon, and the entropy is a secret',
          {
            next: 'Leave --margin out, or open the wave with --entropy-source drand:quicknet.',
          },
        );
      return { source: entropySource, secret: randomBytes(32).toString('hex'), round: null };
    case 'drand:quicknet':
      return { source: entropySource, secret: null, round: roundAfter(closesAt, margin ?? MARGIN, now) };
    default:
      throw new TypeError(`a source of entropy that is not known: ${String(entropySource satisfies never)}`);
  }
}

/** The first round that comes so many minutes after the closing time. */
function roundAfter(closesAt: string | undefined, margin: number, now: number): number {
  const next = 'Give the time at which the wave will close: --closes-at TIME.';
  if (closesAt === undefined)
    throw new GelombangError('INPUT_REFUSED', 'the round of the beacon follows from the closing time', {
      next,
    });
  const closes = Date.parse(closesAt);
  if (closes > now) return roundFrom(closes + margin * 60_000);
  const past = `the closing time ${isoTime(closesAt)} is past: a round that follows from it may be known already`;
  throw new GelombangError('INPUT_REFUSED', past, { next });
}

/** The policy was held against its own quota; a wave may have another. */
function refuseSeatsBeyondQuota({ policy }: ReadPolicy, quota: number): void {
  const seats = seatsSetAside(policy.regions);
  if (seats <= quota) return;
  throw new GelombangError(
    'INPUT_REFUSED',
    `the wave has fewer seats than the provinces of policy ${policy.name}: ${quota}, and these ${seats} in all`,
    { next: 'Give a larger --quota, or a policy with fewer seats for provinces.' },
  );
}
