/** The people who received a place before, as far as they count for a wave. */
import type pg from 'pg';
import { halvesOf } from '../columns/identity.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { bucketsOf } from './parts.ts';
import type { Wave } from './record.ts';
import type { Part } from './stage.ts';

/** One row for each place received, in the order of bucket and NIK. A household that is not known is 0 in both halves. */
export interface PastRecipients {
  readonly rows: number;
  readonly buckets: Uint32Array;
  readonly nikHigh: Uint32Array;
  readonly nikLow: Uint32Array;
  readonly kkHigh: Uint32Array;
  readonly kkLow: Uint32Array;
}

/** Those of the part's buckets who were known when the wave was closed. */
export async function readRecipients(client: pg.ClientBase, wave: Wave, part: Part): Promise<PastRecipients> {
  const [from, to] = bucketsOf(part);
  const found: number[][] = [];
  const query = `select bucket, nik, kk from recipient
    where bucket >= ${from} and bucket < ${to} and position <= ${Number(wave.lastRecipient ?? 0)} order by bucket, nik`;
  for await (const [bucket, nik, kk] of binaryRows(client, query)) {
    found.push([
      bucket?.readInt16BE(0) ?? 0,
      ...halvesOf(nik?.toString('latin1') ?? ''),
      ...halvesOf(kk?.toString('latin1') ?? ''),
    ]);
  }
  const column = (place: number) => Uint32Array.from(found, (row) => row[place] as number);
  return {
    rows: found.length,
    buckets: column(0),
    nikHigh: column(1),
    nikLow: column(2),
    kkHigh: column(3),
    kkLow: column(4),
  };
}
