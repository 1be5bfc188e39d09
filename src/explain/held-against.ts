/** What an application was held against: the versions of the registry and the lists, and the places that were known to be received. */
import type pg from 'pg';
import { bucketOf, halvesOf } from '../columns/identity.ts';
import type { Queryable } from '../db/database.ts';
import { recipientBlocks } from '../wave/recipients.ts';
import type { Wave } from '../wave/record.ts';
import { referencesOf } from '../wave/references.ts';
import type { Explanation } from './explanation.ts';

export async function readHeldAgainst(
  sql: Queryable,
  wave: Wave,
): Promise<Pick<Explanation, 'registry' | 'lists'>> {
  const { registry, lists } = await referencesOf(sql, wave);
  return {
    registry:
      registry === null || wave.snapshotId === null ? null : { version: wave.snapshotId, ...registry },
    lists,
  };
}

/** The waves in which the person received a place, of those that counted when the wave was closed; in order. */
export async function wavesReceived(
  client: pg.ClientBase,
  wave: Wave,
  nik: string,
): Promise<readonly number[]> {
  const [high, low] = halvesOf(nik);
  const bucket = bucketOf(high, low);
  const waves = new Set<number>();
  for await (const { columns } of recipientBlocks(client, [bucket, bucket + 1], wave)) {
    const { nikHigh, nikLow, wave: received } = columns.of;
    for (let row = 0; row < columns.rows; row++) {
      if (nikHigh[row] === high && nikLow[row] === low) waves.add(received[row] as number);
    }
  }
  return [...waves].sort((one, other) => one - other);
}
