/** What commands take: checked as it is read, so that a command begins only with what it can use. */
import { InvalidArgumentError, Option } from 'commander';
import type { Provinces } from '../db/logins.ts';
import { ROLE_NAMES, type RoleName } from '../db/roles.ts';
import { PROVINCES } from '../identity/provinces.ts';
import { isCalendarDate, isTimeWithOffset } from '../ingest/time.ts';
import { LANGUAGES, type Language } from '../policy/language.ts';
import { LIST_NAME } from '../policy/policy.ts';
import { CHANNELS } from '../wave/channels.ts';
import { ENTROPY_SOURCES, type EntropySource } from '../wave/record.ts';
import { nearest } from './usage.ts';

const LARGEST_WAVE = 999_999_999;
const LARGEST_COUNT = 2_000_000_000;
const LIST_KINDS = ['deny', 'priority'] as const;
const PEOPLE = ['one', 'two'] as const;
const WAVE_DATA = ['frozen', 'current'] as const;

export function waveNumber(text: string): number {
  return wholeNumber(text, 1, LARGEST_WAVE, 'the number of a wave, for example 17');
}

/** In capitals, as such a number is; any other text is left to be looked up among the rejected rows. */
export function registrationNo(text: string): string {
  const number = text.trim();
  if (number === '') throw new InvalidArgumentError('expected the registration number of an account.');
  return /^[A-Z0-9-]{1,32}$/i.test(number) ? number.toUpperCase() : number;
}

export function quota(text: string): number {
  return wholeNumber(text, 0, LARGEST_COUNT, 'a number of seats, 0 or more');
}

/** The most that a file of made-up people is worth the wait for. */
export function applicants(text: string): number {
  return wholeNumber(text, 1, 20_000_000, 'a whole number from 1 to 20,000,000');
}

export function date(text: string): string {
  if (isCalendarDate(text)) return text;
  throw new InvalidArgumentError('expected a date, YYYY-MM-DD.');
}

export function time(text: string): string {
  if (isTimeWithOffset(text)) return text;
  throw new InvalidArgumentError('expected a time with its offset, for example 2021-04-30T12:00:00+07:00.');
}

export function entropy(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('expected 32 bytes as 64 hex digits.');
}

export function entropySource(text: string): EntropySource {
  return oneOf(text, ENTROPY_SOURCES);
}

/** Minutes; the longest is a month. */
export function margin(text: string): number {
  return wholeNumber(text, 1, 43_200, 'a number of minutes from 1 to 43,200');
}

export function listName(text: string): string {
  if (LIST_NAME.test(text)) return text;
  throw new InvalidArgumentError('expected 1 to 32 of a-z, 0-9, - and _, beginning with a letter or digit.');
}

export function listKind(text: string): (typeof LIST_KINDS)[number] {
  return oneOf(text, LIST_KINDS);
}

export function waveData(text: string): (typeof WAVE_DATA)[number] {
  return oneOf(text, WAVE_DATA);
}

/** The number of a request, as `request list` shows it. */
export function requestNumber(text: string): number {
  return wholeNumber(text, 1, LARGEST_COUNT, 'the number of a request, as request list shows it');
}

export function deeds(text: string): number {
  return wholeNumber(text, 1, 1_000_000, 'a number from 1 to 1,000,000');
}

export function howManyPeople(text: string): (typeof PEOPLE)[number] {
  return oneOf(text, PEOPLE);
}

export function oneOf<const Word extends string>(text: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  const meant = nearest(text, words);
  throw new InvalidArgumentError(
    `expected ${words.join(' or ')}${meant === undefined ? '' : ` (did you mean ${meant}?)`}.`,
  );
}

export function language(text: string): Language {
  return oneOf(text, LANGUAGES);
}

export function listVersion(text: string): number {
  return wholeNumber(text, 1, LARGEST_COUNT, 'the number of a version, as list versions shows it');
}

/** One or several, each an argument of its own. */
export function registryVersions(text: string, before: readonly number[] = []): readonly number[] {
  const what = 'numbers of versions, as registry versions shows them';
  return [...before, wholeNumber(text, 1, LARGEST_COUNT, what)];
}

/** As SQL takes it without quotes, and none that PostgreSQL or this program keeps for itself. */
export function loginName(text: string): string {
  if (
    /^(?!pg_|gelombang_|(public|none|current_user|current_role|session_user|user)$)[a-z_][a-z0-9_]{0,62}$/.test(
      text,
    )
  )
    return text;
  throw new InvalidArgumentError(
    'expected up to 63 of a-z, 0-9 and _, beginning with a letter, and with neither pg_ nor gelombang_.',
  );
}

export function databaseRole(text: string): RoleName {
  return oneOf(text, ROLE_NAMES);
}

/** Codes of provinces, each an option of its own, or all of them in one. */
export function provinces(text: string, before: Provinces = []): Provinces {
  if (text === 'all' && before.length === 0) return text;
  if (before === 'all' || PROVINCES[text] === undefined)
    throw new InvalidArgumentError('expected the code of a province, for example 31, or all and no other.');
  return before.includes(Number(text)) ? before : [...before, Number(text)];
}

export function port(text: string): number {
  return wholeNumber(text, 0, 65_535, 'a port from 0 to 65535, where 0 is any that is free');
}

/** @param what What is expected, for the error. */
export function wholeNumber(text: string, least: number, most: number, what: string): number {
  const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidArgumentError(`expected ${what}.`);
}

/** Of the notices of one channel alone. */
export function ofChannel(): Option {
  return new Option('--channel <channel>', 'of one channel alone').choices([...CHANNELS]);
}
