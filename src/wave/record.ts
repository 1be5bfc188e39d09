import type { Queryable } from '../db/database.ts';
import { maybeOne } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import type { WaveState } from '../pipeline.ts';
import type { Policy } from '../policy/policy.ts';

/** A wave as it stands. Times are ISO 8601 in UTC, hashes lower-case hex. */
export interface Wave {
  readonly id: number;
  readonly state: WaveState;
  readonly policy: Policy;
  readonly policySha256: string;
  /** The seats of this wave: the policy's quota, or the number given when it was opened. */
  readonly quota: number;
  readonly closesAt: string | null;
  readonly openedAt: string;
  readonly householdKey: Buffer;
  readonly secret: string;
  readonly entropyCommitment: string;
  readonly entropyGiven: string | null;
  readonly snapshotId: number | null;
  readonly poolRoot: string | null;
  readonly frozenAt: string | null;
  readonly seed: string | null;
  readonly publishedAt: string | null;
  readonly funnel: readonly (readonly [string, number])[] | null;
}

type WaveRow = Omit<Wave, 'policy' | 'funnel'> & { policy: string; funnel: string | Wave['funnel'] };

/** @throws GelombangError INPUT_REFUSED where there is no such wave. */
export async function readWave(sql: Queryable, id: number): Promise<Wave> {
  const row = await maybeOne(
    sql<WaveRow[]>`
      select id, state, policy, policy_sha256 as "policySha256", quota, closes_at as "closesAt",
        opened_at as "openedAt", household_key as "householdKey", secret, entropy_commitment as "entropyCommitment",
        entropy_given as "entropyGiven", snapshot_id as "snapshotId", pool_root as "poolRoot",
        frozen_at as "frozenAt", seed, published_at as "publishedAt", funnel
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

/** The entropy that the wave's draw uses: what was given at its close, else the secret it was opened with. */
export function entropyOf(wave: Wave): { readonly entropy: string; readonly source: 'given' | 'secret' } {
  return wave.entropyGiven === null
    ? { entropy: wave.secret, source: 'secret' }
    : { entropy: wave.entropyGiven, source: 'given' };
}

/** The versions of the lists that the wave is filtered with: list name → id. */
export async function listsOf(sql: Queryable, waveId: number): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ name: string; id: number }[]>`
    select list.name, list.id from wave_list join list on list.id = wave_list.list_id where wave_list.wave_id = ${waveId}`;
  return new Map(rows.map((row) => [row.name, row.id]));
}
