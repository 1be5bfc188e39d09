/** PostgreSQL's own COPY of the rows that an export writes: what no export through it can be faster than. */
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import type { Database } from '../src/db/database.ts';

/** The rows of results.csv and pool.csv as they lie in their tables: not sorted, nothing masked. */
function statements(waveId: number): readonly string[] {
  const results = 'select registration_no, nik, outcome, reasons, tier, rank from outcome';
  return [
    `copy (${results} where wave_id = ${waveId}) to stdout (format csv)`,
    `copy (select lines from pool where wave_id = ${waveId}) to stdout (format binary)`,
  ];
}

/** Milliseconds until all of it has arrived here, where it is thrown away. */
export async function copyMilliseconds({ copyPool }: Database, waveId: number): Promise<number> {
  const client = await copyPool.connect();
  try {
    const began = performance.now();
    for (const statement of statements(waveId)) await pipeline(client.query(copyTo(statement)), nowhere());
    return Math.round(performance.now() - began);
  } finally {
    client.release();
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
