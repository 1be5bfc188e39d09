/**
 * How many applications of an import are in each bucket, sealed when it ends. The blocks say themselves what they hold; that one is
 * missing, or all of a bucket, is only known from here.
 */
import type pg from 'pg';
import { BUCKETS } from '../columns/identity.ts';
import { keysOf } from '../db/database.ts';
import type { Keys } from '../keys/keys.ts';
import { Tampered } from '../keys/sealing.ts';
import { type Sealed, SealedColumns } from './sealed-columns.ts';

interface ImportOfWave {
  readonly waveId: number;
  readonly importId: number;
}

const SEALED_TALLY = new SealedColumns(
  { rows: 'u32' },
  ({ waveId, importId }: ImportOfWave) => `import_file.tally of wave ${waveId}, import ${importId}`,
);

/** Counts what the import has brought in: after the last of its blocks, in its transaction. */
export async function keepTally(client: pg.ClientBase, { waveId, importId }: ImportOfWave): Promise<void> {
  const found = await client.query<{ bucket: number; rows: number }>(
    'select bucket, sum(rows)::int as rows from application_block where wave_id = $1 and import_id = $2 group by bucket',
    [waveId, importId],
  );
  const rows = new Uint32Array(BUCKETS);
  for (const counted of found.rows) rows[counted.bucket] = counted.rows;
  const tally = SEALED_TALLY.seal(keysOf(client), { waveId, importId }, { rows: BUCKETS, of: { rows } });
  await client.query('update import_file set tally = $2 where id = $1', [importId, tally]);
}

/** A row for each bucket that has blocks, and one for each import. */
interface Counted {
  readonly bucket: number | null;
  readonly rows: number;
  readonly importId: number;
  readonly tally: Sealed;
}

/** With what rows of the database are asked for: of one connection or another. */
type Ask = (query: string) => PromiseLike<readonly unknown[]>;

/** The applications in the buckets from the first on, below the second. @throws as `countBuckets` does. */
export function countApplications(
  client: pg.ClientBase,
  waveId: number,
  buckets: readonly [from: number, to: number],
): Promise<ReadonlyMap<number, number>> {
  const ask: Ask = async (query) => (await client.query(query)).rows;
  return countBuckets({ keys: keysOf(client), ask }, waveId, buckets);
}

/**
 * Bucket → applications, where there are any; in the order of the buckets.
 * @throws Tampered where there are not as many as were brought in; as `Keys.opened` does.
 */
export async function countBuckets(
  { keys, ask }: { readonly keys: Keys; readonly ask: Ask },
  waveId: number,
  [from, to]: readonly [from: number, to: number] = [0, BUCKETS],
): Promise<ReadonlyMap<number, number>> {
  // In one statement, which sees an import of this moment in whole or not at all.
  const found = await ask(`
    select bucket::int, sum(rows)::int as rows, 0 as "importId", null as tally from application_block
    where wave_id = ${waveId} and bucket >= ${from} and bucket < ${to} group by bucket
    union all
    select null, 0, id, tally from import_file
    where wave_id = ${waveId} and kind = 'applicants' and finished_at is not null`);
  const [kept, brought] = [new Uint32Array(BUCKETS), new Uint32Array(BUCKETS)];
  for (const { bucket, rows, importId, tally } of found as readonly Counted[]) {
    if (bucket !== null) {
      kept[bucket] = rows;
      continue;
    }
    const { of } = await SEALED_TALLY.open(keys, { waveId, importId }, tally);
    for (let each = from; each < to; each++) brought[each] = (brought[each] ?? 0) + (of.rows[each] ?? 0);
  }
  if (kept.some((rows, bucket) => rows !== brought[bucket])) throw notWhole(waveId);
  return new Map([...kept.entries()].filter(([, rows]) => rows > 0));
}

function notWhole(waveId: number): Tampered {
  const what = `the applications of wave ${waveId} are not whole: a block of them, or the record of an import, is missing or one too many`;
  return new Tampered(what, { wave: waveId });
}
