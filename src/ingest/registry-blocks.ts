/** A snapshot of the registry as it is kept: in each bucket, block after block in the order of the NIK. */
import type pg from 'pg';
import { pickRows } from '../columns/layout.ts';
import { BinaryRowsIn } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import type { Keys } from '../keys/keys.ts';
import { PERSON } from '../wave/people.ts';
import { keepPeople, sealPeople } from '../wave/person-blocks.ts';
import { noneYet, type Tally } from '../wave/tally.ts';
import type { FaultsIn } from './faults-in.ts';
import { type Bucket, distinctByNik } from './pieces.ts';
import type { PERSON_READ, PeopleRead } from './registry-people.ts';
import { REFERENCE_REJECT_MEANINGS } from './reject.ts';

/** People of a block at the most: half a megabyte or so. */
const BLOCK_PEOPLE = 1 << 14;
/** Bytes of their names after which a block ends all the same. */
const BLOCK_NAMES = 1 << 22;

/** Where people come from who are dealt by NIK. */
interface PeopleByNik {
  buckets(): AsyncIterable<Bucket<typeof PERSON_READ>[]>;
}

interface NewSnapshot {
  readonly kind: 'whole' | 'answers';
  readonly importId: number;
  /** `YYYY-MM-DD`. */
  readonly asOf: string;
}

const TARGET = 'registry_block (snapshot_id, bucket, position, people, niks, columns)';

/** The snapshot comes before its blocks, which refer to it; how many people it has is known after them. */
export async function writeSnapshot(
  client: pg.ClientBase,
  { kind, importId, asOf }: NewSnapshot,
  people: PeopleByNik,
  faults: FaultsIn,
): Promise<void> {
  const { rows } = await client.query<{ id: number }>(
    'insert into registry_snapshot (kind, import_id, as_of, people) values ($1, $2, $3, 0) returning id',
    [kind, importId, asOf],
  );
  const snapshotId = rows[0]?.id ?? 0;
  const written = await writeRegistryBlocks(client, snapshotId, people, faults);
  await keepPeople(client, { id: snapshotId, kind, asOf, importId }, written);
}

/** A NIK belongs to one person: of rows that share one the first stands. Gives how many people each bucket has. */
async function writeRegistryBlocks(
  client: pg.ClientBase,
  snapshotId: number,
  pieces: PeopleByNik,
  faults: FaultsIn,
): Promise<Tally> {
  const people = noneYet();
  for await (const buckets of pieces.buckets()) {
    const rows = new BinaryRowsIn(client, TARGET);
    const to = { rows, keys: keysOf(client), snapshotId };
    for (const each of buckets) people[each.bucket] = await writeBucket(to, each, faults);
    await rows.end();
    await faults.send();
  }
  return people;
}

interface SnapshotIn {
  readonly rows: BinaryRowsIn;
  readonly keys: Keys;
  readonly snapshotId: number;
}

async function writeBucket(
  { rows: to, keys, snapshotId }: SnapshotIn,
  { bucket, columns }: Bucket<typeof PERSON_READ>,
  faults: FaultsIn,
): Promise<number> {
  const order = distinctByNik(columns, (row, standing) => faults.add([repeated(columns, row, standing)]));
  let position = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    end = blockEnd(columns, order, start);
    const people = pickRows(PERSON, columns, order.subarray(start, end));
    const sealed = sealPeople(keys, { snapshotId, bucket, position, people: people.rows }, people);
    to.begin(6);
    to.int4(snapshotId);
    to.int2(bucket);
    to.int4(position);
    to.int4(people.rows);
    to.whole(sealed.niks);
    to.whole(sealed.columns);
    await to.send();
    position += 1;
  }
  return order.length;
}

/** Where in the order the block ends that begins at `start`: at least one person after it. */
function blockEnd({ of }: PeopleRead, order: Uint32Array, start: number): number {
  const { starts } = of.fullName;
  const most = Math.min(start + BLOCK_PEOPLE, order.length);
  let names = 0;
  let end = start;
  while (end < most && names < BLOCK_NAMES) {
    const row = order[end] as number;
    names += (starts[row + 1] as number) - (starts[row] as number);
    end += 1;
  }
  return end;
}

function repeated({ of }: PeopleRead, row: number, standing: number) {
  const message = `the NIK of line ${of.line[standing]} again: ${REFERENCE_REJECT_MEANINGS.NIK_REPEATED}`;
  return {
    line: of.line[row] as number,
    registrationNo: '',
    column: 'nik',
    code: 'NIK_REPEATED',
    message,
  } as const;
}
