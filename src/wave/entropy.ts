/** The entropy of a wave's draw: where it comes from, and what it is. */
import type { Queryable } from '../db/database.ts';
import { one } from '../db/rows.ts';
import { randomnessOf } from '../proof/beacon.ts';
import { type EntropySource, placeOfSecret, type Wave } from './record.ts';

/** What an export and `wave status` call it: given at the close, or as the wave was opened. */
export function entropySourceOf(wave: Wave): EntropySource | 'given' {
  return wave.entropyGiven === null ? wave.entropySource : 'given';
}

/** The entropy itself, 64 hex digits. Asked for only when the pool is frozen. */
export async function entropyOf(sql: Queryable, wave: Wave): Promise<string> {
  if (wave.entropyGiven !== null) return wave.entropyGiven;
  if (wave.beaconSignature !== null) return randomnessOf(wave.beaconSignature);
  const { secret } = await one(
    sql<{ secret: Buffer }[]>`select secret from wave where id = ${wave.id} and secret is not null`,
    'the secret',
  );
  return (await sql.keys.opened(placeOfSecret('secret', wave.id), secret)).toString('latin1');
}
