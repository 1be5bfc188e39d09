import { dayOfText } from '../columns/calendar.ts';

const MILLISECONDS_A_DAY = 86_400_000;
const DAY_2000 = Date.UTC(2000, 0, 1);
const DAYS_A_YEAR = 365.2425;
/** Nobody is older; a birth date may say so. */
const OLDEST = 255;

/**
 * The last day, in days from 2000-01-01 on, on which someone was born who has so many full years on `asOf` (`YYYY-MM-DD`).
 * A year is full on the birthday; whoever was born on 29 February has it on 1 March of a common year, so that on
 * 28 February those who were born on the 29th have not, and on a 29th those who were born on the 28th have.
 */
export function lastBirthday(asOf: string, years: number): number {
  const [year = 0, month = 1, day = 1] = asOf.split('-').map(Number);
  const born = new Date(0);
  born.setUTCFullYear(year - years, month - 1, day);
  // The day does not exist in that year: 29 February of a common one has become 1 March.
  if (born.getUTCDate() !== day) born.setUTCDate(0);
  return Math.round((born.getTime() - DAY_2000) / MILLISECONDS_A_DAY);
}

/** Full years on `asOf` of those born on a day, in days from 2000-01-01 on; from 0 to 255. */
export function ageOn(asOf: string): (birthDay: number) => number {
  const today = dayOfText(asOf);
  const birthdays = Int32Array.from({ length: OLDEST + 2 }, (_, years) => lastBirthday(asOf, years));
  return (birthDay) => {
    // Right, or a year beside it where a birthday is near.
    let age = Math.min(OLDEST, Math.max(0, Math.floor((today - birthDay) / DAYS_A_YEAR)));
    while (age > 0 && birthDay > (birthdays[age] as number)) age--;
    while (age < OLDEST && birthDay <= (birthdays[age + 1] as number)) age++;
    return age;
  };
}
