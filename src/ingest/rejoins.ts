/** People who have an account enter with what they gave for the latest wave before this one that they were in. */
import type pg from 'pg';
import { wordsOf } from '../columns/words.ts';
import { binaryRows } from '../db/binary-copy.ts';
import { CopyQueue } from '../db/copy-queue.ts';
import { keysOf } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { type BlockKey, blockIn, openLines, PLACE_COLUMNS } from '../wave/application-blocks.ts';
import { LINE_FEED } from '../wave/lines.ts';
import { ACCOUNT_PLACES, AccountRecords } from './account-records.ts';
import { ApplicationValues } from './application-values.ts';
import { BlocksIn, type ImportPlace } from './blocks-in.ts';
import { FaultsIn } from './faults-in.ts';
import { headsOf, INCOMING } from './heads.ts';
import { NOT_THERE, NumberTable } from './numbers.ts';
import { isNumberedByNik } from './own-nik.ts';
import { REJECT_MEANINGS } from './reject.ts';
import { registrationNoShown } from './shown.ts';

/** Re-joins that are looked for at a time. */
const HELPING = 1 << 17;

/** Blocks whose lines are read at a time. */
const BLOCKS = 64;

interface Rejoin {
  readonly line: number;
  readonly registrationNo: string;
  readonly joinedAt: string;
}

/**
 * Takes the rows of the temporary table `rejoin` to `incoming`; those whose number is unknown are rejected. Gives how many
 * have an account whose number is their NIK.
 */
export async function takeAccounts(client: pg.ClientBase, place: ImportPlace): Promise<number> {
  const intake = new RejoinIntake(client, place);
  const waves = await wavesBefore(client, place.waveId);
  await client.query('create index on rejoin (line)');
  for (let helping = await rejoinsAfter(client, 0); helping.length > 0; ) {
    const asked = new Asked(helping);
    for (const wave of waves) if (!asked.areAllKnown) await takeFrom(client, wave, asked, intake);
    await intake.reject(asked.unknown());
    helping = await rejoinsAfter(client, helping.at(-1)?.line ?? 0);
  }
  await intake.end();
  return intake.numberedByNik;
}

async function rejoinsAfter(client: pg.ClientBase, line: number): Promise<readonly Rejoin[]> {
  const { rows } = await client.query<Rejoin>(
    `select line, registration_no as "registrationNo", joined_at as "joinedAt" from rejoin
    where line > $1 order by line limit ${HELPING}`,
    [line],
  );
  return rows;
}

interface ImportsOfWave {
  readonly waveId: number;
  readonly imports: readonly number[];
}

/** The latest first. */
async function wavesBefore(client: pg.ClientBase, waveId: number): Promise<readonly ImportsOfWave[]> {
  const { rows } = await client.query<ImportsOfWave>(
    `select wave_id as "waveId", array_agg(id) as imports from import_file
    where kind = 'applicants' and wave_id < $1 and finished_at is not null group by wave_id order by wave_id desc`,
    [waveId],
  );
  return rows;
}

/** Re-joins by number: one number may ask more than once. */
class Asked {
  readonly numbers: NumberTable;
  readonly #rejoins: Rejoin[][] = [];
  readonly #isKnown: Uint8Array;
  /** Numbers that are not known yet. */
  #unknown: number;

  constructor(rejoins: readonly Rejoin[]) {
    const words = wordsOf(rejoins.map(({ registrationNo }) => registrationNo));
    this.numbers = new NumberTable(rejoins.length);
    rejoins.forEach((rejoin, row) => {
      const entry = this.numbers.add(words, row);
      const others = this.#rejoins[entry];
      if (others === undefined) this.#rejoins[entry] = [rejoin];
      else others.push(rejoin);
    });
    this.#isKnown = new Uint8Array(this.numbers.entries);
    this.#unknown = this.numbers.entries;
  }

  get areAllKnown(): boolean {
    return this.#unknown === 0;
  }

  isKnown(entry: number): boolean {
    return this.#isKnown[entry] === 1;
  }

  /** Those who ask under the number: they have an account from now on. */
  take(entry: number): readonly Rejoin[] {
    if (!this.isKnown(entry)) this.#unknown -= 1;
    this.#isKnown[entry] = 1;
    return this.#rejoins[entry] ?? [];
  }

  unknown(): readonly Rejoin[] {
    return this.#rejoins.filter((_, entry) => !this.isKnown(entry)).flat();
  }
}

/** Rows of a block that are asked for, and who re-joins with each. */
type AskedRows = ReadonlyMap<number, readonly Rejoin[]>;

