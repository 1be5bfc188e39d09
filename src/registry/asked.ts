/** Who was asked for in files: kept as the files were written, so that an answer can be held against it. */
import type pg from 'pg';
import { bucketOf } from '../columns/identity.ts';
import { rowsBetween } from '../columns/layout.ts';
import { NikSet } from '../columns/nik-set.ts';
import { BinaryRowsIn, binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { SEALED_ENTRIES } from '../wave/entries.ts';
import { ENTRY, type Entries } from '../wave/people.ts';

export interface QuestionFile {
  readonly waveId: number;
  readonly fileName: string;
  readonly sha256: string;
  readonly operator: string;
}

/**
 * Puts down that these were asked for; the same file of the wave again is on record already.
 * @param niks Each once, in the order of bucket and NIK.
 */
export async function recordQuestions(
  client: pg.ClientBase,
  file: QuestionFile,
  niks: Entries,
): Promise<void> {
  const { waveId, fileName, sha256, operator } = file;
  const { rows } = await client.query<{ id: number }>(
    `insert into question_file (wave_id, file_name, sha256, niks, asked_by)
    select $1, $2, $3, $4, $5
    where not exists (select from question_file where wave_id = $1 and sha256 = $3) returning id`,
    [waveId, fileName, sha256, niks.rows, operator],
  );
  const [made] = rows;
  if (made === undefined) return;
  const blocks = new BinaryRowsIn(client, 'question_block (file_id, bucket, niks, columns)');
  for (const { bucket, from, to } of stretchesOf(niks)) {
    const at = { table: 'question_block', of: made.id, bucket } as const;
    blocks.begin(4);
    blocks.int4(made.id);
    blocks.int2(bucket);
    blocks.int4(to - from);
    blocks.whole(SEALED_ENTRIES.seal(keysOf(client), at, rowsBetween(ENTRY, niks, from, to)));
    await blocks.send();
  }
  await blocks.end();
}

function* stretchesOf({ rows, of }: Entries): Iterable<{ bucket: number; from: number; to: number }> {
  const bucketAt = (row: number) => bucketOf(of.nikHigh[row] as number, of.nikLow[row] as number);
  for (let from = 0, to = 1; from < rows; from = to++) {
    const bucket = bucketAt(from);
    while (to < rows && bucketAt(to) === bucket) to++;
    yield { bucket, from, to };
  }
}

/**
 * Whom files asked for, of some buckets: from the first on, below the second. Who was asked for twice is there twice.
 * @param waveId The wave that they were written for; all if not given.
 */
export async function readAsked(
  client: pg.ClientBase,
  [from, to]: readonly [number, number],
  waveId?: number,
): Promise<readonly Entries[]> {
  const ofWave =
    waveId === undefined
      ? 'true'
      : `file_id in (select id from question_file where wave_id = ${Number(waveId)})`;
  const query = `select file_id, bucket, columns from question_block
    where bucket >= ${Number(from)} and bucket < ${Number(to)} and ${ofWave} order by bucket, file_id`;
  const blocks: Entries[] = [];
  for await (const [file, inBucket, columns] of binaryRows(client, query)) {
    const [of, bucket] = [file?.readInt32BE(0) ?? 0, inBucket?.readInt16BE(0) ?? 0];
    blocks.push(await SEALED_ENTRIES.open(keysOf(client), { table: 'question_block', of, bucket }, columns));
  }
  return blocks;
}

/** The same to be looked up in. */
export async function askedSet(...asked: Parameters<typeof readAsked>): Promise<NikSet> {
  const blocks = await readAsked(...asked);
  const niks = new NikSet(blocks.reduce((sum, { rows }) => sum + rows, 0));
  for (const { rows, of } of blocks) {
    for (let row = 0; row < rows; row++) niks.add(of.nikHigh[row] as number, of.nikLow[row] as number);
  }
  return niks;
}
