/** Takes back applications that were sent and turn out to be repeated: another file of the wave came in meanwhile. */
import type pg from 'pg';
import { rowsWhere } from '../columns/layout.ts';
import type { BlockKey } from '../wave/application-blocks.ts';
import type { ImportPlace } from './blocks-in.ts';
import { type Helping, headsOf, helpingsOf, INCOMING } from './heads.ts';
import { NOT_THERE, NumberTable } from './numbers.ts';
import { readBlocks, writeRows } from './whole-blocks.ts';

/** They go to `incoming`, where it is told why, and leave the blocks of the import. */
export async function withdraw(
  client: pg.ClientBase,
  place: ImportPlace,
  meanwhile: readonly number[],
): Promise<void> {
  const mine = { waveId: place.waveId, imports: [place.importId] };
  for (const helping of await helpingsOf(client, 'application_block', mine)) {
    const repeated = await repeatedIn(client, place, meanwhile, helping);
    for (const [key, rows] of repeated) await takeBack(client, place, key, rows);
  }
}

/** Blocks of this import with numbers that came in meanwhile, and the rows that have them. */
async function repeatedIn(
  client: pg.ClientBase,
  { waveId, importId }: ImportPlace,
  meanwhile: readonly number[],
  helping: Helping,
): Promise<ReadonlyMap<BlockKey, ReadonlySet<number>>> {
  const numbers = new NumberTable(helping.rows);
  const mine = { waveId, imports: [importId], ...helping };
  for await (const head of headsOf(client, mine)) {
    for (let row = 0; row < head.rows; row++) numbers.add(head.numbers, row);
  }
  const isRepeated = new Uint8Array(numbers.entries);
  for await (const head of headsOf(client, { waveId, imports: meanwhile })) {
    for (let row = 0; row < head.rows; row++) {
      const entry = numbers.find(head.numbers, row);
      if (entry !== NOT_THERE) isRepeated[entry] = 1;
    }
  }
  const repeated = new Map<BlockKey, ReadonlySet<number>>();
  for await (const { bucket, position, rows, numbers: given } of headsOf(client, mine)) {
    const found = rowsWhere(rows, (row) => isRepeated[numbers.find(given, row)] === 1);
    if (found.length > 0) repeated.set({ bucket, importId, position }, new Set(found));
  }
  return repeated;
}

async function takeBack(
  client: pg.ClientBase,
  place: ImportPlace,
  { bucket, position }: BlockKey,
  repeated: ReadonlySet<number>,
): Promise<void> {
  const key = [place.waveId, place.importId, bucket, position];
  const where = 'wave_id = $1 and import_id = $2 and bucket = $3 and position = $4';
  const blocks = await readBlocks(client, 'application_block', where, key);
  await client.query(`delete from application_block where ${where}`, key);
  for (const block of blocks) {
    const { rows } = block.applications;
    const [back, kept] = [true, false].map((is) => rowsWhere(rows, (row) => repeated.has(row) === is));
    await writeRows(client, INCOMING, place, block, back as Uint32Array);
    await writeRows(client, 'application_block', place, block, kept as Uint32Array);
  }
}
