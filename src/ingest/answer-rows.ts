/** A row of a file of answers: a person as the registry has them, or that it does not have the NIK. */
import { halvesOf } from '../columns/identity.ts';
import type { ByteRecord, CsvRecord } from '../csv/csv.ts';
import { NOT_REGISTERED, REGISTRY_STATUSES } from '../wave/people.ts';
import { NO_NUMBER, placeAmong } from './byte-values.ts';
import type { Places } from './columns.ts';
import { FieldReader } from './fields.ts';
import { readPlainNik } from './plain-nik.ts';
import {
  type PersonNumbers,
  type PersonRow,
  type RegistryColumn,
  readPerson,
  readPlainPerson,
} from './registry-people.ts';
import type { RowReading } from './row.ts';

/** In place of a status; the other columns are not looked at then. */
const NOT_FOUND = 'NOT_FOUND';

const ANSWER_STATUSES = [...REGISTRY_STATUSES, NOT_FOUND] as const;

const NOT_FOUND_BYTES = [Buffer.from(NOT_FOUND)];

const NOBODY = { kkHigh: 0, kkLow: 0, birthDay: 0, female: 0, status: NOT_REGISTERED } as const;

/** Reads a record that has as many fields as the header. */
export function readAnswer(record: CsvRecord, columns: Places<RegistryColumn>): RowReading<PersonRow> {
  const reader = new FieldReader(record.fields, record.line);
  if (reader.text(columns.status) !== NOT_FOUND) {
    // What an answer leaves out would be held against the person.
    reader.fullName(columns.full_name);
    if (reader.text(columns.kk) === '') reader.kk(columns.kk);
    const person = readPerson(record, columns, ANSWER_STATUSES);
    if (reader.rejects.length === 0) return person;
    return { rejects: [...('rejects' in person ? person.rejects : []), ...reader.rejects] };
  }
  const nik = reader.nik(columns.nik);
  const { rejects, normalised } = reader;
  if (rejects.length > 0) return { rejects };
  const [nikHigh, nikLow] = halvesOf(nik);
  return { row: { ...NOBODY, nikHigh, nikLow, fullName: '' }, normalised };
}

/** Reads what can be read from the bytes without a doubt. False: it is for `readAnswer` to say what is there. */
export function readPlainAnswer(
  record: ByteRecord,
  columns: Places<RegistryColumn>,
  person: PersonNumbers,
): boolean {
  const { bytes, starts, ends } = record;
  const { nik, status } = columns;
  const place = placeAmong(NOT_FOUND_BYTES, bytes, starts[status] as number, ends[status] as number);
  if (place === NO_NUMBER) {
    const isWhole = [columns.kk, columns.full_name].every((at) => starts[at] !== ends[at]);
    return isWhole && readPlainPerson(record, columns, person);
  }
  Object.assign(person, NOBODY);
  return readPlainNik(bytes, starts[nik] as number, ends[nik] as number, person);
}
