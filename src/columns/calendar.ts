/** Days of the calendar as numbers: whole days from 2000-01-01 on, as PostgreSQL keeps a date. */

/** Days before each month of a year that begins in March, so that a leap day is the year's last. */
const DAYS_BEFORE = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337] as const;
const FROM_MARCH = 10;
/** Days from 0000-03-01 to 2000-01-01. */
const EPOCH = 730_425;

/** The day of a date that is in the Gregorian calendar, from year 1 on: 0 is 2000-01-01. */
export function dayOf(year: number, month: number, day: number): number {
  const marchYear = month < 3 ? year - 1 : year;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const before = DAYS_BEFORE[(month + FROM_MARCH - 1) % 12] as number;
  return marchYear * 365 + leapDays + before + day - 1 - EPOCH;
}

/** `dayOf` of `YYYY-MM-DD`, which is to be in the calendar. */
export function dayOfText(date: string): number {
  return dayOf(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8)));
}

export interface CalendarDate {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

const DAYS_IN_ERA = 146_097;

/**
 * The day of the Gregorian calendar, given in days from 2000-01-01 on. Years are counted from March, so that the leap day
 * is the last of its year (the arithmetic is Howard Hinnant's, "chrono-compatible low-level date algorithms").
 */
export function dateOfDay(day: number): CalendarDate {
  const since = day + EPOCH;
  const era = Math.floor(since / DAYS_IN_ERA);
  const ofEra = since - era * DAYS_IN_ERA;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** `YYYY-MM-DD`. */
export function textOfDate({ year, month, day }: CalendarDate): string {
  return [String(year).padStart(4, '0'), twoDigits(month), twoDigits(day)].join('-');
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
