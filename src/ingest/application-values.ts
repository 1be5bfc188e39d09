/** One application as numbers and as places in bytes: what rows and columns are made of, without an object a row. */
import type { ByteRecord } from '../csv/csv.ts';
import { EMPLOYMENT_STATUSES, OCCUPATIONS } from '../policy/policy.ts';
import { FLAGS } from '../wave/people.ts';
import { dateValue, eightDigits, Moment, NO_DAY, NO_NUMBER, placeAmong, twoDigits } from './byte-values.ts';
import type { ApplicantColumn, Places } from './columns.ts';

/** Words of the longest registration number: 32 characters. */
export const MOST_WORDS = 8;
const WORD = 4;

/** The layers that may be blank, in the order of the columns. */
export const LAYERS = [
  { column: 'email_verified_at', flag: FLAGS.emailVerified },
  { column: 'phone_verified_at', flag: FLAGS.phoneVerified },
  { column: 'selfie_verified_at', flag: FLAGS.selfieVerified },
  { column: 'test_taken_at', flag: FLAGS.testTaken },
] as const;
type Layer = (typeof LAYERS)[number];

const texts = (values: readonly string[]) => values.map((value) => Buffer.from(value));
const SEX_VALUES = texts(['L', 'P']);
const TRUTH_VALUES = texts(['false', 'true']);
const EMPLOYMENT_VALUES = texts(EMPLOYMENT_STATUSES);
const OCCUPATION_VALUES = texts(OCCUPATIONS);

const IDENTITY = 16;
const REGENCY = 4;

/** Bytes of A-Z, 0-9 and the dash. */
const IS_REGISTRATION_BYTE = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-')) IS_REGISTRATION_BYTE[byte] = 1;

/** What the decision needs of an application: the columns of `APPLICATION` have their meaning. */
export interface DecisionValues {
  readonly line: number;
  /** The registration number fills the first `wordCount` words. */
  readonly words: Uint32Array;
  readonly wordCount: number;
  readonly nikHigh: number;
  readonly nikLow: number;
  readonly kkHigh: number;
  readonly kkLow: number;
  readonly joined: { readonly hour: number; readonly microsecond: number };
  readonly birthDay: number;
  readonly regency: number;
  readonly flags: number;
  readonly employmentStatus: number;
  readonly occupation: number;
  /** The full name is these bytes from `nameStart` on, below `nameEnd`. */
  readonly bytes: Uint8Array;
  readonly nameStart: number;
  readonly nameEnd: number;
}

/** The values of the record that was read last. */
export class ApplicationValues implements DecisionValues {
  line = 0;
  readonly words = new Uint32Array(MOST_WORDS);
  wordCount = 0;
  nikHigh = 0;
  nikLow = 0;
  kkHigh = 0;
  kkLow = 0;
  birthDay = 0;
  regency = 0;
  flags = 0;
  employmentStatus = 0;
  occupation = 0;
  bytes: Uint8Array = new Uint8Array();
  nameStart = 0;
  nameEnd = 0;
  readonly joined = new Moment();
  /** The layers; one is done where its flag is set. */
  readonly layers = LAYERS.map(() => new Moment());
  /** Where the columns stand in a record. */
  readonly at: Places<ApplicantColumn>;
  readonly #layersAt: readonly number[];

  constructor(places: Places<ApplicantColumn>) {
    this.at = places;
    this.#layersAt = LAYERS.map(({ column }) => places[column]);
  }

  /** Reads a record whose values have nothing around them; false where it has a fault or is written unusually. */
  read(record: ByteRecord): boolean {
    const { bytes, starts, ends } = record;
    const at = this.at;
    this.line = record.line;
    this.bytes = bytes;
    this.nameStart = starts[at.full_name] as number;
    this.nameEnd = ends[at.full_name] as number;
    this.flags = 0;
    return (
      this.#registrationNo(bytes, starts[at.registration_no] as number, ends[at.registration_no] as number) &&
      this.#nik(bytes, starts[at.nik] as number, ends[at.nik] as number) &&
      this.#kk(bytes, starts[at.kk] as number, ends[at.kk] as number) &&
      this.nameEnd > this.nameStart &&
      this.#birthDate(bytes, starts[at.birth_date] as number, ends[at.birth_date] as number) &&
      this.#regency(bytes, starts[at.regency_code] as number, ends[at.regency_code] as number) &&
      this.#flag(record, at.sex, SEX_VALUES, FLAGS.female) &&
      this.#flag(record, at.in_school, TRUTH_VALUES, FLAGS.inSchool) &&
      this.#flag(record, at.disability, TRUTH_VALUES, FLAGS.disability) &&
      this.#statuses(record) &&
      this.#readLayers(record) &&
      this.joined.read(bytes, starts[at.joined_at] as number, ends[at.joined_at] as number)
    );
  }

