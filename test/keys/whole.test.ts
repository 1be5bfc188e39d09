/** What a wave is held against, and what its stages hand on, is there in whole: what is missing is not taken for what is not so. */
import type pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { BUCKETS } from '../../src/columns/identity.ts';
import type { Database } from '../../src/db/database.ts';
import { findNumbers, numberOf } from '../../src/explain/numbers.ts';
import { Tampered } from '../../src/keys/sealing.ts';
import { seekPeople } from '../../src/registry/people.ts';
import { inDrawOrder, Run } from '../../src/select/runs.ts';
import { readEntries } from '../../src/wave/entries.ts';
import { countHandedOver, handOver, takeAll, takeOver } from '../../src/wave/handover.ts';
import { readPool } from '../../src/wave/pool-parts.ts';
import { recipientBlocks } from '../../src/wave/recipients.ts';
import { readWave } from '../../src/wave/record.ts';
import { UNCONTESTED } from '../../src/wave/stage-blocks.ts';
import { ownedAndUnlocked, saidOf } from '../support/changed.ts';
import { type Installation, installation } from '../support/installation.ts';
import { close, madeUpWave, open, runWave } from '../support/wave.ts';

const WHOLE = { part: 0, lower: null, upper: null };
const ALL: readonly [number, number] = [0, BUCKETS];

let at: Installation;
let owned: Database;

beforeAll(async () => {
  at = await installation();
  owned = await ownedAndUnlocked(at);
  const input = await madeUpWave({ applicants: 600, seed: 3 });
  await runWave(at, input, { parts: 3 });
  await open(at, await madeUpWave({ applicants: 10, seed: 4 }, 18));
  return () => owned.close();
}, 120_000);

async function throughAll(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}

const NOBODY = { buckets: new Uint32Array(), nikHigh: new Uint32Array(), nikLow: new Uint32Array() };

test.each([
  ['a block is missing', 'delete from registry_block where bucket = 7'],
  ['all of them are missing', 'delete from registry_block'],
  ['another day stands on it', 'update registry_snapshot set as_of = as_of + 1'],
  ['it was not made by an import', 'update registry_snapshot set tally = null'],
])('of the registry no person is looked for in a version of which is to be said: %s', async (_, change) => {
  const seeking = { ...NOBODY, order: new Uint32Array(), found: () => {} };
  const seek = (client: pg.ClientBase) => seekPeople(client, 1, WHOLE, [seeking]);
  expect(await saidOf(owned, change, seek)).toMatch(
    /^(the people of version 1 of the registry are not whole|registry_snapshot\.tally of version 1: .* cannot be opened)/,
  );
});

test('nobody is told that the registry does not have them, with a bucket of it missing', async () => {
  const nik = '3171234567890001';
  const change = `delete from registry_block where bucket = ${numberOf(nik).bucket}`;
  const find = (client: pg.ClientBase) => findNumbers(client, 1, [numberOf(nik)]);
  expect(await saidOf(owned, change, find)).toMatch(/^the people of version 1 of the registry are not whole/);
});

test.each([
  [
    'a block is missing',
    'delete from list_block where (list_id, bucket) = (select list_id, bucket from list_block limit 1)',
  ],
  ['all of them are missing', 'delete from list_block'],
  ['it is renamed', "update list set name = name || '-old'"],
  ['it is of the other kind', "update list set kind = case kind when 'deny' then 'priority' else 'deny' end"],
  ['it has another number of entries', 'update list set entries = entries + 1'],
  ['it is held, or not any more', "update list set held_for = coalesce(held_for, '') || 'x'"],
])('of a list nothing is read that is to be said of: %s', async (_, change) => {
  const read = async (client: pg.ClientBase) => {
    const { rows } = await client.query<{ id: number }>('select id from list order by id');
    for (const { id } of rows) await readEntries(client, id, ALL);
  };
  expect(await saidOf(owned, change, read)).toMatch(
    /^(the entries of version \d+ of a list are not whole|list\.tally of version \d+: .* cannot be opened)/,
  );
});

test('a version of a list that no import has made is in force for nobody', async () => {
  await at.database.sql`
    insert into list (name, kind, source, import_id, imported_by, entries)
    select distinct on (name) name, kind, source, import_id, 'x', 1 from list order by name, id desc`;
  const closing = close(at, 18);
  await expect(closing).rejects.toThrow(Tampered);
  await expect(closing).rejects.toThrow(/^list\.tally of version \d+: .* cannot be opened/);
});

test.each([
  ['a block', 'delete from recipient_block where id = (select min(id) from recipient_block)'],
  ['all of them', 'delete from recipient_block'],
  ['the record of how many there are', 'delete from recipient_tally'],
  [
    'all that came to be known at a time',
    `with gone as (delete from recipient_tally where after = 0 returning last)
      delete from recipient_block using gone where id <= gone.last`,
  ],
])('past recipients are refused with a part of them missing: %s', async (_, change) => {
  const read = async (client: pg.ClientBase) => {
    const { rows } = await client.query('select coalesce(max(id), 0)::float8 as last from recipient_block');
    const lastRecipient = Number((rows as { last: number }[])[0]?.last) || LAST;
    await throughAll(recipientBlocks(client, ALL, { lastRecipient, voidWaves: [] }));
  };
  expect(await saidOf(owned, change, read)).toMatch(/^the past recipients are not whole/);
});

