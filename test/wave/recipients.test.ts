/** Past recipients, from what made them known to what a wave sees of them. */
import { expect, test } from 'vitest';
import { BUCKETS, bucketOf, digitsOf, halvesOf } from '../../src/columns/identity.ts';
import { inTransaction } from '../../src/db/session.ts';
import { addRecipients, readRecipients } from '../../src/wave/recipients.ts';
import type { Wave } from '../../src/wave/record.ts';
import { cloneDatabase } from '../support/database.ts';

type Person = readonly [nik: string, kk: string];

const [A, B, C] = ['3171010101800001', '9471010101800002', '3171014101800003'];
const [HOME, OTHER] = ['3171010101010001', '3171010101010002'];

function columnsOf(people: readonly Person[]) {
  const halves = people.map(([nik, kk]) => [...halvesOf(nik), ...halvesOf(kk)]);
  const column = (place: number) => Uint32Array.from(halves, (each) => each[place] ?? 0);
  const of = { nikHigh: column(0), nikLow: column(1), kkHigh: column(2), kkLow: column(3) };
  return { rows: people.length, of };
}

test('each counts once a wave, as they were known first, up to the last block that a wave knows', async () => {
  const { database } = await cloneDatabase();
  const add = (waveId: number, ...people: Person[]) =>
    inTransaction(database, (client) => addRecipients(client, waveId, columnsOf(people)));
  const lastBlock = async () => {
    const [last] = await database.sql`select coalesce(max(id), 0)::int as id from recipient_block`;
    return Number(last?.id);
  };
  const seen = (lastRecipient: number, lower = 0, upper: number = BUCKETS) =>
    inTransaction(database, async (client) => {
      const part = { part: 0, lower: String(lower), upper: String(upper) };
      const { rows, ...of } = await readRecipients(
        client,
        { lastRecipient, voidWaves: [] } as unknown as Wave,
        part,
      );
      return Array.from({ length: rows }, (_, row) => {
        const [nik, kk] = [
          digitsOf(of.nikHigh[row] ?? 0, of.nikLow[row] ?? 0),
          digitsOf(of.kkHigh[row] ?? 0, of.kkLow[row] ?? 0),
        ];
        expect(of.buckets[row]).toBe(bucketOf(...halvesOf(nik)));
        return [nik, kk];
      });
    });

  expect(await lastBlock()).toBe(0);
  expect(await seen(0)).toEqual([]);
  await add(3, [A, HOME], [B, HOME]);
  const early = await lastBlock();
  await add(3, [C, HOME], [A, OTHER]);
  await add(4, [A, OTHER]);
  await add(5);

  const inOrder = (people: readonly Person[]) =>
    people.toSorted((a, b) => bucketOf(...halvesOf(a[0])) - bucketOf(...halvesOf(b[0])));
  const all: Person[] = [
    [A, HOME],
    [A, OTHER],
    [B, HOME],
    [C, HOME],
  ];
  expect(await seen(await lastBlock())).toEqual(inOrder(all));
  expect(await seen(early)).toEqual(
    inOrder([
      [A, HOME],
      [B, HOME],
    ]),
  );
  const bucket = bucketOf(...halvesOf(C));
  expect(await seen(await lastBlock(), bucket, bucket + 1)).toEqual([[C, HOME]]);
});
