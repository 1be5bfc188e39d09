import { randomBytes } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import type { ReadPolicy } from '../policy/read.ts';
import { commitmentOf } from '../proof/seed.ts';

export interface OpenRequest {
  readonly waveId: number;
  readonly policy: ReadPolicy;
  /** In place of the policy's. */
  readonly quota: number | undefined;
  /** ISO 8601 with an offset. */
  readonly closesAt: string | undefined;
}

export interface OpenedWave {
  readonly wave: number;
  readonly quota: number;
  readonly closes_at: string | null;
  readonly policy: string;
  readonly policy_sha256: string;
  /** SHA-256 of the secret that the draw will use: published now, so that the secret cannot be chosen later. */
  readonly entropy_commitment: string;
}

/**
 * Opens a wave: its policy is frozen, its secrets are made.
 * @throws GelombangError CONFLICT where the wave is there already.
 */
export async function openWave(database: Database, request: OpenRequest, log: Log): Promise<OpenedWave> {
  const { waveId, policy, closesAt } = request;
  const quota = request.quota ?? policy.policy.quota;
  const secret = randomBytes(32).toString('hex');
  const opened = {
    wave: waveId,
    quota,
    closes_at: closesAt === undefined ? null : isoTime(closesAt),
    policy: policy.policy.name,
    policy_sha256: policy.sha256,
    entropy_commitment: commitmentOf(secret),
  };
  const { ormOf, schema } = await import('../db/orm.ts');
  const written = await ormOf(database.sql)
    .insert(schema.wave)
    .values({
      id: waveId,
      policy: policy.canonical,
      policySha256: policy.sha256,
      quota,
      closesAt,
      householdKey: randomBytes(32),
      secret,
      entropySource: 'secret',
      entropyCommitment: opened.entropy_commitment,
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
