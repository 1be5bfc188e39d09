/** People on their way from the rows of a file into pieces by NIK: those of a snapshot, or those whom the registry answered about. */
import type pg from 'pg';
import type { ByteRecord, CsvRecord } from '../csv/csv.ts';
import { NOT_REGISTERED } from '../wave/people.ts';
import type { Places } from './columns.ts';
import type { FaultsIn } from './faults-in.ts';
import { PeopleGathered } from './people-gathered.ts';
import { Pieces } from './pieces.ts';
import type { ReferenceIntake, ReferenceRow } from './reference.ts';
import { PERSON_READ, type PersonNumbers, type PersonRow, type RegistryColumn } from './registry-people.ts';
import type { RowReading } from './row.ts';

export type PeoplePieces = Pieces<typeof PERSON_READ, PeopleGathered>;

/** How a file's rows are read, and what becomes of them. */
interface PeopleReading {
  readonly columns: Places<RegistryColumn>;
  /** Reads what can be read from the bytes without a doubt; false where that is not so. */
  plain(record: ByteRecord, columns: Places<RegistryColumn>, person: PersonNumbers): boolean;
  /** Reads any record that has as many fields as the header. */
  strict(record: CsvRecord, columns: Places<RegistryColumn>): RowReading<PersonRow>;
  /** After the last row. */
  complete(pieces: PeoplePieces, faults: FaultsIn): Promise<void>;
}

export class PeopleIntake implements ReferenceIntake {
  readonly #reading: PeopleReading;
  readonly #pieces: PeoplePieces;
  /** The person that is being read: the same object each time. */
  readonly #person = { nikHigh: 0, nikLow: 0, kkHigh: 0, kkLow: 0, birthDay: 0, female: 0, status: 0 };

  private constructor(reading: PeopleReading, pieces: PeoplePieces) {
    this.#reading = reading;
    this.#pieces = pieces;
  }

  static async begin(client: pg.ClientBase, reading: PeopleReading): Promise<PeopleIntake> {
    return new PeopleIntake(reading, await Pieces.begin(client, PERSON_READ, () => new PeopleGathered()));
  }

  takePlain(record: ByteRecord): boolean {
    const person = this.#person;
    const { columns } = this.#reading;
    if (!this.#reading.plain(record, columns, person)) return false;
    const { bytes, starts, ends, line } = record;
    const start = starts[columns.full_name] as number;
    const end = person.status === NOT_REGISTERED ? start : (ends[columns.full_name] as number);
    this.#pieces.of(person.nikHigh, person.nikLow).addBytes(person, bytes, start, end, line);
    return true;
  }

  take(record: CsvRecord): ReferenceRow {
    const reading = this.#reading.strict(record, this.#reading.columns);
    if ('rejects' in reading) return reading;
    const { row, normalised } = reading;
    this.#pieces.of(row.nikHigh, row.nikLow).add(row, row.fullName, record.line);
    return { normalised };
  }

  send(): Promise<void> {
    return this.#pieces.send();
  }

  settle(): Promise<void> {
    return this.#pieces.settle();
  }

  complete(faults: FaultsIn): Promise<void> {
    return this.#reading.complete(this.#pieces, faults);
  }
}
