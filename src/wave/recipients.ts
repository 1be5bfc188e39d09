/** The people who received a place before, as far as they count for a wave. */
import type pg from 'pg';
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

/** Digits of a NIK and of a KK, one after the other; a blank for each digit of a KK that is not known. */
const ENTRY_BYTES = 32;

/** Those of the part's buckets who were known when the wave was closed. Fetched as one text a bucket, not as rows. */
export async function readRecipients(client: pg.ClientBase, wave: Wave, part: Part): Promise<PastRecipients> {
  const [from, to] = bucketsOf(part);
  const found: { readonly bucket: number; readonly text: Buffer }[] = [];
  const query = `select bucket, string_agg(nik || lpad(kk, 16), '' order by nik) from recipient
    where bucket >= ${from} and bucket < ${to} and position <= ${Number(wave.lastRecipient ?? 0)}
    group by bucket order by bucket`;
  for await (const [bucket, text] of binaryRows(client, query)) {
    if (bucket && text) found.push({ bucket: bucket.readInt16BE(0), text });
  }
  const rows = found.reduce((sum, { text }) => sum + text.length / ENTRY_BYTES, 0);
  const [buckets, nikHigh, nikLow, kkHigh, kkLow] = Array.from(
    { length: 5 },
    () => new Uint32Array(rows),
  ) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let row = 0;
  for (const { bucket, text } of found) {
    for (let at = 0; at < text.length; at += ENTRY_BYTES, row++) {
      buckets[row] = bucket;
      nikHigh[row] = eightDigits(text, at);
      nikLow[row] = eightDigits(text, at + 8);
      kkHigh[row] = eightDigits(text, at + 16);
      kkLow[row] = eightDigits(text, at + 24);
    }
  }
  return { rows, buckets, nikHigh, nikLow, kkHigh, kkLow };
}

/** Blanks count as 0. */
function eightDigits(text: Buffer, from: number): number {
  let number = 0;
  for (let at = from; at < from + 8; at++) number = number * 10 + ((text[at] as number) & 15);
  return number;
}
