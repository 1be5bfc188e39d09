import { dateOfDay, textOfDate } from '../columns/calendar.ts';
import { digitsOf } from '../columns/identity.ts';
import { NIK_WARNINGS, type NikWarning, nikWarnings } from '../identity/nik.ts';
import { isProvinceNumber } from '../identity/provinces.ts';
import { type Applications, FLAGS } from '../wave/people.ts';

const CODES = Object.keys(NIK_WARNINGS) as readonly NikWarning[];
/** That nobody was asked for the NIK, since its digits are no NIK. */
export const NOT_ASKED = 1 << CODES.indexOf('NIK_NOT_ASKED');

const DAY_OFFSET_OF_WOMEN = 40;

/**
 * The warnings on an application's NIK, a bit each by its place in `NIK_WARNINGS`. Digits that say what was given are
 * passed by arithmetic alone.
 */
export function warningBits({ of }: Applications, row: number): number {
  const high = of.nikHigh[row] as number;
  const low = of.nikLow[row] as number;
  const female = ((of.flags[row] as number) & FLAGS.female) !== 0;
  const date = dateOfDay(of.birthDay[row] as number);
  const { year, month, day } = date;
  const asGiven =
    high % 100 === day + (female ? DAY_OFFSET_OF_WOMEN : 0) &&
    Math.floor(low / 10_000) === month * 100 + (year % 100) &&
    low % 10_000 !== 0 &&
    isProvinceNumber(Math.floor(high / 1_000_000));
  if (asGiven) return 0;
  return nikWarnings(digitsOf(high, low), textOfDate(date), female ? 'P' : 'L').reduce(
    (bits, code) => bits | (1 << CODES.indexOf(code)),
    0,
  );
}
