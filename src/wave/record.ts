import type { Queryable } from '../db/database.ts';
import { maybeOne, one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import type { WaveState } from '../pipeline.ts';
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
  readonly entropySource: EntropySource;
  /** SHA-256 of the secret, where the entropy is one. */
  readonly entropyCommitment: string | null;
  /** In place of the secret, and of a weaker kind too: whoever gave it may have chosen it. */
  readonly entropyGiven: string | null;
  /** The round of the beacon that was named when the wave was opened; and its signature, once it is there. */
  readonly beaconRound: number | null;
  readonly beaconSignature: string | null;
  readonly snapshotId: number | null;
  /** The last answer of the registry's web service that was known when all had been asked. */
  readonly lastAnswer: number | null;
  /** Questions that the registry gave no answer to, once it was asked. */
  readonly unanswered: number;
  /** Who said that the wave is published all the same. */
  readonly unverifiedBy: string | null;
  /** The last of the blocks of recipients that count for this wave. */
  readonly lastRecipient: number | null;
  /** Waves that were published when this one was closed. */
  readonly earlierWaves: readonly number[];
  /** Waves that were void when this one was closed: nobody received a place in them. */
  readonly voidWaves: readonly number[];
  /** Name → version of each list that the wave is filtered with. */
  readonly lists: Readonly<Record<string, number>>;
  readonly poolRoot: string | null;
  readonly frozenAt: string | null;
  readonly seed: string | null;
  readonly publishedAt: string | null;
  /** Its notices wait for a word of the operator. */
  readonly noticesHeld: boolean;
  readonly funnel: readonly (readonly [string, number])[] | null;
  /** Why its publication waits for the word of an operator, if it does: the draw does not look like chance. */
  readonly alarmed: boolean;
  readonly voided: Voiding | null;
  /** The entry of the audit log about its publication, and the entry's hash. */
  readonly audit: { readonly entry: number; readonly sha256: string } | null;
  /** How many people it took to decide where it matters, when it was published. */
  readonly people: 'one' | 'two' | null;
}

/** That a wave does not count: it stays on record. */
export interface Voiding {
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

export const ENTROPY_SOURCES = ['secret', 'drand:quicknet'] as const;
/** Where the entropy of a draw comes from: a secret that was made beforehand, or a round of a public beacon. */
export type EntropySource = (typeof ENTROPY_SOURCES)[number];

type WaveRow = Omit<Wave, 'policy' | 'voided'> & {
  policy: string;
  voidedAt: string | null;
  voidedBy: string;
  voidReason: string;
};

/** @throws GelombangError INPUT_REFUSED where there is no such wave. */
export async function readWave(sql: Queryable, id: number): Promise<Wave> {
  const row = await maybeOne(
    sql<WaveRow[]>`
      select id, state, policy, policy_sha256 as "policySha256", quota, closes_at as "closesAt",
        opened_at as "openedAt", entropy_source as "entropySource", entropy_commitment as "entropyCommitment",
        entropy_given as "entropyGiven", beacon_round::float8 as "beaconRound", beacon_signature as "beaconSignature",
        snapshot_id as "snapshotId", last_answer::float8 as "lastAnswer", unverified_by as "unverifiedBy",
        (select coalesce(sum((counts->>'unanswered')::int), 0)::int from step
          where wave_id = wave.id and stage = 'ask' and state = 'done') as unanswered,
        last_recipient::float8 as "lastRecipient",
        coalesce(earlier_waves, '{}') as "earlierWaves", coalesce(void_waves, '{}') as "voidWaves",
        pool_root as "poolRoot", frozen_at as "frozenAt", seed, published_at as "publishedAt",
        notices_held as "noticesHeld", funnel, voided_at as "voidedAt", voided_by as "voidedBy",
        void_reason as "voidReason", people,
        case when audit_entry is not null then json_build_object('entry', audit_entry, 'sha256', audit_sha256) end as audit,
        coalesce((select jsonb_object_agg(list.name, list.id) from wave_list join list on list.id = wave_list.list_id
          where wave_list.wave_id = wave.id), '{}') as lists,
        exists (select from review where wave_id = wave.id and alarm and approved_at is null) as alarmed
      from wave where id = ${id}`,
    `wave ${id}`,
  );
  if (row === undefined) {
    throw new GelombangError('INPUT_REFUSED', `there is no wave ${id}`, {
      concerns: { wave: id },
      next: `Look at the number. A wave is opened with: gelombang wave open ${id} --policy FILE`,
    });
  }
  const { voidedAt, voidedBy, voidReason, ...rest } = row;
  return {
    ...rest,
    policy: JSON.parse(row.policy) as Policy,
    openedAt: isoTime(row.openedAt),
    closesAt: isoTime(row.closesAt),
    frozenAt: isoTime(row.frozenAt),
    publishedAt: isoTime(row.publishedAt),
    voided: voidedAt === null ? null : { at: isoTime(voidedAt), by: voidedBy, reason: voidReason },
  };
}

/** The key that household pseudonyms are made with, 32 bytes. It is never published. */
export async function householdKeyOf(sql: Queryable, wave: Wave): Promise<Buffer> {
  const { key } = await one(
    sql<{ key: Buffer }[]>`select household_key as key from wave where id = ${wave.id}`,
    'the household key',
  );
  return sql.keys.opened(placeOfSecret('household_key', wave.id), key);
}

/** What a secret of a wave is bound to. */
export function placeOfSecret(column: 'household_key' | 'secret', waveId: number): string {
  return `wave.${column} of wave ${waveId}`;
}

/** The seed of the draw. @throws GelombangError UNEXPECTED before there is one. */
export function seedOfWave(wave: Wave): string {
  if (wave.seed === null) throw new GelombangError('UNEXPECTED', `wave ${wave.id} has no seed yet`);
  return wave.seed;
}

/** The root of the pool. @throws GelombangError UNEXPECTED before the pool is frozen. */
export function rootOfWave(wave: Wave): string {
  if (wave.poolRoot === null) throw new GelombangError('UNEXPECTED', `wave ${wave.id} is not frozen yet`);
  return wave.poolRoot;
}
