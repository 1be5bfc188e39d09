/** Past recipients on their way from the rows of a file to their blocks. */
import type pg from 'pg';
import { halvesOf } from '../columns/identity.ts';
import { concatColumns, pickRows } from '../columns/layout.ts';
import type { ByteRecord, CsvRecord } from '../csv/csv.ts';
import { RECIPIENT, type Recipients } from '../wave/people.ts';
import { BY_FILE, lockRecipients, RecipientBlocksIn, recipientBlocks, standing } from '../wave/recipients.ts';
import { NO_NUMBER } from './byte-values.ts';
import type { Places } from './columns.ts';
import { FieldReader } from './fields.ts';
import { type Bucket, Pieces } from './pieces.ts';
import { readPlainKk, readPlainNik } from './plain-nik.ts';
import { RecipientsGathered } from './recipients-gathered.ts';
import type { ReferenceIntake, ReferenceRow } from './reference.ts';

export const RECIPIENT_COLUMNS = { name: 'recipients', columns: ['nik', 'kk', 'wave'] } as const;

type RecipientPlaces = Places<(typeof RECIPIENT_COLUMNS)['columns'][number]>;
type RecipientPieces = Pieces<typeof RECIPIENT, RecipientsGathered>;

const ZERO = 0x30;
/** Digits of the number of a wave, at the most. */
const WAVE_DIGITS = 9;

export class RecipientIntake implements ReferenceIntake {
  readonly #client: pg.ClientBase;
  readonly #columns: RecipientPlaces;
  readonly #pieces: RecipientPieces;
  /** Of the record that is being read: the same object each time. */
  readonly #read = { nikHigh: 0, nikLow: 0, kkHigh: 0, kkLow: 0, wave: 0 };

  private constructor(client: pg.ClientBase, columns: RecipientPlaces, pieces: RecipientPieces) {
    this.#client = client;
    this.#columns = columns;
    this.#pieces = pieces;
  }

  static async begin(client: pg.ClientBase, columns: RecipientPlaces): Promise<RecipientIntake> {
    const pieces = await Pieces.begin(client, RECIPIENT, () => new RecipientsGathered());
    return new RecipientIntake(client, columns, pieces);
  }

  takePlain({ bytes, starts, ends }: ByteRecord): boolean {
    const { nik, kk, wave } = this.#columns;
    const read = this.#read;
    read.wave = plainWaveNumber(bytes, starts[wave] as number, ends[wave] as number);
    if (read.wave === NO_NUMBER) return false;
    if (!readPlainNik(bytes, starts[nik] as number, ends[nik] as number, read)) return false;
    if (!readPlainKk(bytes, starts[kk] as number, ends[kk] as number, read)) return false;
    this.#pieces.of(read.nikHigh, read.nikLow).add(read);
    return true;
  }

  take({ fields, line }: CsvRecord): ReferenceRow {
    const reader = new FieldReader(fields, line);
    const nik = reader.nik(this.#columns.nik);
    const kk = reader.kkOrNone(this.#columns.kk);
    const wave = reader.waveNumber(this.#columns.wave);
    const { rejects, normalised } = reader;
    if (rejects.length > 0) return { rejects };
    const [nikHigh, nikLow] = halvesOf(nik);
    const [kkHigh, kkLow] = kk === '' ? [0, 0] : halvesOf(kk);
    this.#pieces.of(nikHigh, nikLow).add({ nikHigh, nikLow, kkHigh, kkLow, wave: Number(wave) });
    return { normalised };
  }

  send(): Promise<void> {
    return this.#pieces.send();
  }

  settle(): Promise<void> {
    return this.#pieces.settle();
  }

  async complete(): Promise<void> {
    await lockRecipients(this.#client);
    for await (const buckets of this.#pieces.buckets()) await writeNew(this.#client, buckets);
  }
}

/** Only what is not known yet: a file that is brought in again adds nothing. (That it came twice is no harm but in size.) */
async function writeNew(client: pg.ClientBase, buckets: readonly Bucket<typeof RECIPIENT>[]): Promise<void> {
  const known = await readKnown(client, buckets);
  const blocks = new RecipientBlocksIn(client, BY_FILE);
  for (const { bucket, columns } of buckets) {
    const before = concatColumns(RECIPIENT, known.get(bucket) ?? []);
    const all = concatColumns(RECIPIENT, [before, columns]);
    const isNew = standing(all).filter((row) => row >= before.rows);
    await blocks.add(bucket, pickRows(RECIPIENT, all, isNew));
  }
  await blocks.end();
}

/** Bucket → its blocks. */
async function readKnown(
  client: pg.ClientBase,
  buckets: readonly Bucket<typeof RECIPIENT>[],
): Promise<ReadonlyMap<number, readonly Recipients[]>> {
  const known = new Map<number, Recipients[]>();
  const range: [number, number] = [buckets[0]?.bucket ?? 0, (buckets.at(-1)?.bucket ?? -1) + 1];
  for await (const { bucket, columns } of recipientBlocks(client, range)) {
    known.set(bucket, [...(known.get(bucket) ?? []), columns]);
  }
  return known;
}

/** The number of a wave that is nothing but its digits, of which the first is no 0; or `NO_NUMBER`. */
function plainWaveNumber(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || to - from > WAVE_DIGITS || bytes[from] === ZERO) return NO_NUMBER;
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return NO_NUMBER;
    number = number * 10 + digit;
  }
  return number;
}