async function takeFrom(
  client: pg.ClientBase,
  wave: ImportsOfWave,
  asked: Asked,
  intake: RejoinIntake,
): Promise<void> {
  const found = await find(client, wave, asked);
  for (let first = 0; first < found.length; first += BLOCKS) {
    const blocks = found.slice(first, first + BLOCKS);
    const rowsOf = new Map(blocks.map(({ key, rows }) => [textOfKey(key), rows]));
    for await (const { key, lines } of linesOf(client, wave.waveId, blocks)) {
      intake.addBlock(lines, rowsOf.get(textOfKey(key)) ?? new Map());
    }
    await intake.send();
  }
}

/** The blocks in which there are numbers that are asked for; they are known from now on. */
async function find(
  client: pg.ClientBase,
  wave: ImportsOfWave,
  asked: Asked,
): Promise<readonly { readonly key: BlockKey; readonly rows: AskedRows }[]> {
  const found: { key: BlockKey; rows: AskedRows }[] = [];
  for await (const head of headsOf(client, wave)) {
    const rows = new Map<number, readonly Rejoin[]>();
    for (let row = 0; row < head.rows; row++) {
      const entry = asked.numbers.find(head.numbers, row);
      if (entry !== NOT_THERE && !asked.isKnown(entry)) rows.set(row, asked.take(entry));
    }
    const { bucket, importId, position } = head;
    if (rows.size > 0) found.push({ key: { bucket, importId, position }, rows });
  }
  return found;
}

/** The lines of some blocks, in no order. */
async function* linesOf(
  client: pg.ClientBase,
  waveId: number,
  blocks: readonly { readonly key: BlockKey }[],
): AsyncGenerator<{ readonly key: BlockKey; readonly lines: Buffer }> {
  const keys = blocks.map(
    ({ key: { bucket, importId, position } }) => `(${bucket}, ${importId}, ${position})`,
  );
  const query = `select ${PLACE_COLUMNS}, lines from application_block
    where wave_id = ${waveId} and (bucket, import_id, position) in (values ${keys.join(', ')})`;
  for await (const row of binaryRows(client, query)) {
    const [key, lines] = blockIn(waveId, row);
    yield { key, lines: await openLines(keysOf(client), key, lines) };
  }
}

function textOfKey({ bucket, importId, position }: BlockKey): string {
  return `${bucket} ${importId} ${position}`;
}

class RejoinIntake {
  readonly #values = new ApplicationValues(ACCOUNT_PLACES);
  readonly #records = new AccountRecords();
  readonly #blocks: BlocksIn;
  readonly #faults: FaultsIn;
  #numberedByNik = 0;

  constructor(client: pg.ClientBase, place: ImportPlace) {
    this.#blocks = new BlocksIn(new CopyQueue(client), INCOMING, place, ACCOUNT_PLACES);
    this.#faults = new FaultsIn(client, place.importId);
  }

  get numberedByNik(): number {
    return this.#numberedByNik;
  }

  /** @param lines What the accounts of a block gave, row for row. */
  addBlock(lines: Buffer, asked: AskedRows): void {
    let from = 0;
    for (let row = 0; from < lines.length; row++) {
      const end = lines.indexOf(LINE_FEED, from);
      for (const rejoin of asked.get(row) ?? []) this.#add(lines.subarray(from, end), rejoin);
      from = end + 1;
    }
  }

  #add(line: Buffer, rejoin: Rejoin): void {
    const { record, isPlain } = this.#records.of(line, rejoin);
    if (!this.#values.read(record)) {
      throw new GelombangError('UNEXPECTED', `the account of ${rejoin.registrationNo} cannot be read`);
    }
    if (isNumberedByNik(record, ACCOUNT_PLACES)) this.#numberedByNik += 1;
    this.#blocks.add(this.#values, record, isPlain);
  }

  /** Sends what was gathered where it is much. The connection is free before and after. */
  async send(): Promise<void> {
    if (this.#blocks.isMuch) await this.#blocks.end();
  }

  async reject(rejoins: readonly Rejoin[]): Promise<void> {
    const code = 'REGISTRATION_NO_UNKNOWN';
    const message = REJECT_MEANINGS[code];
    for (const { line, registrationNo: given } of rejoins) {
      const registrationNo = registrationNoShown(given);
      this.#faults.add([{ line, registrationNo, column: 'registration_no', code, message }]);
    }
    await this.#faults.send();
  }

  async end(): Promise<void> {
    await this.#blocks.end();
    await this.#faults.end();
  }
}
