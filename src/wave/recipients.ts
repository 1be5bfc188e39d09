/** The people who received a place before: how they come to be known, and who of them counts for a wave. */
import type pg from 'pg';
import { deal } from '../columns/deal.ts';
import { BUCKETS, bucketOf } from '../columns/identity.ts';
import { type Columns, concatColumns, pickRows } from '../columns/layout.ts';
import { distinctBy } from '../columns/order.ts';
import { BinaryRowsIn, binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import type { Keys } from '../keys/keys.ts';
import { bucketsOf, bucketsOfNiks } from './parts.ts';
import { RECIPIENT, type Recipients } from './people.ts';
import type { Wave } from './record.ts';
import { SealedColumns } from './sealed-columns.ts';
import type { Part } from './stage.ts';
import { Held, noneYet, openTally, sealTally } from './tally.ts';

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
  const known: Recipients[] = [];
  const blocks = recipientBlocks(client, bucketsOf(part), wave);
  for await (const { columns } of blocks) known.push(columns);
  const all = concatColumns(RECIPIENT, known);
  const { rows, of } = pickRows(RECIPIENT, all, standing(all));
  const { nikHigh, nikLow, kkHigh, kkLow } = of;
  return { rows, buckets: bucketsOfNiks({ rows, of }), nikHigh, nikLow, kkHigh, kkLow };
}

/**
 * The rows that count, in the order of bucket, NIK and wave: of several that say the same of someone the first.
 * @param recipients In the order in which they came to be known.
 */
export function standing({ rows, of }: Recipients): Uint32Array {
  const { nikHigh, nikLow, wave } = of;
  return distinctBy(rows, [bucketsOfNiks({ rows, of }), nikHigh, nikLow, wave]);
}

/**
 * The blocks of some buckets (from the first on, below the second): bucket by bucket, in the order in which they came to be
 * known. Those that count for a wave, if it is given: known at its close, and not by a wave that was void then.
 * @throws Tampered where they are not all there; as `Keys.opened` does.
 */
export async function* recipientBlocks(
  client: pg.ClientBase,
  [from, to]: readonly [number, number],
  wave?: Counting,
): AsyncGenerator<{ readonly bucket: number; readonly columns: Recipients }> {
  const { held, last } = await heldRecipients(client, wave);
  const voids = wave?.voidWaves.map(Number).join(',') ?? '';
  const query = `select bucket, published_by, columns from recipient_block
    where bucket >= ${from} and bucket < ${to} and id <= ${last} and published_by <> all ('{${voids}}') order by bucket, id`;
  for await (const [inBucket, publishedBy, columns] of binaryRows(client, query)) {
    const bucket = inBucket?.readInt16BE(0) ?? 0;
    const at = { bucket, publishedBy: publishedBy?.readInt32BE(0) ?? 0 };
    const block = { bucket, columns: await SEALED_RECIPIENTS.open(keysOf(client), at, columns) };
    held.add(bucket, block.columns.rows);
    yield block;
  }
  held.end([from, to]);
}

/** Of a wave, whom it counts. */
type Counting = Pick<Wave, 'lastRecipient' | 'voidWaves'>;

interface KnownAtATime {
  readonly after: number;
  readonly last: number;
  readonly publishedBy: number;
}

function placeOfTally({ after, last, publishedBy }: KnownAtATime): string {
  return `recipient_tally after block ${after}, up to ${last}, published by ${publishedBy}`;
}

/** What the blocks have to come to, and the last of them. @throws Tampered where tallies do not follow on each other. */
async function heldRecipients(
  client: pg.ClientBase,
  wave?: Counting,
): Promise<{ readonly held: Held; readonly last: number }> {
  const upTo = wave === undefined ? ALL_KNOWN : Number(wave.lastRecipient ?? 0);
  const held = new Held('the past recipients');
  const { rows } = await client.query<KnownAtATime & { tally: Buffer }>(
    `select after::float8 as after, last::float8 as last, published_by as "publishedBy", tally from recipient_tally
    where last <= $1 order by after`,
    [upTo],
  );
  let last = 0;
  for (const { tally, ...known } of rows) {
    const brought = await openTally(keysOf(client), placeOfTally(known), tally);
    if (known.after !== last) throw held.notWhole();
    last = known.last;
    if (!wave?.voidWaves.includes(known.publishedBy)) held.brought(brought);
  }
  if (upTo !== ALL_KNOWN && last !== upTo) throw held.notWhole();
  return { held, last };
}

