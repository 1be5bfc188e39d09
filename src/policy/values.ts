/** The kinds of single values that a policy file has, as schemas. The message of an issue is what was expected there. */
import { z } from 'zod';
import { LIST_NAME } from './policy.ts';

/** The largest number that the database's `integer` holds. */
export const LARGEST_COUNT = 2_147_483_647;

/** Printed characters and single blanks of any kind between them: what fits on one line of a page or a notice. */
const ONE_LINE = /^(?!\s)[^\p{C}\p{Zl}\p{Zp}]+(?<!\s)$/u;

export const listName = z
  .string('the name of a list')
  .regex(LIST_NAME, 'the name of a list: 1 to 32 of a-z 0-9 _ -, the first a letter or a digit');

export function wholeNumber(least: number, greatest: number) {
  const expected = `a whole number from ${least} to ${greatest}`;
  return z.number(expected).int(expected).min(least, expected).max(greatest, expected);
}

export function oneLine(longest: number) {
  return z
    .string('a text')
    .regex(ONE_LINE, 'a text on one line, without control characters or blanks around it')
    .max(longest, `a text of up to ${longest} characters`);
}

/** Distinct members of a vocabulary, put into its order: how a set was written down does not change its hash. */
export function setOf<const Member extends string>(vocabulary: readonly Member[], least: number) {
  const expected = `a sequence of ${vocabulary.join(', ')}`;
  return z
    .array(z.enum(vocabulary, `one of ${vocabulary.join(', ')}`), expected)
    .min(least, `${expected}, at least ${least}`)
    .transform((members) => vocabulary.filter((member) => members.includes(member)));
}

/** Distinct texts in the order of their bytes. */
export function inByteOrder(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

/** Whether `YYYY-MM-DD` is a day of the calendar: 30 February is none. */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
