/** Dates and times as the files give them: checked to the letter, kept as they are. */

const COMMON_DAY =
  '(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))';
const LEAP_YEAR = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const DATE = `(?!0000)(?:[0-9]{4}-${COMMON_DAY}|${LEAP_YEAR}-02-29)`;
const TIME = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?';
const OFFSET = '(?:Z|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?)';

const CALENDAR_DATE = new RegExp(`^${DATE}$`);
const TIME_WITH_OFFSET = new RegExp(`^${DATE}T${TIME}${OFFSET}$`);

/** Whether the text is `YYYY-MM-DD`, a day of the Gregorian calendar in the years 0001 to 9999. */
export function isCalendarDate(text: string): boolean {
  return CALENDAR_DATE.test(text);
}

/**
 * Whether the text is an ISO 8601 time with its offset, in the extended form: `2021-04-23T09:20+07:00` at the least.
 * Seconds and their fraction (up to nine digits) may be left out; the offset is `Z`, `+07:00`, `+0700` or `+07`,
 * below 16 hours. PostgreSQL takes all of these as timestamptz.
 */
export function isTimeWithOffset(text: string): boolean {
  return TIME_WITH_OFFSET.test(text);
}
