/**
 * What of a file's values may be shown. Rejected rows are kept in clear, and in a file whose columns are shifted anything
 * may stand anywhere: a value is shown only where it cannot be of a person, else by its form.
 */
import { distance } from 'fastest-levenshtein';
import { maskIdentity } from '../identity/mask.ts';
import { isCalendarDate } from './time.ts';

const LONGEST_SHOWN = 40;

/** How a value is written, and not which: `31/12/1990` as `##/##/####`. On one line, and short. */
export function formOf(value: string): string {
  const form = value
    .slice(0, 4 * LONGEST_SHOWN)
    .replace(/\p{N}/gu, '#')
    .replace(/[\p{L}\p{M}\p{Alphabetic}]/gu, 'a')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  const characters = Array.from(form);
  return characters.length <= LONGEST_SHOWN ? form : `${characters.slice(0, LONGEST_SHOWN - 1).join('')}…`;
}

/** The form of a value in words. */
export function formShown(value: string): string {
  return value === '' ? 'blank' : `"${formOf(value)}"`;
}

const REGISTRATION_NO = /^[A-Z0-9-]{1,32}$/;
const LIKE_A_DATE = /^(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}-[0-9]{1,2}-[0-9]{4})$/;
/** Of a mobile telephone, by Indonesia's numbering plan. */
const LIKE_A_PHONE = /^-*(?:0|62)-*8(?:-*[0-9]){8,11}-*$/;
const LIKE_AN_IDENTITY = /[0-9](?:-*[0-9]){15,}/g;

export function isRegistrationNo(value: string): boolean {
  return REGISTRATION_NO.test(value);
}

/** A registration number without a whole NIK or KK; empty where it is none, or looks like a date or a telephone number. */
export function registrationNoShown(value: string): string {
  if (!isRegistrationNo(value) || LIKE_A_DATE.test(value) || LIKE_A_PHONE.test(value)) return '';
  return value.replace(LIKE_AN_IDENTITY, (digits) => maskIdentity(digits.replaceAll('-', '')));
}

const TIME_OF_A_DAY =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})([Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{0,12})?)?(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)$/;

/** Why a value is no time, in words: the day may be that of somebody's birth, the time of the day may be seen. */
export function timeShown(value: string): string {
  const [, day, time] = TIME_OF_A_DAY.exec(value) ?? [];
  if (day === undefined) return formShown(value);
  return isCalendarDate(day) ? `"${formOf(day)}${time}"` : 'there is no such day';
}

const CODED = /^[A-Za-z0-9_ ]{1,40}$/;

/** A value of a column of codes, in words: as it is where it is a slip of the hand away from one that is allowed. */
export function codeShown(value: string, allowed: readonly string[]): string {
  const isCode = CODED.test(value) && (value.length === 1 || allowed.some((each) => isNear(value, each)));
  return isCode ? `"${value}"` : formShown(value);
}

/** So near that no name comes in: `Putri` is two letters from `POLRI`, `Trie` one from `true`. */
function isNear(value: string, allowed: string): boolean {
  const most = Math.floor(allowed.length / 5);
  if (Math.abs(value.length - allowed.length) > most) return false;
  return distance(value.toUpperCase(), allowed.toUpperCase()) <= most;
}
