/**
 * What stages hand on: typed columns in blocks, each from one part to another part of a later stage. Written in the
 * step's own transaction, so that a block is there if and only if its step is done.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { decodeBlock, encodeBlock } from '../columns/block.ts';
import { type Columns, concatColumns, type Layout } from '../columns/layout.ts';
import { BinaryRowsIn, binaryRows } from '../db/binary-copy.ts';
import { keysOf, type Transaction } from '../db/database.ts';
import type { Keys } from '../keys/keys.ts';

/** match → filter, row for row in the order of the part's applications. */
const MATCHED = {
  /** 1: another application of the NIK joined earlier. */
  duplicate: 'u8',
  /** Place in `REGISTRY_STATUSES`, from 1; 0: the registry does not have the NIK; `UNANSWERED`: it has not answered. */
  status: 'u8',
  kkMatches: 'u8',
  birthDateMatches: 'u8',
  /** Percent. */
  nameSimilarity: 'u8',
  /** Bits, by the place in `NIK_WARNINGS`. */
  nikWarnings: 'u8',
} as const;

/** match → household: a past recipient, once for the KK of then and once for the KK of now where they differ. */
export const PAST_MEMBER = { kkHigh: 'u32', kkLow: 'u32', nikHigh: 'u32', nikLow: 'u32' } as const;

/** filter → record: every application of a range of registration numbers, in the order of their numbers. */
export const VERDICT = {
  registrationNo: 'words',
  /** Tells an application of the wave from all others: its bucket, and its place there. */
  number: 'u32',
  nikHigh: 'u32',
  nikLow: 'u32',
  kkHigh: 'u32',
  kkLow: 'u32',
  /** Province code of the domicile. */
  region: 'u8',
  /** Bits by the place in the policy's reason codes, 32 a word, the first in the lowest bit of the first word. */
  reasons: 'words',
  /** `NO_TIER` where there is a reason. */
  tier: 'u16',
  /** `NOT_FOUND` where the registry does not have the NIK, `UNANSWERED` where it has not answered. */
  nameSimilarity: 'u8',
  nikWarnings: 'u8',
} as const;

/** What the draw knows nothing of, and its review asks about. */
const TRAIT = {
  /** Days from 2000-01-01 on, in UTC+7. */
  joinedDay: 'i32',
  /** Full years on the policy's day; 255 for all above. */
  age: 'u8',
  female: 'u8',
} as const;

/** filter → freeze: the eligible of them, in the same order. */
export const ELIGIBLE = {
  registrationNo: 'words',
  number: 'u32',
  tier: 'u16',
  /** Province code. */
  region: 'u8',
  ...TRAIT,
} as const;

export const NO_TIER = 65_535;
export const NOT_FOUND = 255;
export const UNANSWERED = 254;

/** filter → household: an eligible application. */
export const MEMBER = {
  kkHigh: 'u32',
  kkLow: 'u32',
  number: 'u32',
  /** The range of registration numbers that it is in. */
  range: 'u16',
} as const;

/** household → freeze: what is to be known of an eligible application's household. */
export const HOUSEHOLD = {
  number: 'u32',
  pseudonymHigh: 'u32',
  pseudonymLow: 'u32',
  slots: 'u32',
  /** The household, where it has more members than slots and slots at all; else `UNCONTESTED`. */
  contest: 'u32',
} as const;

export const UNCONTESTED = 0xffff_ffff;

/** freeze → draw: the pool of a range, in the order of its registration numbers. */
const POOL = {
  registrationNo: 'words',
  tier: 'u16',
  tickets: 'u32',
  slots: 'u32',
  contest: 'u32',
  region: 'u8',
} as const;

/** draw → select: the pool of a range in draw order. */
export const DRAWN = {
  tier: 'u16',
  /** 32 bytes in eight words. */
  draw: 'words',
  slots: 'u32',
  contest: 'u32',
  region: 'u8',
  /** Place in the pool of its range. */
  place: 'u32',
} as const;

/** select → record: the pool of a range, in the order of its registration numbers. */
const SELECTED = {
  /** 0: no candidate. */
  rank: 'u32',
  /** Place in `OUTCOMES`. */
  outcome: 'u8',
} as const;

/** review → its end: how many candidates of a range have what in common. */
const COUNTED = {
  /** Place in `TRAITS`, and what those who are counted have of it. */
  trait: 'u8',
  value: 'i32',
  tier: 'u16',
  region: 'u8',
  tickets: 'u32',
  candidates: 'u32',
  accepted: 'u32',
  /** Of them, those whose household has room for all of its members. */
  uncontested: 'u32',
  uncontestedAccepted: 'u32',
} as const;

/** record → publish: the accepted of a range. */
export const RECEIVED = { nikHigh: 'u32', nikLow: 'u32', kkHigh: 'u32', kkLow: 'u32' } as const;

/** What is handed on under which name, and its columns. */
const BLOCKS = {
  matched: MATCHED,
  past_member: PAST_MEMBER,
  verdict: VERDICT,
  eligible: ELIGIBLE,
  member: MEMBER,
  household: HOUSEHOLD,
  pool: POOL,
  traits: TRAIT,
  drawn: DRAWN,
  selected: SELECTED,
  counted: COUNTED,
  received: RECEIVED,
} as const satisfies Record<string, Layout>;

