/** People who have an account enter with what they gave for the latest wave before this one that they were in. */
import type pg from 'pg';
import { wordsOf } from '../columns/words.ts';
import { CopyQueue } from '../db/copy-queue.ts';
import { GelombangError } from '../errors.ts';
import { valuesOfLine } from '../wave/lines.ts';
import { ApplicationValues } from './application-values.ts';
import { BlocksIn, type ImportPlace } from './blocks-in.ts';
import { byteRecord } from './byte-record.ts';
import { APPLICANT_COLUMNS, type ApplicantColumn, type Places } from './columns.ts';
import { FaultsIn } from './faults-in.ts';
import { type BlockKey, headsOf, INCOMING } from './heads.ts';
import { NOT_THERE, NumberTable } from './numbers.ts';
import { REJECT_MEANINGS } from './reject.ts';
import { readBlocks } from './whole-blocks.ts';

/** Re-joins that are looked for at a time. */
const HELPING = 1 << 17;

const PLACES = Object.fromEntries(
  APPLICANT_COLUMNS.columns.map((column, place) => [column, place]),
) as Places<ApplicantColumn>;

interface Rejoin {
  readonly line: number;
  readonly registrationNo: string;
  readonly joinedAt: string;
}

/** Takes the rows of the temporary table `rejoin` to `incoming`; those whose number is unknown are rejected. */
export async function takeAccounts(client: pg.ClientBase, place: ImportPlace): Promise<void> {
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

async function takeFrom(
  client: pg.ClientBase,
  wave: ImportsOfWave,
  asked: Asked,
  intake: RejoinIntake,
): Promise<void> {
  const found = new Map<BlockKey, Map<number, readonly Rejoin[]>>();
  for await (const { bucket, importId, position, rows, numbers } of headsOf(client, wave)) {
    const inBlock = new Map<number, readonly Rejoin[]>();
    for (let row = 0; row < rows; row++) {
      const entry = asked.numbers.find(numbers, row);
      if (entry !== NOT_THERE && !asked.isKnown(entry)) inBlock.set(row, asked.take(entry));
    }
    if (inBlock.size > 0) found.set({ bucket, importId, position }, inBlock);
  }
  for (const [{ bucket, importId, position }, rows] of found) {
    const where = 'wave_id = $1 and bucket = $2 and import_id = $3 and position = $4';
    const [block] = await readBlocks(client, 'application_block', where, [
      wave.waveId,
      bucket,
      importId,
      position,
    ]);
    for (const [row, rejoins] of rows) intake.add(block?.lines[row] ?? Buffer.alloc(0), rejoins);
    await intake.send();
  }
}

class RejoinIntake {
  readonly #values = new ApplicationValues(PLACES);
  readonly #blocks: BlocksIn;
  readonly #faults: FaultsIn;

  constructor(client: pg.ClientBase, place: ImportPlace) {
    this.#blocks = new BlocksIn(new CopyQueue(client), INCOMING, place, PLACES);
    this.#faults = new FaultsIn(client, place.importId);
  }

  /** @param line What the account gave. */
  add(line: Buffer, rejoins: readonly Rejoin[]): void {
    const given = valuesOfLine(line);
    for (const rejoin of rejoins) {
      const record = byteRecord({ ...given, joined_at: rejoin.joinedAt }, PLACES, rejoin.line);
      if (!this.#values.read(record)) {
        throw new GelombangError('UNEXPECTED', `the account of ${rejoin.registrationNo} cannot be read`);
      }
      this.#blocks.add(this.#values, record, false);
    }
  }

  /** Sends what was gathered where it is much. The connection is free before and after. */
  async send(): Promise<void> {
    if (this.#blocks.isMuch) await this.#blocks.end();
  }

  async reject(rejoins: readonly Rejoin[]): Promise<void> {
    const code = 'REGISTRATION_NO_UNKNOWN';
    const message = REJECT_MEANINGS[code];
    for (const { line, registrationNo } of rejoins) {
      this.#faults.add([{ line, registrationNo, column: 'registration_no', code, message }]);
    }
    await this.#faults.send();
  }

  async end(): Promise<void> {
    await this.#blocks.end();
    await this.#faults.end();
  }
}
