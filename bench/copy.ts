/** PostgreSQL's own COPY of the rows that an export writes: what no export of rows can be faster than. */
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import type { Database } from '../src/db/database.ts';

/** The rows of results.csv, made for this alone: an installation keeps them as the lines of the file. */
const ROWS = 'result_row';

/** The rows of results.csv and pool.csv as they lie in their tables: not sorted, nothing masked. */
function statements(waveId: number): readonly string[] {
  return [
    `copy (select registration_no, nik, outcome, reasons, tier, rank from ${ROWS}) to stdout (format csv)`,
    `copy (select lines from pool where wave_id = ${waveId}) to stdout (format binary)`,
  ];
}

/** Milliseconds until all of it has arrived here, where it is thrown away. Making the rows is not counted. */
export async function copyMilliseconds({ copyPool }: Database, waveId: number): Promise<number> {
  const client = await copyPool.connect();
  try {
    await client.query(`create unlogged table ${ROWS} as select * from outcome where wave_id = ${waveId}`);
    await client.query(`vacuum (freeze, analyze) ${ROWS}`);
    const began = performance.now();
    for (const statement of statements(waveId)) await pipeline(client.query(copyTo(statement)), nowhere());
    const milliseconds = Math.round(performance.now() - began);
    await client.query(`drop table ${ROWS}`);
    return milliseconds;
  } finally {
    client.release();
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
