import type { Queryable } from '../db/database.ts';
import { maybeOne, one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import type { StageName, WaveState } from '../pipeline.ts';
import type { Policy } from '../policy/policy.ts';

/** A wave as it stands, without its secrets. Times are ISO 8601 in UTC, hashes lower-case hex. */
export interface Wave {
  readonly id: number;
  readonly state: WaveState;
  readonly policy: Policy;
  readonly policySha256: string;
  /** The seats of this wave: the policy's quota, or the number given when it was opened. */
  readonly quota: number;
  readonly closesAt: string | null;
  readonly openedAt: string;
  readonly entropyCommitment: string;
  readonly entropyGiven: string | null;
  readonly snapshotId: number | null;
  /** The last of the blocks of recipients that count for this wave. */
  readonly lastRecipient: number | null;
  readonly poolRoot: string | null;
  readonly frozenAt: string | null;
  readonly seed: string | null;
  readonly publishedAt: string | null;
  /** Its notices wait for a word of the operator. */
  readonly noticesHeld: boolean;
  readonly funnel: readonly (readonly [string, number])[] | null;
}

type WaveRow = Omit<Wave, 'policy' | 'funnel'> & { policy: string; funnel: string | Wave['funnel'] };

/** @throws GelombangError INPUT_REFUSED where there is no such wave. */
export async function readWave(sql: Queryable, id: number): Promise<Wave> {
  const row = await maybeOne(
    sql<WaveRow[]>`
      select id, state, policy, policy_sha256 as "policySha256", quota, closes_at as "closesAt",
        opened_at as "openedAt", entropy_commitment as "entropyCommitment",
        entropy_given as "entropyGiven", snapshot_id as "snapshotId", last_recipient::float8 as "lastRecipient", pool_root as "poolRoot",
        frozen_at as "frozenAt", seed, published_at as "publishedAt",
        notices_held as "noticesHeld", funnel
      from wave where id = ${id}`,
    `wave ${id}`,
  );
  if (row === undefined) {
    throw new GelombangError('INPUT_REFUSED', `there is no wave ${id}`, {
      concerns: { wave: id },
      next: `Open it first: gelombang wave open ${id} --policy FILE`,
    });
  }
  return {
    ...row,
    policy: JSON.parse(row.policy) as Policy,
    funnel: row.funnel as Wave['funnel'],
    openedAt: isoTime(row.openedAt),
    closesAt: isoTime(row.closesAt),
    frozenAt: isoTime(row.frozenAt),
    publishedAt: isoTime(row.publishedAt),
  };
}

/** Whether a stage waits for a word of the operator: the run is finished without it, and opened again for it. */
export function isHeld(stage: StageName, { noticesHeld }: Pick<Wave, 'noticesHeld'>): boolean {
  return stage === 'notify' && noticesHeld;
}

/** Where the entropy of the wave's draw comes from: what was given at its close, else the secret it was opened with. */
export function entropySourceOf(wave: Wave): 'given' | 'secret' {
  return wave.entropyGiven === null ? 'secret' : 'given';
}

/** The entropy itself, 64 hex digits. Asked for only when the pool is frozen. */
export async function entropyOf(sql: Queryable, wave: Wave): Promise<string> {
  if (wave.entropyGiven !== null) return wave.entropyGiven;
  const { secret } = await one(
    sql<{ secret: string }[]>`select secret from wave where id = ${wave.id}`,
    'the secret',
  );
  return secret;
}

/** The key that household pseudonyms are made with, 32 bytes. It is never published. */
export async function householdKeyOf(sql: Queryable, wave: Wave): Promise<Buffer> {
  const { key } = await one(
    sql<{ key: Buffer }[]>`select household_key as key from wave where id = ${wave.id}`,
    'the household key',
  );
  return key;
}

/** The seed of the draw. @throws GelombangError UNEXPECTED before there is one. */
export function seedOfWave(wave: Wave): string {
  if (wave.seed === null) throw new GelombangError('UNEXPECTED', `wave ${wave.id} has no seed yet`);
  return wave.seed;
}
