/** freeze: the pool, as it will be published, and its Merkle root. After this nothing that decides the draw changes. */
import { createHash } from 'node:crypto';
import type { Transaction } from '../db/database.ts';
import { MerkleTree } from '../proof/merkle.ts';
import { householdKeyOf, type Wave } from '../wave/record.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';

export const freeze: Stage = {
  plan: async (sql) => {
    await sql`analyze filter_result (wave_id, registration_no)`;
    return WHOLE;
  },
  work: freezePool,
};

/** Pool lines fetched at a time. */
const BATCH = 10_000;

async function freezePool({ sql, wave }: StepContext): Promise<StepResult> {
  await sql`delete from pool where wave_id = ${wave.id}`;
  await writePool(sql, wave);
  const { root, applications } = await rootOfPool(sql, wave);
  await sql`update wave set pool_root = ${root}, frozen_at = now() where id = ${wave.id}`;
  return { counts: { applications }, digest: root };
}

/**
 * Places left in a household: the cap less its distinct recipients known at the close, by the KK they had then or by the KK
 * that the registry gives their NIK now.
 */
async function writePool(sql: Transaction, wave: Wave): Promise<void> {
  const { inner, outer } = hmacPads(await householdKeyOf(sql, wave));
  await sql`
    with past_household as (
      select kk, count(distinct nik)::int as recipients from (
        select nik, kk from recipient where position <= ${wave.lastRecipient}
        union
        select past.nik, person.kk from recipient past
          join registry person on person.snapshot_id = ${wave.snapshotId} and person.nik = past.nik
        where past.position <= ${wave.lastRecipient}
      ) place group by kk
    )
    insert into pool (wave_id, registration_no, tier, tickets, household, slots, region)
    select f.wave_id, f.registration_no, f.tier, 1,
      left(encode(sha256(${outer}::bytea || sha256(${inner}::bytea || convert_to(a.kk, 'UTF8'))), 'hex'), 16),
      greatest(0, ${wave.policy.household_cap} - coalesce(past.recipients, 0)), left(a.regency_code, 2)
    from filter_result f
      join application a on a.wave_id = f.wave_id and a.registration_no = f.registration_no
      left join past_household past on past.kk = a.kk
    where f.wave_id = ${wave.id} and f.tier is not null
    order by f.registration_no`;
}

async function rootOfPool(sql: Transaction, wave: Wave): Promise<{ root: string; applications: number }> {
  const tree = new MerkleTree();
  let applications = 0;
  const lines = sql<{ line: string }[]>`
    select concat_ws(',', registration_no, tier, tickets, household, slots, region) as line
    from pool where wave_id = ${wave.id} order by registration_no`;
  for await (const batch of lines.cursor(BATCH)) {
    for (const { line } of batch) tree.add(line);
    applications += batch.length;
  }
  return { root: tree.root().toString('hex'), applications };
}

/**
 * The two keyed blocks of HMAC (RFC 2104), so that PostgreSQL, whose core has SHA-256 but no HMAC, can finish it:
 * HMAC(key, text) = H(outer ‖ H(inner ‖ text)).
 */
function hmacPads(key: Buffer): { inner: Buffer; outer: Buffer } {
  const block = Buffer.alloc(64);
  (key.length > block.length ? createHash('sha256').update(key).digest() : key).copy(block);
  return {
    inner: block.map((byte) => byte ^ 0x36) as Buffer,
    outer: block.map((byte) => byte ^ 0x5c) as Buffer,
  };
}
