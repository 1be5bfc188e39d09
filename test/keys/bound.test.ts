/** What is sealed belongs to its own row of its table: nobody without the key exchanges, doubles or re-orders any of it unseen. */
import type pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { seekPeople } from '../../src/registry/people.ts';
import { readDecisions, writeDecisions } from '../../src/wave/decisions.ts';
import { handOver, takeOver } from '../../src/wave/handover.ts';
import { readApplications } from '../../src/wave/parts.ts';
import { addRecipients, recipientBlocks } from '../../src/wave/recipients.ts';
import { ownedAndUnlocked, saidOf } from '../support/changed.ts';
import { installation } from '../support/installation.ts';
import { madeUpWave, openAndImport, rowsOf } from '../support/wave.ts';

const WHOLE = { part: 0, lower: null, upper: null };

let owned: Database;

beforeAll(async () => {
  const at = await installation();
  owned = await ownedAndUnlocked(at);
  const input = await madeUpWave({ applicants: 600, seed: 3 });
  const { rows, fileOf } = rowsOf(input.applicants[0]?.text ?? '');
  const applicants = [rows.slice(0, 300), rows.slice(300)].map((some, file) => ({
    name: `applicants-${file}.csv`,
    text: fileOf(some),
  }));
  await openAndImport(at, { ...input, applicants });
  return () => owned.close();
}, 60_000);

const PAIR = `(select one.bucket, one.import_id as a, other.import_id as b
  from application_block one join application_block other using (wave_id, bucket, position, rows)
  where one.import_id < other.import_id and rows > 1 limit 1) as pair`;

/** Two blocks of a bucket with as many rows give these columns to each other. */
function exchanged(...columns: readonly string[]): string {
  return `update application_block block set ${columns.map((column) => `${column} = other.${column}`).join(', ')}
    from ${PAIR}, application_block other
    where block.bucket = pair.bucket and other.bucket = pair.bucket
      and ((block.import_id = pair.a and other.import_id = pair.b) or (block.import_id = pair.b and other.import_id = pair.a))`;
}

test.each([
  ['the data of two blocks of a bucket exchanged', exchanged('columns')],
  ['their registration numbers exchanged', exchanged('numbers')],
  ['all of them exchanged, in the order of the applications', exchanged('numbers', 'columns', 'lines')],
  [
    'one of them in the place of the other too',
    `update application_block block set numbers = other.numbers, columns = other.columns, lines = other.lines
      from ${PAIR}, application_block other
      where block.bucket = pair.bucket and block.import_id = pair.a and other.bucket = pair.bucket and other.import_id = pair.b`,
  ],
  [
    'a row more in one of them, and one less in the other',
    `update application_block block set rows = rows + case import_id when a then 1 else -1 end
      from ${PAIR} where block.bucket = pair.bucket and import_id in (a, b)`,
  ],
])('of applications is refused: %s', async (_, change) => {
  const said = await saidOf(owned, change, (client) => readApplications(client, 17, WHOLE));
  expect(said).toMatch(/^application_block\.\w+ of wave 17, .* cannot be opened/);
});

test.each([
  [
    'a block of them taken away',
    'delete from application_block where bucket = 7 and import_id = (select max(import_id) from application_block)',
  ],
  ['all of a bucket taken away', 'delete from application_block where bucket = 7'],
])('applications are refused with %s', async (_, change) => {
  const said = await saidOf(owned, change, (client) => readApplications(client, 17, WHOLE));
  expect(said).toMatch(/^the applications of wave 17 are not whole: a block of them/);
});

const NOBODY = { buckets: new Uint32Array(), nikHigh: new Uint32Array(), nikLow: new Uint32Array() };

test.each([
  ['another place in its bucket', 'update registry_block set position = position + 1'],
  ['another number of people', 'update registry_block set people = people + 1'],
])('of the registry is refused: %s', async (_, change) => {
  const seeking = [{ ...NOBODY, order: new Uint32Array(), found: () => {} }];
  const said = await saidOf(owned, change, async (client) => {
    const { rows } = await client.query('select id from registry_snapshot');
    await seekPeople(client, rows[0]?.id, WHOLE, seeking);
  });
  expect(said).toMatch(/^registry_block\.niks of \d+, .* cannot be opened/);
});

const selected = (rank: number) => ({
  rows: 1,
  of: { rank: Uint32Array.of(rank), outcome: Uint8Array.of(0) },
});

test.each([
  ['the part that they come from', 'update stage_block set source = 3 - source'],
  ['their place', 'update stage_block set position = position + 1'],
  ['their number of rows', 'update stage_block set rows = rows + 1'],
])('of what stages hand on is refused another: %s', async (_, change) => {
  const handed = async (client: pg.ClientBase) => {
    for (const [source, lower, upper] of [
      [1, null, 'B'],
      [2, 'B', null],
    ] as const)
      await handOver(client, 17, 'selected', { part: source, lower, upper }, [
        { target: 0, columns: selected(source) },
      ]);
    await client.query(
      'alter table stage_block drop constraint stage_block_wave_id_name_target_source_position_pk',
    );
  };
  const said = await saidOf(owned, change, (client) => takeOver(client, 17, 'selected', 0), handed);
  expect(said).toMatch(/^stage_block selected of wave 17, .* cannot be opened/);
});

test('a decision that is put under another part is refused', async () => {
  const decided = (client: pg.ClientBase) =>
    writeDecisions(client, 17, 0, Uint32Array.of(0), {
      outcome: Uint8Array.of(0),
      reasons: { width: 1, data: new Uint32Array(1) },
      tier: Uint16Array.of(1),
      rank: Uint32Array.of(1),
      nameSimilarity: Uint8Array.of(100),
      nikWarnings: Uint8Array.of(0),
    });
  const said = await saidOf(
    owned,
    'update decision_block set source = 1',
    (client) =>
      readDecisions(client, 17, WHOLE).catch((error: Error) => {
        // There are applications without one.
        if (!error.message.includes('not whole')) throw error;
      }),
    decided,
  );
  expect(said).toContain('decision_block of wave 17, bucket 0, part 1 cannot be opened');
});

test('recipients who are put under a wave that is void are refused', async () => {
  const people = {
    nikHigh: Uint32Array.of(1),
    nikLow: Uint32Array.of(2),
    kkHigh: Uint32Array.of(3),
    kkLow: Uint32Array.of(4),
  };
  const said = await saidOf(
    owned,
    'update recipient_block set published_by = 2 where published_by = 1',
    async (client) => {
      for await (const _ of recipientBlocks(client, [0, 251]));
    },
    (client) => addRecipients(client, 1, { rows: 1, of: people }),
  );
  expect(said).toMatch(/^recipient_block of bucket \d+, published by 2 cannot be opened/);
});
