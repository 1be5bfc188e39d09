import { z } from 'zod';
import { BARRED_OCCUPATIONS, EMPLOYMENT_STATUSES, LAYERS, LIST_NAME, type Policy } from './policy.ts';

/** The largest number that the database's `integer` holds. */
const LARGEST_COUNT = 2_147_483_647;
const LARGEST_AGE = 150;
const LARGEST_NAME = 100;

/** What an entry of `priority` may ask for; each entry asks for one of them. */
const PREDICATES = ['employment_status', 'list', 'disability'] as const;

const calendarDay = z.string('a day as YYYY-MM-DD').refine(isCalendarDay, 'a day as YYYY-MM-DD that exists');

const listName = z
  .string('the name of a list')
  .regex(LIST_NAME, 'the name of a list: 1 to 32 of a-z 0-9 _ -, the first a letter or a digit');

const priorityEntry = z
  .strictObject(
    {
      employment_status: setOf(EMPLOYMENT_STATUSES, 1).optional(),
      list: listName.optional(),
      disability: z.boolean('true or false').optional(),
    },
    `a mapping with one of ${PREDICATES.join(', ')}`,
  )
  .refine((entry) => Object.keys(entry).length > 0, `a mapping with one of ${PREDICATES.join(', ')}`)
  .refine((entry) => Object.keys(entry).length < 2, 'not yet: an entry of several conditions');

const age = z
  .strictObject(
    { min: wholeNumber(0, LARGEST_AGE), max: wholeNumber(0, LARGEST_AGE) },
    'a mapping with min and max',
  )
  .refine(({ min, max }) => min <= max, 'min no greater than max');

const tickets = z.strictObject(
  {
    per_unsuccessful_wave: wholeNumber(0, LARGEST_COUNT).default(0),
    max: wholeNumber(1, LARGEST_COUNT).default(1),
  },
  'a mapping with per_unsuccessful_wave and max',
);

/**
 * The policy file as a schema. The message of an issue is what was expected there; where it begins with "not yet", the
 * value is right by the format and this version does not carry it out. A rule that keeps people out has no default:
 * left out by mistake, it would admit them.
 */
export const policySchema = z
  .strictObject(
    {
      name: z
        .string('a text')
        .regex(/^(?!\s)[^\p{C}]+(?<!\s)$/u, 'a text without control characters or blanks around it')
        .max(LARGEST_NAME, `a text of up to ${LARGEST_NAME} characters`),
      as_of: calendarDay,
      quota: wholeNumber(0, LARGEST_COUNT),
      reserve: wholeNumber(0, LARGEST_COUNT).default(0),
      household_cap: wholeNumber(1, LARGEST_COUNT),
      match: z.strictObject({ name: wholeNumber(0, 100) }, 'a mapping with name, in percent'),
      layers: setOf(LAYERS, 0),
      age,
      barred_occupations: setOf(BARRED_OCCUPATIONS, 0),
      deny_lists: z.array(listName, 'a sequence of names of lists'),
      priority: z.array(priorityEntry, 'a sequence of mappings').default([]),
      tickets: tickets.default({ per_unsuccessful_wave: 0, max: 1 }),
      rules: z.array(z.unknown()).max(0, 'not yet').default([]),
      regions: z
        .record(z.string(), z.unknown(), 'a mapping of province codes to seats')
        .refine((regions) => Object.keys(regions).length === 0, 'not yet: seats for single provinces')
        .nullish(),
    },
    'a mapping with the keys of a policy',
  )
  .superRefine(refuseListsOfTwoKinds);

/** The keys that a section of the file may have; the file itself is the section with the empty name. */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(policySchema.shape),
  match: Object.keys(policySchema.shape.match.shape),
  age: Object.keys(age.shape),
  tickets: Object.keys(tickets.shape),
  priority: PREDICATES,
};

/** The policy as it is hashed: defaults filled in, sets in the order of their vocabulary, lists as in the file. */
export function policyFrom({ regions: _none, ...read }: z.output<typeof policySchema>): Policy {
  return { ...read, priority: read.priority as Policy['priority'], rules: [], regions: {} };
}

function wholeNumber(least: number, greatest: number) {
  const expected = `a whole number from ${least} to ${greatest}`;
  return z.number(expected).int(expected).min(least, expected).max(greatest, expected);
}

/** Distinct members of a vocabulary, put into its order: how a set was written down does not change its hash. */
function setOf<const Member extends string>(vocabulary: readonly Member[], least: number) {
  const expected = `a sequence of ${vocabulary.join(', ')}`;
  return z
    .array(z.enum(vocabulary, `one of ${vocabulary.join(', ')}`), expected)
    .min(least, `${expected}, at least ${least}`)
    .transform((members) => vocabulary.filter((member) => members.includes(member)));
}

/** Whether `YYYY-MM-DD` is a day of the calendar: 30 February is none. */
function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** A list cannot keep people out and put them first: no version of it would be of both kinds. */
function refuseListsOfTwoKinds(
  { deny_lists: denied, priority }: { deny_lists: readonly string[]; priority: readonly object[] },
  context: z.RefinementCtx,
): void {
  priority.forEach((entry, index) => {
    if (!('list' in entry) || !denied.includes(String(entry.list))) return;
    const message = 'the name of a list that is not one of deny_lists';
    context.addIssue({ code: 'custom', path: ['priority', index, 'list'], message });
  });
}