  #registrationNo(bytes: Uint8Array, from: number, to: number): boolean {
    this.wordCount = readRegistrationNo(bytes, from, to, this.words);
    return this.wordCount > 0;
  }

  #nik(bytes: Uint8Array, from: number, to: number): boolean {
    this.nikHigh = eightDigits(bytes, from);
    this.nikLow = eightDigits(bytes, from + 8);
    return to - from === IDENTITY && this.nikHigh !== NO_NUMBER && this.nikLow !== NO_NUMBER;
  }

  #kk(bytes: Uint8Array, from: number, to: number): boolean {
    this.kkHigh = eightDigits(bytes, from);
    this.kkLow = eightDigits(bytes, from + 8);
    if (to - from !== IDENTITY || this.kkHigh === NO_NUMBER || this.kkLow === NO_NUMBER) return false;
    const isOneDigit = this.kkHigh === this.kkLow && this.kkHigh % 11_111_111 === 0;
    return !isOneDigit;
  }

  #birthDate(bytes: Uint8Array, from: number, to: number): boolean {
    this.birthDay = dateValue(bytes, from, to);
    return this.birthDay !== NO_DAY;
  }

  #regency(bytes: Uint8Array, from: number, to: number): boolean {
    const province = twoDigits(bytes, from);
    const ofProvince = twoDigits(bytes, from + 2);
    this.regency = province * 100 + ofProvince;
    return to - from === REGENCY && province < 100 && ofProvince < 100;
  }

  /** One of two values, the second of which sets the flag. */
  #flag(
    { bytes, starts, ends }: ByteRecord,
    at: number,
    values: readonly Uint8Array[],
    flag: number,
  ): boolean {
    const place = placeAmong(values, bytes, starts[at] as number, ends[at] as number);
    if (place === 1) this.flags |= flag;
    return place !== NO_NUMBER;
  }

  #statuses({ bytes, starts, ends }: ByteRecord): boolean {
    const { employment_status: employment, occupation } = this.at;
    const [from, to] = [starts[employment] as number, ends[employment] as number];
    this.employmentStatus = placeAmong(EMPLOYMENT_VALUES, bytes, from, to);
    this.occupation = placeAmong(
      OCCUPATION_VALUES,
      bytes,
      starts[occupation] as number,
      ends[occupation] as number,
    );
    return this.employmentStatus !== NO_NUMBER && this.occupation !== NO_NUMBER;
  }

  #readLayers({ bytes, starts, ends }: ByteRecord): boolean {
    for (let layer = 0; layer < LAYERS.length; layer++) {
      const from = starts[this.#layersAt[layer] as number] as number;
      const to = ends[this.#layersAt[layer] as number] as number;
      if (from === to) continue;
      if (!(this.layers[layer] as Moment).read(bytes, from, to)) return false;
      this.flags |= (LAYERS[layer] as Layer).flag;
    }
    return true;
  }
}

/** Fills the words with a registration number; gives how many it fills, 0 where it is none. */
export function readRegistrationNo(bytes: Uint8Array, from: number, to: number, words: Uint32Array): number {
  const length = to - from;
  if (length > WORD * MOST_WORDS) return 0;
  let word = 0;
  for (let at = 0; at < length; at++) {
    const byte = bytes[from + at] as number;
    if (IS_REGISTRATION_BYTE[byte] === 0) return 0;
    word |= byte << (24 - 8 * (at % WORD));
    if (at % WORD === WORD - 1 || at === length - 1) {
      words[(at / WORD) | 0] = word;
      word = 0;
    }
  }
  return Math.ceil(length / WORD);
}
