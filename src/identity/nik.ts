/**
 * The sixteen digits of a NIK: province (2), regency (2) and district (2) of first registration, day of birth (2, a
 * woman's plus 40), month (2), year (2) and a serial number (4).
 *
 * A NIK does not change when its holder moves or when a date of birth is corrected, so a disagreement is worth a
 * warning and never a refusal.
 */

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

export const NIK_WARNINGS = {
  NIK_BIRTH_DATE_DIFFERS: 'the birth date in the NIK is not the one given',
  NIK_SEX_DIFFERS: 'the sex in the NIK is not the one given',
  NIK_DATE_IMPOSSIBLE: 'the digits of the NIK for day and month are no date',
  NIK_SERIAL_ZERO: 'the serial number in the NIK is 0000, and they start at 0001',
  NIK_NOT_ASKED: 'the digits of the NIK are those of no person: the registry was not asked for it',
} as const;

export type NikWarning = keyof typeof NIK_WARNINGS;

const DAY_OFFSET_OF_WOMEN = 40;

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

/**
 * What in the digits of a NIK disagrees with the birth date (`YYYY-MM-DD`) and the sex given for its holder, or with
 * what any NIK may hold. Empty for a NIK that is not 16 digits: there is nothing to compare.
 */
export function nikWarnings(nik: string, birthDate: string, sex: Sex): NikWarning[] {
  const parts = parseNik(nik);
  if (parts === undefined) return [];
  const warnings: NikWarning[] = [];
  if (!isPossibleDay(parts)) warnings.push('NIK_DATE_IMPOSSIBLE');
  else if (!isBornOn(parts, birthDate)) warnings.push('NIK_BIRTH_DATE_DIFFERS');
  if (parts.sex !== sex) warnings.push('NIK_SEX_DIFFERS');
  if (parts.serial === '0000') warnings.push('NIK_SERIAL_ZERO');
  return warnings;
}

function isPossibleDay({ birthDay, birthMonth, birthYearOfCentury }: NikParts): boolean {
  const isPossibleIn = (year: number) => {
    const date = new Date(Date.UTC(year, birthMonth - 1, birthDay));
    return date.getUTCMonth() === birthMonth - 1 && date.getUTCDate() === birthDay;
  };
  return isPossibleIn(1900 + birthYearOfCentury) || isPossibleIn(2000 + birthYearOfCentury);
}

function isBornOn({ birthDay, birthMonth, birthYearOfCentury }: NikParts, birthDate: string): boolean {
  const [year, month, day] = birthDate.split('-').map(Number);
  return day === birthDay && month === birthMonth && (year ?? Number.NaN) % 100 === birthYearOfCentury;
}
