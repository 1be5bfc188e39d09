/**
 * A file's rows by NIK, however many: as they are read they are dealt into buckets and laid aside in pieces, in a table
 * of the import's own transaction; when the file is through they come back bucket after bucket. What is held is a
 * piece a bucket, and in the end all rows of one bucket.
 */
import type pg from 'pg';
import { decodeBlock, encodeBlock } from '../columns/block.ts';
import { BUCKETS, bucketOf } from '../columns/identity.ts';
import { type Columns, concatColumns, type Layout } from '../columns/layout.ts';
import { distinctBy } from '../columns/order.ts';
import { BinaryRowsIn, binaryRows } from '../db/binary-copy.ts';
import { GelombangError } from '../errors.ts';

/** Columns of rows that each are of one NIK. */
export type ByNik = Layout & { readonly nikHigh: 'u32'; readonly nikLow: 'u32' };

/** Up to `PIECE_ROWS` rows of one bucket, on their way into columns. */
export interface Gathered<L extends ByNik> {
  readonly rows: number;
  /** Their bytes are enough for a piece, however few they are. */
  readonly isLarge: boolean;
  /** What was gathered, good until the next row is added; then it is empty. */
  take(): Columns<L>;
}

/** The rows of a bucket in the order in which they were read. */
export interface Bucket<L extends ByNik> {
  readonly bucket: number;
  readonly columns: Columns<L>;
}

/** Rows that a piece has at the most: the larger, the fewer places are read from for a bucket. */
export const PIECE_ROWS = 1024;

/** Rows that come back at a time, where they are of more than one bucket. */
const HELPING = 1 << 16;

/** Bytes of a row that fill a page: a longer value would be cut up by the server, which keeps an index of the parts. */
const SLICE = 8_100;

export class Pieces<L extends ByNik, G extends Gathered<L>> {
  readonly #client: pg.ClientBase;
  readonly #layout: L;
  readonly #gather: () => G;
  readonly #gathered: (G | undefined)[] = new Array(BUCKETS).fill(undefined);
  readonly #counts = new Uint32Array(BUCKETS);
  /** Rows at which a bucket's are laid aside: fewer at first, so that they are not all full at one time. */
  readonly #limits = Uint32Array.from({ length: BUCKETS }, (_, bucket) =>
    Math.ceil(((bucket + 1) / BUCKETS) * PIECE_ROWS),
  );
  #flow: BinaryRowsIn | undefined;
  #pieces = 0;

  private constructor(client: pg.ClientBase, layout: L, gather: () => G) {
    this.#client = client;
    this.#layout = layout;
    this.#gather = gather;
  }

  /** @param client In a transaction that has no other pieces. */
  static async begin<L extends ByNik, G extends Gathered<L>>(
    client: pg.ClientBase,
    layout: L,
    gather: () => G,
  ): Promise<Pieces<L, G>> {
    await client.query(
      `create temporary table piece (
        piece integer not null, slice smallint not null, bucket smallint not null,
        bytes bytea storage external not null
      ) with (toast_tuple_target = 8160) on commit drop`,
    );
    return new Pieces(client, layout, gather);
  }

  /** Where a row of this NIK is to be added; there is room for it. */
  of(nikHigh: number, nikLow: number): G {
    const bucket = bucketOf(nikHigh, nikLow);
    let gathered = this.#gathered[bucket];
    if (gathered === undefined) {
      gathered = this.#gather();
      this.#gathered[bucket] = gathered;
    } else if (gathered.isLarge || gathered.rows >= (this.#limits[bucket] as number)) {
      this.#layAside(bucket, gathered);
    }
    return gathered;
  }

  /** To be called every few hundred rows: what is full is on its way to the server in between. */
  async send(): Promise<void> {
    await this.#flow?.send();
  }

  /** Waits until the server has what is on its way, and the connection is free. */
  async settle(): Promise<void> {
    await this.#flow?.end();
    this.#flow = undefined;
  }

  /** After the last row: every bucket that has rows, a few at a time, in order. The connection is free in between. */
  async *buckets(): AsyncGenerator<Bucket<L>[]> {
    this.#gathered.forEach((gathered, bucket) => {
      if (gathered !== undefined && gathered.rows > 0) this.#layAside(bucket, gathered);
    });
    await this.settle();
    await this.#client.query('create index on piece (bucket, piece, slice)');
    await this.#client.query('analyze piece');
    let first = 0;
    while (first < BUCKETS) {
      let end = first + 1;
      let rows = this.#counts[first] as number;
      while (end < BUCKETS && rows + (this.#counts[end] as number) <= HELPING) {
        rows += this.#counts[end] as number;
        end += 1;
      }
      if (rows > 0) yield await this.#read(first, end);
      first = end;
    }
  }

  #layAside(bucket: number, gathered: G): void {
    this.#counts[bucket] = (this.#counts[bucket] as number) + gathered.rows;
    this.#limits[bucket] = PIECE_ROWS;
    const bytes = encodeBlock(this.#layout, gathered.take());
    this.#flow ??= new BinaryRowsIn(this.#client, 'piece (piece, slice, bucket, bytes)');
    for (let start = 0; start < bytes.length; start += SLICE) {
      this.#flow.begin(4);
      this.#flow.int4(this.#pieces);
      this.#flow.int2(start / SLICE);
      this.#flow.int2(bucket);
      this.#flow.bytes(bytes, start, Math.min(start + SLICE, bytes.length));
    }
    this.#pieces += 1;
  }

  async #read(first: number, end: number): Promise<Bucket<L>[]> {
    const buckets = new Map<number, Map<number, Buffer[]>>();
    const query = `select bucket, piece, bytes from piece where bucket >= ${first} and bucket < ${end}
      order by bucket, piece, slice`;
    for await (const [bucket, piece, bytes] of binaryRows(this.#client, query)) {
      if (!bucket || !piece || !bytes) throw new GelombangError('UNEXPECTED', 'a piece is not whole');
      const pieces = getOrSet(buckets, bucket.readInt16BE(), () => new Map<number, Buffer[]>());
      getOrSet(pieces, piece.readInt32BE(), () => []).push(bytes);
    }
    return [...buckets].map(([bucket, pieces]) => {
      const parts = [...pieces.values()].map((slices) => decodeBlock(this.#layout, Buffer.concat(slices)));
      return { bucket, columns: concatColumns(this.#layout, parts) };
    });
  }
}

function getOrSet<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/**
 * The rows in the order of the NIK, of several with one NIK the first alone.
 * @param onRepeated Told of each of the others, with the row that stands.
 */
export function distinctByNik<L extends ByNik>(
  { rows, of }: Columns<L>,
  onRepeated?: (row: number, standing: number) => void,
): Uint32Array {
  const { nikHigh, nikLow }: { nikHigh: Uint32Array; nikLow: Uint32Array } = of;
  return distinctBy(rows, [nikHigh, nikLow], onRepeated);
}
