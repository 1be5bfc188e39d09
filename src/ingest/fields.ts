import type { FileColumn } from './columns.ts';
import { readIdentityNumber } from './identity-number.ts';
import { type Reject, type RejectCode, rejectField } from './reject.ts';
import { codeShown, formShown, isRegistrationNo, timeShown } from './shown.ts';
import { isCalendarDate, isTimeWithOffset } from './time.ts';

const REGENCY_CODE = /^[0-9]{4}$/;
const WAVE_NUMBER = /^[1-9][0-9]{0,8}$/;
const ALL_ONE_DIGIT = /^([0-9])\1*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in an e-mail address would forge a header.
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/** White space, what has no width, and fillers: of other scripts and of Braille, too. The first letter ends the search. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/u;

const NO_REJECTS: readonly Reject[] = [];

/**
 * Gives the values of one record's fields, and gathers what is wrong with them in the order in which they are asked
 * for. A value at fault is given as it stands: whoever asks looks at `rejects` in the end.
 *
 * A field is asked for by its place in the record; the column's name is what a fault is told by. (By the name alone
 * it was measured a third slower: the place had to be looked up for every field.)
 */
export class FieldReader {
  readonly #fields: readonly string[];
  readonly #line: number;
  #registrationNo = '';
  #rejects: Reject[] | undefined;
  #normalised = 0;

  /** `line` is the physical line on which the record begins. */
  constructor(fields: readonly string[], line: number) {
    this.#fields = fields;
    this.#line = line;
  }

  get rejects(): readonly Reject[] {
    return this.#rejects ?? NO_REJECTS;
  }

  /** How many identity numbers had something taken away. */
  get normalised(): number {
    return this.#normalised;
  }

  /** The field without the white space around it. */
  text(place: number): string {
    return (this.#fields[place] ?? '').trim();
  }

  /** To be asked for first: the other faults are told under this number. */
  registrationNo(place: number): string {
    const value = this.text(place);
    this.#registrationNo = value;
    if (!isRegistrationNo(value)) this.#reject('registration_no', 'REGISTRATION_NO_FORMAT', formShown(value));
    return value;
  }

  nik(place: number): string {
    const read = readIdentityNumber(this.#fields[place] ?? '');
    if (read.kind === 'digits') return this.#counted(read);
    if (read.kind === 'scientific') this.#reject('nik', 'NIK_EXCEL');
    else this.#reject('nik', 'NIK_FORMAT', read.found);
    return '';
  }

  kk(place: number): string {
    const read = readIdentityNumber(this.#fields[place] ?? '');
    if (read.kind === 'digits') {
      if (ALL_ONE_DIGIT.test(read.digits)) this.#reject('kk', 'KK_FORMAT', 'one digit throughout');
      return this.#counted(read);
    }
    this.#reject('kk', 'KK_FORMAT', read.kind === 'scientific' ? 'scientific notation' : read.found);
    return '';
  }

  /** Where it need not be given: a blank, a 0 or one digit throughout stand for no family. */
  kkOrNone(place: number): string {
    const value = this.text(place);
    return value === '' || ALL_ONE_DIGIT.test(value) ? '' : this.kk(place);
  }

  fullName(place: number): string {
    const value = this.text(place);
    if (!VISIBLE.test(value)) {
      this.#reject('full_name', 'NAME_BLANK', value === '' ? undefined : 'nothing that can be seen');
    }
    return value;
  }

  birthDate(place: number): string {
    const value = this.text(place);
    if (!isCalendarDate(value)) this.#reject('birth_date', 'DATE_FORMAT', whyNoDate(value));
    return value;
  }

  time(place: number, column: FileColumn): string {
    const value = this.text(place);
    if (!isTimeWithOffset(value)) this.#reject(column, 'TIME_FORMAT', timeShown(value));
    return value;
  }

  timeOrBlank(place: number, column: FileColumn): string | null {
    return this.#fields[place] === '' || this.text(place) === '' ? null : this.time(place, column);
  }

  /** An address or a number to write to: any text on one line, or blank. */
  contact(place: number, column: FileColumn): string {
    const value = this.text(place);
    if (CONTROL_CHARACTER.test(value)) {
      this.#reject(column, 'VALUE_NOT_ALLOWED', 'a line break or another control character');
    }
    return value;
  }

  regencyCode(place: number): string {
    const value = this.text(place);
    if (!REGENCY_CODE.test(value)) this.#reject('regency_code', 'REGION_FORMAT', formShown(value));
    return value;
  }

  waveNumber(place: number): string {
    const value = this.text(place);
    if (!WAVE_NUMBER.test(value))
      this.#reject('wave', 'VALUE_NOT_ALLOWED', `${formShown(value)}, not the number of a wave`);
    return value;
  }

  /** One of the values to the letter; with a fault, the first of them stands in. */
  oneOf<Value extends string>(
    place: number,
    column: FileColumn,
    values: readonly [Value, ...Value[]],
  ): Value {
    const value = this.text(place);
    for (const allowed of values) if (value === allowed) return allowed;
    const meant = values.find((allowed) => allowed.toLowerCase() === value.toLowerCase());
    const hint = meant === undefined ? `not one of ${values.join(', ')}` : `to be written ${meant}`;
    this.#reject(column, 'VALUE_NOT_ALLOWED', `${codeShown(value, values)}, ${hint}`);
    return values[0];
  }

  #counted(read: { readonly digits: string; readonly normalised: boolean }): string {
    if (read.normalised) this.#normalised += 1;
    return read.digits;
  }

  #reject(column: FileColumn, code: RejectCode, found?: string): void {
    this.#rejects ??= [];
    this.#rejects.push(
      rejectField({ line: this.#line, registrationNo: this.#registrationNo }, column, code, found),
    );
  }
}

const LOOKS_LIKE_DATE = /^\d{4}-\d\d-\d\d$/;

/** Without the date itself. */
function whyNoDate(value: string): string {
  return LOOKS_LIKE_DATE.test(value) ? 'there is no such day' : formShown(value);
}
