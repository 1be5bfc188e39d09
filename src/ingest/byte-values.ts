/**
 * Values read from bytes, to the letter as `fields.ts` and `time.ts` have them, and as PostgreSQL would keep them. Bytes
 * beyond a value are looked at without harm: each reader checks in the end that it stopped where the value does.
 */
import { dayOf } from '../columns/calendar.ts';

const ZERO = 0x30;
const DASH = 0x2d;
const PLUS = 0x2b;
const COLON = 0x3a;
const DOT = 0x2e;
const T = 0x54;
const Z = 0x5a;

const LEAST_TIME = '2021-04-23T09:20Z'.length;
const USUAL_TIME = '2021-04-23T09:20:00+07:00'.length;
const DATE = 'YYYY-MM-DD'.length;
const MOST_FRACTION = 9;
const MICROSECONDS = 6;
const HOUR = 3_600_000_000;
/** Days from 0000-01-01 to 2000-01-01, where days are counted from. */
const DAYS_BEFORE_EPOCH = 730_485;
const MONTH_DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export const NO_NUMBER = -1;

/** Eight digits as a number, or `NO_NUMBER`. */
export function eightDigits(bytes: Uint8Array, from: number): number {
  let number = 0;
  // Below 0 as soon as one is: a question for each digit takes longer.
  let sign = 0;
  for (let at = from; at < from + 8; at++) {
    const digit = (bytes[at] as number) - ZERO;
    sign |= digit | (9 - digit);
    number = number * 10 + digit;
  }
  return sign < 0 || from + 8 > bytes.length ? NO_NUMBER : number;
}

/** Above any number that has a meaning where it is not two digits. */
const NOT_TWO_DIGITS = 100;

