/**
 * The sixteen digits of a NIK: province (2), regency (2) and district (2) of first registration, day of birth (2, a
 * woman's plus 40), month (2), year (2) and a serial number (4).
 *
 * A NIK does not change when its holder moves, when a region is split or when a date of birth is corrected, so a
 * disagreement is worth a warning and never a refusal.
 */
import { isProvince, isProvinceNumber, PROVINCES } from './provinces.ts';

export type Sex = 'L' | 'P';

export interface NikParts {
  readonly provinceCode: string;
  /** Four digits, the province's two included. */
  readonly regencyCode: string;
  /** Six digits. */
  readonly districtCode: string;
  /** Day of the month as it is after a woman's 40 is taken off; not checked against a calendar. */
  readonly birthDay: number;
  readonly birthMonth: number;
  /** The last two digits of the year: the century is not in a NIK. */
  readonly birthYearOfCentury: number;
  readonly sex: Sex;
  /** Four digits, from `0001`. */
  readonly serial: string;
}

/** In this order they are kept as bits: new ones come at the end. */
export const NIK_WARNINGS = {
  NIK_BIRTH_DATE_DIFFERS: 'the birth date in the NIK is not the one given',
  NIK_SEX_DIFFERS: 'the sex in the NIK is not the one given',
  NIK_DATE_IMPOSSIBLE: 'the digits of the NIK for day and month are no date',
  NIK_SERIAL_ZERO: 'the serial number in the NIK is 0000, and they start at 0001',
  NIK_NOT_ASKED: 'the digits of the NIK are those of no person: the registry was not asked for it',
  NIK_PROVINCE_UNKNOWN: 'no province has the first two digits of the NIK',
} as const;

export type NikWarning = keyof typeof NIK_WARNINGS;

const DAY_OFFSET_OF_WOMEN = 40;
const FEBRUARY = 2;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Whether the sixteen digits, in halves of eight, can be a person's NIK: they name a province that there is, and a day
 * that some century has. For anything else nobody is asked. By arithmetic alone: it is called of everybody in a wave.
 */
export function isNik(high: number, low: number): boolean {
  const day = high % 100;
  const born = day > DAY_OFFSET_OF_WOMEN ? day - DAY_OFFSET_OF_WOMEN : day;
  const month = Math.floor(low / 1_000_000);
  const year = Math.floor(low / 10_000) % 100;
  return isProvinceNumber(Math.floor(high / 1_000_000)) && isDay(born, month, year);
}

/** Of 00, since 1900 was no leap year and 2000 was, 29 February is a day as well. */
function isDay(day: number, month: number, yearOfCentury: number): boolean {
  const days = month === FEBRUARY && yearOfCentury % 4 !== 0 ? 28 : (DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

/** The parts of a NIK, which must be 16 digits; undefined when it is not. */
export function parseNik(nik: string): NikParts | undefined {
  if (!/^[0-9]{16}$/.test(nik)) return undefined;
  const day = Number(nik.slice(6, 8));
  return {
    provinceCode: nik.slice(0, 2),
    regencyCode: nik.slice(0, 4),
    districtCode: nik.slice(0, 6),
    birthDay: day > DAY_OFFSET_OF_WOMEN ? day - DAY_OFFSET_OF_WOMEN : day,
    birthMonth: Number(nik.slice(8, 10)),
    birthYearOfCentury: Number(nik.slice(10, 12)),
    sex: day > DAY_OFFSET_OF_WOMEN ? 'P' : 'L',
    serial: nik.slice(12),
  };
}

/** What the century of a birth date is told by, which a NIK does not have. Days are `YYYY-MM-DD`. */
export interface Around {
  /** The birth date that was given for the holder, if one was. */
  readonly given?: string;
  /** A day on which the holder was alive. */
  readonly on: string;
}

/**
 * The birth date in a NIK, `YYYY-MM-DD`; undefined where its digits are no date. The century is that of the birth date
 * given, where its year ends in the same digits; else it is the later one of the two in which the day is not after `on`:
 * nobody is born after it, and a child is likelier than someone of more than a hundred years.
 */
export function birthDateOf(parts: NikParts, { given, on }: Around): string | undefined {
  const latest = Number(on.slice(0, 2));
  const pivoted = [latest, latest - 1].map((century) => dateIn(century, parts));
  const asGiven =
    given !== undefined && Number(given.slice(2, 4)) === parts.birthYearOfCentury
      ? dateIn(Number(given.slice(0, 2)), parts)
      : undefined;
  return asGiven ?? pivoted.find((date) => date !== undefined && date <= on);
}

function dateIn(century: number, { birthDay, birthMonth, birthYearOfCentury }: NikParts): string | undefined {
  const isCommon = birthYearOfCentury === 0 && century % 4 !== 0;
  const isLeapDay = birthMonth === FEBRUARY && birthDay === 29;
  if (!isDay(birthDay, birthMonth, birthYearOfCentury) || (isCommon && isLeapDay)) return undefined;
  const year = twoDigits(century) + twoDigits(birthYearOfCentury);
  return [year, twoDigits(birthMonth), twoDigits(birthDay)].join('-');
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/**
 * What in the digits of a NIK disagrees with the birth date (`YYYY-MM-DD`) and the sex given for its holder, or with
 * what any NIK may hold. Empty for a NIK that is not 16 digits: there is nothing to compare.
 */
export function nikWarnings(nik: string, birthDate: string, sex: Sex): NikWarning[] {
  const parts = parseNik(nik);
  if (parts === undefined) return [];
  const { birthDay, birthMonth, birthYearOfCentury } = parts;
  const warnings: NikWarning[] = [];
  if (!isDay(birthDay, birthMonth, birthYearOfCentury)) warnings.push('NIK_DATE_IMPOSSIBLE');
  else if (!isBornOn(parts, birthDate)) warnings.push('NIK_BIRTH_DATE_DIFFERS');
  if (parts.sex !== sex) warnings.push('NIK_SEX_DIFFERS');
  if (parts.serial === '0000') warnings.push('NIK_SERIAL_ZERO');
  if (!isProvince(parts.provinceCode)) warnings.push('NIK_PROVINCE_UNKNOWN');
  return warnings;
}

function isBornOn({ birthDay, birthMonth, birthYearOfCentury }: NikParts, birthDate: string): boolean {
  const [year, month, day] = birthDate.split('-').map(Number);
  return day === birthDay && month === birthMonth && (year ?? Number.NaN) % 100 === birthYearOfCentury;
}

/** Code of a regency (four digits) or district (six) → its name. */
export type RegionNames = ReadonlyMap<string, string>;

export interface Region {
  readonly code: string;
  /** Null where the code is not one of today's. */
  readonly name: string | null;
}

/** Where a NIK was first registered, by its digits. */
export interface Origin {
  readonly province: Region;
  readonly regency: Region;
  readonly district: Region;
}

/** A region may have been split or renumbered since, and the NIK keeps the code of then. */
export function originOf({ provinceCode, regencyCode, districtCode }: NikParts, names: RegionNames): Origin {
  return {
    province: { code: provinceCode, name: PROVINCES[provinceCode] ?? null },
    regency: { code: regencyCode, name: names.get(regencyCode) ?? null },
    district: { code: districtCode, name: names.get(districtCode) ?? null },
  };
}
