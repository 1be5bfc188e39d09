/** One application as numbers and as places in bytes: what rows and columns are made of, without an object a row. */
import type { ByteRecord } from '../csv/csv.ts';
import { EMPLOYMENT_STATUSES, OCCUPATIONS } from '../policy/policy.ts';
import { FLAGS } from '../wave/people.ts';
import { Choices, dateValue, eightDigits, Moment, NO_DAY, NO_NUMBER, twoDigits } from './byte-values.ts';
import type { ApplicantColumn, Places } from './columns.ts';

/** Words of the longest registration number: 32 characters. */
export const MOST_WORDS = 8;
const WORD = 4;

/** The layers that may be blank, in the order of the columns. */
const LAYERS = [
  { column: 'email_verified_at', flag: FLAGS.emailVerified },
  { column: 'phone_verified_at', flag: FLAGS.phoneVerified },
  { column: 'selfie_verified_at', flag: FLAGS.selfieVerified },
  { column: 'test_taken_at', flag: FLAGS.testTaken },
] as const;
/** Their flags, in the same order. */
const LAYER_FLAGS = LAYERS.map(({ flag }) => flag);

const SEXES = new Choices(['L', 'P']);
const TRUTHS = new Choices(['false', 'true']);
const EMPLOYMENTS = new Choices(EMPLOYMENT_STATUSES);
const OCCUPATION_PLACES = new Choices(OCCUPATIONS);

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
  /** Where the columns stand in a record. */
  readonly at: Places<ApplicantColumn>;
  readonly #layersAt: readonly number[];
  /** Whether a layer is done is what counts: its time is only to be one. */
  readonly #layer = new Moment();

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
      this.nameEnd > this.nameStart &&
      this.#registrationNo(bytes, starts[at.registration_no] as number, ends[at.registration_no] as number) &&
      this.#nik(bytes, starts[at.nik] as number, ends[at.nik] as number) &&
      this.#kk(bytes, starts[at.kk] as number, ends[at.kk] as number) &&
      this.#birthDate(bytes, starts[at.birth_date] as number, ends[at.birth_date] as number) &&
      this.#regency(bytes, starts[at.regency_code] as number, ends[at.regency_code] as number) &&
      this.#choices(bytes, starts, ends) &&
      this.#readLayers(bytes, starts, ends) &&
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

  #choices(bytes: Uint8Array, starts: Uint32Array, ends: Uint32Array): boolean {
    const at = this.at;
    const sex = SEXES.placeOf(bytes, starts[at.sex] as number, ends[at.sex] as number);
    const inSchool = TRUTHS.placeOf(bytes, starts[at.in_school] as number, ends[at.in_school] as number);
    const disability = TRUTHS.placeOf(bytes, starts[at.disability] as number, ends[at.disability] as number);
    const { employment_status: employment, occupation } = at;
    this.employmentStatus = EMPLOYMENTS.placeOf(
      bytes,
      starts[employment] as number,
      ends[employment] as number,
    );
    this.occupation = OCCUPATION_PLACES.placeOf(
      bytes,
      starts[occupation] as number,
      ends[occupation] as number,
    );
    if (sex === 1) this.flags |= FLAGS.female;
    if (inSchool === 1) this.flags |= FLAGS.inSchool;
    if (disability === 1) this.flags |= FLAGS.disability;
    return (sex | inSchool | disability | this.employmentStatus | this.occupation) >= 0;
  }

  #readLayers(bytes: Uint8Array, starts: Uint32Array, ends: Uint32Array): boolean {
    const layersAt = this.#layersAt;
    for (let layer = 0; layer < layersAt.length; layer++) {
      const place = layersAt[layer] as number;
      const from = starts[place] as number;
      const to = ends[place] as number;
      if (from === to) continue;
      if (!this.#layer.read(bytes, from, to)) return false;
      this.flags |= LAYER_FLAGS[layer] as number;
    }
    return true;
  }
}

/** Fills the words with a registration number; gives how many it fills, 0 where it is none. */
export function readRegistrationNo(bytes: Uint8Array, from: number, to: number, words: Uint32Array): number {
  const length = to - from;
  if (length > WORD * MOST_WORDS) return 0;
  let word = 0;
  let filled = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (IS_REGISTRATION_BYTE[byte] === 0) return 0;
    word = (word << 8) | byte;
    if (((at - from) & (WORD - 1)) !== WORD - 1) continue;
    words[filled++] = word;
    word = 0;
  }
  const rest = length & (WORD - 1);
  if (rest > 0) words[filled++] = word << (8 * (WORD - rest));
  return filled;
}