/** In place of a last block that a wave knows: whatever there is. */
export const ALL_KNOWN = Number.MAX_SAFE_INTEGER;

/** To be taken before blocks are written: a block that is committed later has a later id. */
export async function lockRecipients(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, 0)', [TRANSACTION_LOCKS.recipients]);
}

/** In place of the number of a wave that was published here: a wave's own is 1 or more. */
export const BY_FILE = 0;

const SEALED_RECIPIENTS = new SealedColumns(
  RECIPIENT,
  ({ bucket, publishedBy }: { readonly bucket: number; readonly publishedBy: number }) =>
    `recipient_block of bucket ${bucket}, published by ${publishedBy}`,
);

/** Blocks on their way to their table, under the lock. */
export class RecipientBlocksIn {
  readonly #client: pg.ClientBase;
  readonly #tally = noneYet();
  readonly #rows: BinaryRowsIn;
  readonly #keys: Keys;
  readonly #publishedBy: number;

  /** @param publishedBy The wave that was published with them; `BY_FILE` for those of a file. */
  constructor(client: pg.ClientBase, publishedBy: number) {
    this.#rows = new BinaryRowsIn(client, 'recipient_block (bucket, published_by, rows, columns)');
    this.#client = client;
    this.#keys = keysOf(client);
    this.#publishedBy = publishedBy;
  }

  /** A block without a row is none. */
  async add(bucket: number, columns: Recipients): Promise<void> {
    if (columns.rows === 0) return;
    this.#rows.begin(4);
    this.#rows.int2(bucket);
    this.#rows.int4(this.#publishedBy);
    this.#rows.int4(columns.rows);
    this.#rows.whole(SEALED_RECIPIENTS.seal(this.#keys, { bucket, publishedBy: this.#publishedBy }, columns));
    this.#tally[bucket] = (this.#tally[bucket] ?? 0) + columns.rows;
    await this.#rows.send();
  }

  /** Seals how many there were. */
  async end(): Promise<void> {
    await this.#rows.end();
    if (this.#tally.every((rows) => rows === 0)) return;
    const { rows } = await this.#client.query<Omit<KnownAtATime, 'publishedBy'>>(
      `select (select coalesce(max(last), 0) from recipient_tally)::float8 as after,
        (select max(id) from recipient_block)::float8 as last`,
    );
    const known = { after: 0, last: 0, ...rows[0], publishedBy: this.#publishedBy };
    await this.#client.query(
      'insert into recipient_tally (after, last, published_by, tally) values ($1, $2, $3, $4)',
      [known.after, known.last, known.publishedBy, sealTally(this.#keys, placeOfTally(known), this.#tally)],
    );
  }
}

/** Whoever receives a place; other columns beside these are not used. */
type Receiving = Columns<Omit<typeof RECIPIENT, 'wave'>>;

/** Makes people known as recipients of the wave, all of them at once: one block a bucket. */
export async function addRecipients(client: pg.ClientBase, waveId: number, people: Receiving): Promise<void> {
  const { nikHigh, nikLow } = people.of;
  const wave = new Uint32Array(people.rows).fill(waveId);
  const recipients: Recipients = { rows: people.rows, of: { ...people.of, wave } };
  const bucket = (row: number) => bucketOf(nikHigh[row] as number, nikLow[row] as number);
  await lockRecipients(client);
  const blocks = new RecipientBlocksIn(client, waveId);
  for (const [hand, rows] of deal(people.rows, BUCKETS, bucket).entries()) {
    await blocks.add(hand, pickRows(RECIPIENT, recipients, rows));
  }
  await blocks.end();
}
