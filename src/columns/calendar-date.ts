export interface CalendarDate {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

const DAYS_IN_ERA = 146_097;
/** From 1 March of the year 0, with which the eras of 400 years begin here, to 2000-01-01. */
const FROM_MARCH_OF_ZERO = 730_425;

/**
 * The day of the Gregorian calendar, given in days from 2000-01-01 on. Years are counted from March, so that the leap day
 * is the last of its year (the arithmetic is Howard Hinnant's, "chrono-compatible low-level date algorithms").
 */
export function dateOfDay(day: number): CalendarDate {
  const since = day + FROM_MARCH_OF_ZERO;
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
