/** The heads of blocks of applications: registration numbers and lines, without what else is in them. */
import type pg from 'pg';
import { BUCKETS } from '../columns/identity.ts';
import type { Words } from '../columns/layout.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { type BlockPlace, blockIn, PLACE_COLUMNS, SEALED_NUMBERS } from '../wave/application-blocks.ts';

/** Applications of a wave: those of some imports and of some buckets. */
export interface Scope {
  readonly waveId: number;
  readonly imports: readonly number[];
  /** From this bucket on. */
  readonly first?: number;
  /** Below this bucket. */
  readonly end?: number;
}

export interface BlockHead extends BlockPlace {
  readonly numbers: Words;
  readonly lines: Uint32Array;
}

/** Where blocks of applications are: those of the wave, and those that wait for the end of their file. */
export const INCOMING = 'incoming';
export type BlockTable = 'application_block' | typeof INCOMING;

/** In no order. The connection is free after the last one. */
export async function* headsOf(
  client: pg.ClientBase,
  scope: Scope,
  table: BlockTable = 'application_block',
): AsyncGenerator<BlockHead> {
  if (scope.imports.length === 0) return;
  const query = `select ${PLACE_COLUMNS}, numbers from ${table} where ${conditionOf(scope)}`;
  for await (const row of binaryRows(client, query)) {
    const [at, numbers] = blockIn(scope.waveId, row);
    const { of } = await SEALED_NUMBERS.open(keysOf(client), at, numbers);
    yield { ...at, numbers: of.registrationNo, lines: of.line };
  }
}

/** Applications that are held in memory at a time, so that a file of any size can be held against a wave. */
const HELPING = 1 << 18;

/** Buckets that follow each other, and how many applications of a scope are in them. */
export interface Helping {
  readonly first: number;
  readonly end: number;
  readonly rows: number;
}

/** All buckets of a scope, a helping at a time: no more than one bucket where that is more. */
export async function helpingsOf(
  client: pg.ClientBase,
  table: BlockTable,
  scope: Scope,
): Promise<readonly Helping[]> {
  const { rows: found } = await client.query<{ bucket: number; rows: number }>(
    `select bucket, sum(rows)::int as rows from ${table} where ${conditionOf(scope)}
    group by bucket order by bucket`,
  );
  const all: Helping[] = [];
  for (const { bucket, rows } of found) {
    const last = all.at(-1);
    if (last === undefined || last.rows + rows > HELPING) all.push({ first: bucket, end: bucket + 1, rows });
    else all[all.length - 1] = { ...last, end: bucket + 1, rows: last.rows + rows };
  }
  return all;
}

function conditionOf({ waveId, imports, first = 0, end = BUCKETS }: Scope): string {
  return `wave_id = ${waveId} and import_id in (${imports.join(', ')}) and bucket >= ${first} and bucket < ${end}`;
}
