/** Takes back rows that were sent and turn out to be repeated: another file of the wave came in meanwhile. */
import type pg from 'pg';
import { decodeBlock, encodeBlock } from '../columns/block.ts';
import { BUCKETS } from '../columns/identity.ts';
import { pickRows } from '../columns/layout.ts';
import { APPLICATION } from '../wave/people.ts';
import type { ImportPlace } from './blocks-in.ts';

const BUCKET = `(nik::bigint % ${BUCKETS})::int`;

/** The rows go back to `incoming`, where it is told why; they leave the table and the blocks. */
export async function withdraw(
  client: pg.ClientBase,
  place: ImportPlace,
  meanwhile: readonly number[],
): Promise<void> {
  const { rowCount } = await client.query(
    `with withdrawn as (
      delete from application mine using application theirs
      where mine.import_id = $1 and theirs.import_id = any ($2) and theirs.registration_no = mine.registration_no
      returning mine.*
    ) insert into incoming select * from withdrawn`,
    [place.importId, meanwhile],
  );
  if ((rowCount ?? 0) === 0) return;
  await client.query(`create index on incoming ((${BUCKET}))`);
  const { rows } = await client.query<{ bucket: number }>(
    `select distinct ${BUCKET} as bucket from incoming`,
  );
  for (const { bucket } of rows) await leaveOut(client, place, bucket);
}

async function leaveOut(
  client: pg.ClientBase,
  { waveId, importId }: ImportPlace,
  bucket: number,
): Promise<void> {
  // Rows that were in doubt before are among these lines too, and in no block.
  const { rows: found } = await client.query<{ line: number }>(
    `select line::int from incoming where ${BUCKET} = $1`,
    [bucket],
  );
  const lines = new Set(found.map(({ line }) => line));
  const key = [waveId, importId, bucket];
  const where = 'wave_id = $1 and import_id = $2 and bucket = $3';
  const { rows: blocks } = await client.query<{ position: number; columns: Buffer }>(
    `select position, columns from application_block where ${where}`,
    key,
  );
  for (const { position, columns } of blocks) {
    const block = decodeBlock(APPLICATION, columns);
    const kept = Uint32Array.from(block.of.line.keys()).filter(
      (row) => !lines.has(block.of.line[row] as number),
    );
    if (kept.length === block.rows) continue;
    if (kept.length === 0) {
      await client.query(`delete from application_block where ${where} and position = $4`, [
        ...key,
        position,
      ]);
      continue;
    }
    await client.query(
      `update application_block set rows = $5, columns = $6 where ${where} and position = $4`,
      [...key, position, kept.length, encodeBlock(APPLICATION, pickRows(APPLICATION, block, kept))],
    );
  }
}