export function twoDigits(bytes: Uint8Array, from: number): number {
  const tens = (bytes[from] as number) - ZERO;
  const ones = (bytes[from + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NOT_TWO_DIGITS;
}

/** Not a day: all days of the years 0001 to 9999 are far from it. */
export const NO_DAY = -(2 ** 31);

/** Days from 2000-01-01 on, of the `YYYY-MM-DD` that begins at `from`, or `NO_DAY`. */
function dayAt(bytes: Uint8Array, from: number): number {
  const century = twoDigits(bytes, from);
  const ofCentury = twoDigits(bytes, from + 2);
  const month = twoDigits(bytes, from + 5);
  const day = twoDigits(bytes, from + 8);
  const year = century * 100 + ofCentury;
  const isShaped = bytes[from + 4] === DASH && bytes[from + 7] === DASH && century < 100 && ofCentury < 100;
  if (!isShaped || year === 0 || month === 0 || month > 12 || day === 0) return NO_DAY;
  const isLeapDay = month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (MONTH_DAYS[month] as number) && !isLeapDay) return NO_DAY;
  return dayOf(year, month, day);
}

/** Days that were read lately, by what tells most of them apart: the same few dates are in all times of a file. */
const KNOWN_DAYS = 1 << 11;
const knownYears = new Int32Array(KNOWN_DAYS);
const knownMonthDays = new Int32Array(KNOWN_DAYS);
const knownDays = new Int32Array(KNOWN_DAYS).fill(NO_DAY);

/** The same as `dayAt`, of dates that occur again and again. */
function knownDayAt(bytes: Uint8Array, from: number): number {
  if (bytes[from + 4] !== DASH || bytes[from + 7] !== DASH) return NO_DAY;
  const year = fourBytes(bytes, from, from + 2);
  const monthDay = fourBytes(bytes, from + 5, from + 8);
  const place =
    (monthDay & 0xf) | ((monthDay >>> 4) & 0x30) | ((monthDay >>> 10) & 0x3c0) | ((monthDay >>> 14) & 0x400);
  if (knownYears[place] === year && knownMonthDays[place] === monthDay) return knownDays[place] as number;
  const day = dayAt(bytes, from);
  knownYears[place] = year;
  knownMonthDays[place] = monthDay;
  knownDays[place] = day;
  return day;
}

function fourBytes(bytes: Uint8Array, first: number, second: number): number {
  return (
    ((bytes[first] as number) << 24) |
    ((bytes[first + 1] as number) << 16) |
    ((bytes[second] as number) << 8) |
    (bytes[second + 1] as number)
  );
}

/** A value that is a date and nothing else. */
export function dateValue(bytes: Uint8Array, from: number, to: number): number {
  return to - from === DATE ? dayAt(bytes, from) : NO_DAY;
}

/** A moment: whole hours from 0000-01-01T00:00Z on, and microseconds into the hour. The next one takes its place. */
export class Moment {
  hour = 0;
  microsecond = 0;
  #at = 0;
  #fraction = 0;

  /** Reads an ISO 8601 time with its offset; false where it is not one. @see isTimeWithOffset */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    return (to - from === USUAL_TIME && this.#readUsual(bytes, from)) || this.#readAny(bytes, from, to);
  }

  /** `2021-04-23T09:20:00+07:00`; false for any other, right or wrong. */
  #readUsual(bytes: Uint8Array, from: number): boolean {
    const isShaped =
      bytes[from + 10] === T &&
      bytes[from + 13] === COLON &&
      bytes[from + 16] === COLON &&
      bytes[from + 19] === PLUS &&
      bytes[from + 22] === COLON;
    const day = knownDayAt(bytes, from);
    const hour = twoDigits(bytes, from + 11);
    const minute = twoDigits(bytes, from + 14);
    const second = twoDigits(bytes, from + 17);
    const offsetHours = twoDigits(bytes, from + 20);
    const offsetMinutes = twoDigits(bytes, from + 23);
    if (!isShaped || day === NO_DAY || hour > 23 || minute > 59 || second > 59) return false;
    if (offsetHours > 15 || offsetMinutes > 59) return false;
    const ofHour = minute - offsetMinutes;
    const isBefore = ofHour < 0;
    this.hour = (day + DAYS_BEFORE_EPOCH) * 24 + hour - offsetHours - (isBefore ? 1 : 0);
    this.microsecond = ((isBefore ? ofHour + 60 : ofHour) * 60 + second) * 1_000_000;
    return true;
  }

  #readAny(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from < LEAST_TIME) return false;
    const day = dayAt(bytes, from);
    const hour = twoDigits(bytes, from + 11);
    const minute = twoDigits(bytes, from + 14);
    if (day === NO_DAY || bytes[from + 10] !== T || bytes[from + 13] !== COLON) return false;
    if (hour > 23 || minute > 59) return false;
    this.#at = from + LEAST_TIME - 1;
    const second = this.#second(bytes);
    const offset = this.#offset(bytes, to);
    if (second > 59 || Number.isNaN(offset) || this.#at !== to) return false;
    const minutes = ((day + DAYS_BEFORE_EPOCH) * 24 + hour) * 60 + minute - offset;
    this.hour = Math.floor(minutes / 60);
    this.microsecond = ((minutes % 60) * 60 + second) * 1_000_000 + this.#fraction;
    if (this.microsecond >= HOUR) {
      this.hour += 1;
      this.microsecond -= HOUR;
    }
    return true;
  }

  #second(bytes: Uint8Array): number {
    this.#fraction = 0;
    if (bytes[this.#at] !== COLON) return 0;
    const second = twoDigits(bytes, this.#at + 1);
    this.#at += 3;
    return bytes[this.#at] === DOT && !this.#readFraction(bytes) ? NOT_TWO_DIGITS : second;
  }

  #readFraction(bytes: Uint8Array): boolean {
    const first = this.#at + 1;
    let at = first;
    let digits = 0;
    for (; at <= first + MOST_FRACTION; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      digits = digits * 10 + digit;
    }
    const count = at - first;
    if (count === 0 || count > MOST_FRACTION) return false;
    this.#at = at;
    this.#fraction =
      count <= MICROSECONDS
        ? digits * 10 ** (MICROSECONDS - count)
        : roundedToEven((digits / 10 ** count) * 1e6);
    return true;
  }

  /** In minutes, or NaN. */
  #offset(bytes: Uint8Array, to: number): number {
    const sign = bytes[this.#at];
    this.#at += 1;
    if (sign === Z) return 0;
    const hours = twoDigits(bytes, this.#at);
    if ((sign !== PLUS && sign !== DASH) || hours > 15) return Number.NaN;
    this.#at += 2;
    let minutes = 0;
    if (this.#at < to) {
      if (bytes[this.#at] === COLON) this.#at += 1;
      minutes = twoDigits(bytes, this.#at);
      this.#at += 2;
    }
    if (minutes > 59) return Number.NaN;
    return sign === DASH ? -(hours * 60 + minutes) : hours * 60 + minutes;
  }
}

/** As PostgreSQL rounds what is finer than a microsecond: a half goes to the even neighbour. */
function roundedToEven(number: number): number {
  const below = Math.floor(number);
  const rest = number - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** The place of the value among texts of bytes, or `NO_NUMBER`. */
export function placeAmong(
  texts: readonly Uint8Array[],
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  for (let place = 0; place < texts.length; place++) {
    const text = texts[place] as Uint8Array;
    if (text.length === to - from && startsWith(bytes, from, text)) return place;
  }
  return NO_NUMBER;
}

function startsWith(bytes: Uint8Array, from: number, text: Uint8Array): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text[at]) return false;
  return true;
}

/** Texts of which one is to be found: the same as `placeAmong`, without looking at most of them. */
export class Choices {
  readonly #texts: readonly Uint8Array[];
  /** By length and first byte, the place of the first text that may be it. */
  readonly #likely = new Int8Array(1 << 10).fill(NO_NUMBER);

  constructor(values: readonly string[]) {
    this.#texts = values.map((value) => Buffer.from(value));
    this.#texts.forEach((text, place) => {
      const slot = slotOf(text.length, text[0] as number);
      if (this.#likely[slot] === NO_NUMBER) this.#likely[slot] = place;
    });
  }

  /** The place of the value among them, or `NO_NUMBER`. */
  placeOf(bytes: Uint8Array, from: number, to: number): number {
    const likely = this.#likely[slotOf(to - from, bytes[from] as number)] as number;
    if (likely === NO_NUMBER) return NO_NUMBER;
    const text = this.#texts[likely] as Uint8Array;
    if (text.length === to - from && startsWith(bytes, from, text)) return likely;
    return placeAmong(this.#texts, bytes, from, to);
  }
}

function slotOf(length: number, first: number): number {
  return ((length & 0x1f) << 5) | (first & 0x1f);
}