/** Where no block is left that says so. */
const LAST = 1;

const rank = (...ranks: number[]) => ({
  rows: ranks.length,
  of: { rank: Uint32Array.from(ranks), outcome: new Uint8Array(ranks.length) },
});

/** Two ranges hand three rows to part 0 and none to part 1. */
async function handed(client: pg.ClientBase): Promise<void> {
  const [low, high] = [
    { part: 0, lower: null, upper: 'M' },
    { part: 1, lower: 'M', upper: null },
  ];
  await handOver(client, 17, 'selected', low, [{ target: 0, columns: rank(1, 2) }]);
  await handOver(client, 17, 'selected', high, [
    { target: 0, columns: rank(3) },
    { target: 1, columns: rank() },
  ]);
}

const GONE = [
  ['a block', 'delete from stage_block where target = 0 and source = 1'],
  ['all blocks', 'delete from stage_block where target >= 0'],
  ['all that the first part wrote', 'delete from stage_block where source = 0'],
  ['all that the last part wrote', 'delete from stage_block where source = 1'],
  ['all that there is', 'delete from stage_block'],
] as const;

test.each(GONE)('what stages hand on is refused with a part of it missing: %s', async (_, change) => {
  const said = await saidOf(owned, change, (client) => takeOver(client, 17, 'selected', 0), handed);
  expect(said).toMatch(/^what was handed over as selected in wave 17 is not whole/);
});

test.each(GONE.slice(2))('so is that nothing was handed to a part, without: %s', async (_, change) => {
  const said = await saidOf(owned, change, (client) => takeOver(client, 17, 'selected', 1), handed);
  expect(said).toMatch(/^what was handed over as selected in wave 17 is not whole/);
});

test('how many rows were handed over does not depend on which of them are there', async () => {
  const count = async (client: pg.ClientBase) => {
    expect([...(await countHandedOver(client, 17, 'selected'))]).toEqual([[0, 3]]);
  };
  expect(await saidOf(owned, GONE[1][1], count, handed)).toBeUndefined();
  expect(await saidOf(owned, GONE[3][1], count, handed)).toMatch(/^what was handed over as selected/);
});

test('a draw is not gone through without one of its blocks', async () => {
  const drawn = (tier: number) => ({
    rows: 1,
    of: {
      tier: Uint16Array.of(tier),
      draw: { width: 8, data: new Uint32Array(8) },
      slots: Uint32Array.of(1),
      contest: Uint32Array.of(UNCONTESTED),
      region: Uint8Array.of(31),
      place: Uint32Array.of(tier),
    },
  });
  const draw = (client: pg.ClientBase) =>
    handOver(client, 17, 'drawn', WHOLE, [
      { target: 0, columns: drawn(0) },
      { target: 0, position: 1, columns: drawn(1) },
    ]);
  const read = (client: pg.ClientBase) => inDrawOrder([new Run(client, 17, 0, 2)], () => {});
  const change = "delete from stage_block where name = 'drawn' and target = 0 and position = 1";
  expect(await saidOf(owned, change, read, draw)).toMatch(
    /^the stages disagree: range 0 has 1 members of the pool/,
  );
});

test('a review of no range is none', async () => {
  const reading = owned.sql.begin((sql) => throughAll(takeAll(sql, 17, 'counted')));
  await expect(reading).rejects.toThrow('what was handed over as counted in wave 17 is not whole');
});

test.each([
  ['a part is missing', 'delete from pool where wave_id = 17 and part = 1'],
  ['the last part is missing', 'delete from pool where wave_id = 17 and part = 2'],
  ['there is none', 'delete from pool where wave_id = 17'],
  [
    'a line is changed',
    `update pool set lines = overlay(lines placing 'Z' from 1) where wave_id = 17 and part = 1`,
  ],
  [
    'a part is there twice',
    'insert into pool select wave_id, part + 5, lines, subtrees, bounds from pool where wave_id = 17 and part = 2',
  ],
])('a pool is not handed out of which is to be said: %s', async (_, change) => {
  const said = await saidOf(owned, change, (client) => throughAll(readPool(client, 17)));
  expect(said).toMatch(/^(the pool of wave 17 is not whole|part \d of the pool of wave 17 is not as it was)/);
});

test('a wave knows the recipients up to its close, and what it was held against stays whole', async () => {
  const wave = await readWave(owned.sql, 17);
  const client = await owned.copyPool.connect();
  try {
    await throughAll(recipientBlocks(client, ALL, wave));
  } finally {
    client.release();
  }
});
