/** A person of the registry, from a record of the file to numbers and a name. */
import { dayOfText } from '../columns/calendar.ts';
import { halvesOf } from '../columns/identity.ts';
import type { Columns } from '../columns/layout.ts';
import type { ByteRecord, CsvRecord } from '../csv/csv.ts';
import { PERSON, REGISTRY_STATUSES } from '../wave/people.ts';
import { dateValue, NO_DAY, NO_NUMBER, placeAmong } from './byte-values.ts';
import type { Places } from './columns.ts';
import { FieldReader } from './fields.ts';
import { type KkNumbers, type NikNumbers, readPlainKk, readPlainNik } from './plain-nik.ts';
import type { RowReading } from './row.ts';

export const REGISTRY_COLUMNS = {
  name: 'registry',
  columns: ['nik', 'kk', 'full_name', 'birth_date', 'sex', 'status'],
} as const;

export type RegistryColumn = (typeof REGISTRY_COLUMNS)['columns'][number];

/** A person as they are read: what the registry keeps of them, and the line on which they stand. */
export const PERSON_READ = { ...PERSON, line: 'u32' } as const;

export type PeopleRead = Columns<typeof PERSON_READ>;

/** What is kept of a person, but for the name. */
export interface PersonNumbers extends NikNumbers, KkNumbers {
  birthDay: number;
  female: number;
  status: number;
}

/** In this order: `female` is the place. */
const SEXES = ['L', 'P'] as const;

/** A person as `readPerson` gives them. */
export type PersonRow = PersonNumbers & { readonly fullName: string };

/**
 * Reads a record that has as many fields as the header.
 * @param statuses That its file knows, those of the registry first.
 */
export function readPerson(
  { fields, line }: CsvRecord,
  columns: Places<RegistryColumn>,
  statuses: readonly [string, ...string[]] = REGISTRY_STATUSES,
): RowReading<PersonRow> {
  const reader = new FieldReader(fields, line);
  const nik = reader.nik(columns.nik);
  const kk = reader.kkOrNone(columns.kk);
  const fullName = reader.text(columns.full_name);
  const birthDate = reader.birthDate(columns.birth_date);
  const female = SEXES.indexOf(reader.oneOf(columns.sex, 'sex', SEXES));
  const status = statuses.indexOf(reader.oneOf(columns.status, 'status', statuses));
  const { rejects, normalised } = reader;
  if (rejects.length > 0) return { rejects };
  const [nikHigh, nikLow] = halvesOf(nik);
  const [kkHigh, kkLow] = kk === '' ? [0, 0] : halvesOf(kk);
  const birthDay = dayOfText(birthDate);
  return { row: { nikHigh, nikLow, kkHigh, kkLow, birthDay, female, status, fullName }, normalised };
}

const SPACE = 0x20;
const DELETE = 0x7f;

const texts = (values: readonly string[]) => values.map((value) => Buffer.from(value));
const SEX_VALUES = texts(SEXES);
const STATUS_VALUES = texts(REGISTRY_STATUSES);

/**
 * Reads what can be read from the bytes without a doubt, which is nearly all. False: it is for `readPerson` to say
 * what is there.
 */
export function readPlainPerson(
  { bytes, starts, ends }: ByteRecord,
  { nik, kk, full_name: name, birth_date: date, sex, status }: Places<RegistryColumn>,
  person: PersonNumbers,
): boolean {
  person.birthDay = dateValue(bytes, starts[date] as number, ends[date] as number);
  person.female = placeAmong(SEX_VALUES, bytes, starts[sex] as number, ends[sex] as number);
  person.status = placeAmong(STATUS_VALUES, bytes, starts[status] as number, ends[status] as number);
  return (
    readPlainNik(bytes, starts[nik] as number, ends[nik] as number, person) &&
    readPlainKk(bytes, starts[kk] as number, ends[kk] as number, person) &&
    isTrimmed(bytes, starts[name] as number, ends[name] as number) &&
    person.birthDay !== NO_DAY &&
    person.female !== NO_NUMBER &&
    person.status !== NO_NUMBER
  );
}

/** Whether nothing could be taken away at either end; letters beyond ASCII there are looked at elsewhere. */
function isTrimmed(bytes: Uint8Array, from: number, to: number): boolean {
  return from === to || (isVisible(bytes[from] as number) && isVisible(bytes[to - 1] as number));
}

function isVisible(byte: number): boolean {
  return byte > SPACE && byte < DELETE;
}