export type BlockName = keyof typeof BLOCKS;
export type BlockOf<Name extends BlockName> = Columns<(typeof BLOCKS)[Name]>;

export interface Handover<Name extends BlockName> {
  readonly target: number;
  /** Among those from one part to another, from 0. */
  readonly position?: number;
  readonly columns: BlockOf<Name>;
}

/** Fetched together, and held until they are looked at. */
const BLOCKS_AT_ONCE = 8;

const TARGET = 'stage_block (wave_id, name, target, source, position, rows, columns)';

/** Writes blocks, without those that have no row. Gives the SHA-256 of their bytes, before they are sealed. */
export async function handOver<Name extends BlockName>(
  client: pg.ClientBase,
  waveId: number,
  name: Name,
  source: number,
  blocks: Iterable<Handover<Name>>,
): Promise<string> {
  const digest = createHash('sha256');
  const keys = keysOf(client);
  const rows = new BinaryRowsIn(client, TARGET);
  for (const { target, position = 0, columns } of blocks) {
    if (columns.rows === 0) continue;
    const bytes = encodeBlock(BLOCKS[name] as Layout, columns as Columns<Layout>);
    digest.update(bytes);
    rows.begin(7);
    rows.int4(waveId);
    rows.text(name);
    rows.int4(target);
    rows.int4(source);
    rows.int4(position);
    rows.int4(columns.rows);
    rows.whole(keys.sealed(placeOf({ waveId, name, target, source, position, rows: columns.rows }), bytes));
    await rows.send();
  }
  await rows.end();
  return digest.digest('hex');
}

/** All that was handed to a part under a name, in the order of those who wrote it. */
export async function takeOver<Name extends BlockName>(
  client: pg.ClientBase,
  waveId: number,
  name: Name,
  target: number,
): Promise<BlockOf<Name>> {
  const blocks: BlockOf<Name>[] = [];
  for await (const block of handedTo(client, waveId, name, target)) blocks.push(block);
  return concatColumns(BLOCKS[name] as Layout, blocks as Columns<Layout>[]) as unknown as BlockOf<Name>;
}

/** All that was handed over under a name, whatever part it is for, some blocks at a time. */
export async function* takeAll<Name extends BlockName>(
  sql: Transaction,
  waveId: number,
  name: Name,
): AsyncGenerator<BlockOf<Name>> {
  const blocks = sql<(Handed<Name> & { readonly columns: Buffer })[]>`
    select wave_id as "waveId", name, target, source, position, rows, columns from stage_block where wave_id = ${waveId} and name = ${name} order by target, source, position`;
  for await (const some of blocks.cursor(BLOCKS_AT_ONCE)) {
    for (const { columns, ...at } of some) yield opened(sql.keys, at, columns);
  }
}

/** One block of those handed to a part, or undefined where there is none of this position. */
export async function takeOne<Name extends BlockName>(
  client: pg.ClientBase,
  waveId: number,
  name: Name,
  target: number,
  position: number,
): Promise<BlockOf<Name> | undefined> {
  let found: BlockOf<Name> | undefined;
  for await (const block of handedTo(client, waveId, name, target, `position = ${position}`)) found = block;
  return found;
}

/** @param which Of the blocks; part of the statement's text. */
async function* handedTo<Name extends BlockName>(
  client: pg.ClientBase,
  waveId: number,
  name: Name,
  target: number,
  which = 'true',
): AsyncGenerator<BlockOf<Name>> {
  const query = `select source, position, rows, columns from stage_block
    where wave_id = ${waveId} and name = '${name}' and target = ${target} and ${which} order by source, position`;
  for await (const fields of binaryRows(client, query)) {
    const [source = 0, position = 0, rows = 0] = fields.slice(0, 3).map((field) => field?.readInt32BE());
    yield opened(keysOf(client), { waveId, name, target, source, position, rows }, fields[3]);
  }
}

/** Rows handed over under a name: target → rows. */
export async function countHandedOver(
  client: pg.ClientBase,
  waveId: number,
  name: BlockName,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await client.query<{ target: number; rows: number }>(
    `select target, sum(rows)::int as rows from stage_block where wave_id = $1 and name = $2
    group by target order by target`,
    [waveId, name],
  );
  return new Map(rows.map((row) => [row.target, row.rows]));
}

/** Once a wave is published, its results and decisions say what there is to be known of all this. */
export async function dropBlocks(client: pg.ClientBase, waveId: number): Promise<void> {
  await client.query('delete from stage_block where wave_id = $1', [waveId]);
}

/** What a block is bound to, all that is in clear of it: it is nowhere else, and never there twice. */
interface Handed<Name extends BlockName> {
  readonly waveId: number;
  readonly name: Name;
  readonly target: number;
  readonly source: number;
  readonly position: number;
  readonly rows: number;
}

async function opened<Name extends BlockName>(
  keys: Keys,
  at: Handed<Name>,
  bytes: Buffer | null | undefined,
): Promise<BlockOf<Name>> {
  const block = await keys.opened(placeOf(at), bytes);
  return decodeBlock(BLOCKS[at.name] as Layout, block) as unknown as BlockOf<Name>;
}

function placeOf({ waveId, name, target, source, position, rows }: Handed<BlockName>): string {
  return `stage_block ${name} of wave ${waveId}, part ${target}, from ${source}, position ${position}: ${rows} rows`;
}
