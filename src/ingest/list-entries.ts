/** The NIKs of a list: one block a bucket, in order, each NIK once. */
import type pg from 'pg';
import { halvesOf } from '../columns/identity.ts';
import { pickRows } from '../columns/layout.ts';
import type { ByteRecord, CsvRecord } from '../csv/csv.ts';
import { BinaryRowsIn } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { SEALED_ENTRIES } from '../wave/entries.ts';
import { ENTRY, type Entries } from '../wave/people.ts';
import { noneYet, type Tally } from '../wave/tally.ts';
import { FieldReader } from './fields.ts';
import type { VersionIn } from './list-version.ts';
import { distinctByNik, type Gathered, PIECE_ROWS, Pieces } from './pieces.ts';
import { readPlainNik } from './plain-nik.ts';
import type { ReferenceIntake, ReferenceRow } from './reference.ts';

class EntriesGathered implements Gathered<typeof ENTRY> {
  readonly isLarge = false;
  readonly #nikHigh = new Uint32Array(PIECE_ROWS);
  readonly #nikLow = new Uint32Array(PIECE_ROWS);
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add(nikHigh: number, nikLow: number): void {
    this.#nikHigh[this.#rows] = nikHigh;
    this.#nikLow[this.#rows] = nikLow;
    this.#rows += 1;
  }

  take(): Entries {
    const rows = this.#rows;
    this.#rows = 0;
    const of = { nikHigh: this.#nikHigh.subarray(0, rows), nikLow: this.#nikLow.subarray(0, rows) };
    return { rows, of };
  }
}

type EntryPieces = Pieces<typeof ENTRY, EntriesGathered>;

export class ListIntake implements ReferenceIntake {
  readonly #place: number;
  readonly #pieces: EntryPieces;
  readonly #version: VersionIn;
  readonly #client: pg.ClientBase;
  /** Of the record that is being read: the same object each time. */
  readonly #nik = { nikHigh: 0, nikLow: 0 };

  private constructor(client: pg.ClientBase, place: number, pieces: EntryPieces, version: VersionIn) {
    this.#client = client;
    this.#place = place;
    this.#pieces = pieces;
    this.#version = version;
  }

  /**
   * @param place Where in a record the NIK stands.
   * @param version The version of the list that the entries belong to.
   */
  static async begin(client: pg.ClientBase, place: number, version: VersionIn): Promise<ListIntake> {
    const pieces = await Pieces.begin(client, ENTRY, () => new EntriesGathered());
    return new ListIntake(client, place, pieces, version);
  }

  takePlain({ bytes, starts, ends }: ByteRecord): boolean {
    const nik = this.#nik;
    if (!readPlainNik(bytes, starts[this.#place] as number, ends[this.#place] as number, nik)) return false;
    this.#pieces.of(nik.nikHigh, nik.nikLow).add(nik.nikHigh, nik.nikLow);
    return true;
  }

  take({ fields, line }: CsvRecord): ReferenceRow {
    const reader = new FieldReader(fields, line);
    const nik = reader.nik(this.#place);
    const { rejects, normalised } = reader;
    if (rejects.length > 0) return { rejects };
    const [high, low] = halvesOf(nik);
    this.#pieces.of(high, low).add(high, low);
    return { normalised };
  }

  send(): Promise<void> {
    return this.#pieces.send();
  }

  settle(): Promise<void> {
    return this.#pieces.settle();
  }

  async complete(): Promise<void> {
    const version = await this.#version.begin();
    await this.#version.end(version, await writeListBlocks(this.#client, version, this.#pieces));
  }
}

/** Gives how many entries each bucket has: distinct NIKs. */
async function writeListBlocks(client: pg.ClientBase, listId: number, pieces: EntryPieces): Promise<Tally> {
  const written = noneYet();
  for await (const buckets of pieces.buckets()) {
    const rows = new BinaryRowsIn(client, 'list_block (list_id, bucket, entries, columns)');
    for (const { bucket, columns } of buckets) {
      const entries = pickRows(ENTRY, columns, distinctByNik(columns));
      rows.begin(4);
      rows.int4(listId);
      rows.int2(bucket);
      rows.int4(entries.rows);
      rows.whole(SEALED_ENTRIES.seal(keysOf(client), { table: 'list_block', of: listId, bucket }, entries));
      await rows.send();
      written[bucket] = entries.rows;
    }
    await rows.end();
  }
  return written;
}
