import { z } from 'zod';
import { PROVINCES } from '../identity/provinces.ts';
import { ageSpan, CONDITIONS, predicate } from './conditions.ts';
import { furtherRule } from './further-rules.ts';
import { BARRED_OCCUPATIONS, LAYERS, MATCH_SOURCES, type Match, OLDEST, type Policy } from './policy.ts';
import { regions } from './regions.ts';
import { isCalendarDay, LARGEST_COUNT, listName, oneLine, setOf, wholeNumber } from './values.ts';

const LONGEST_NAME = 100;
const MOST_TICKETS = 1000;
const REUSE_DAYS = 30;
/** Ten years. */
const MOST_DAYS = 3650;

const age = z
  .strictObject({ min: wholeNumber(0, OLDEST), max: wholeNumber(0, OLDEST) }, 'a mapping with min and max')
  .refine(({ min, max }) => min <= max, 'min no greater than max');

const match = z.strictObject(
  {
    name: wholeNumber(0, 100),
    source: z.enum(MATCH_SOURCES, `one of ${MATCH_SOURCES.join(', ')}`).default('snapshot'),
    reuse_days: wholeNumber(0, MOST_DAYS).default(REUSE_DAYS),
  },
  'a mapping with name, in percent',
);

const tickets = z.strictObject(
  {
    per_unsuccessful_wave: wholeNumber(0, MOST_TICKETS).default(0),
    max: wholeNumber(1, MOST_TICKETS).default(1),
  },
  'a mapping with per_unsuccessful_wave and max',
);

/**
 * The policy file as a schema; what comes out is the policy as it is hashed: defaults filled in, sets in the order of their
 * vocabulary, lists as in the file. The message of an issue is what was expected there. A rule that keeps people out has
 * no default: left out by mistake, it would admit them.
 */
export const policySchema = z.strictObject(
  {
    name: oneLine(LONGEST_NAME),
    as_of: z.string('a day as YYYY-MM-DD').refine(isCalendarDay, 'a day as YYYY-MM-DD that exists'),
    quota: wholeNumber(0, LARGEST_COUNT),
    reserve: wholeNumber(0, LARGEST_COUNT).default(0),
    household_cap: wholeNumber(1, LARGEST_COUNT),
    // A snapshot is not named, nor are days that count for none: the hash of a policy stays what it was before there were others.
    match: match.transform(
      ({ name, source, reuse_days }): Match =>
        source === 'snapshot' ? { name } : { name, source, reuse_days },
    ),
    layers: setOf(LAYERS, 0),
    age,
    barred_occupations: setOf(BARRED_OCCUPATIONS, 0),
    deny_lists: z.array(listName, 'a sequence of names of lists'),
    priority: z.array(predicate, 'a sequence of conditions').default([]),
    tickets: tickets.default({ per_unsuccessful_wave: 0, max: 1 }),
    rules: z.array(furtherRule, 'a sequence of mappings').default([]),
    regions: regions.default({}),
  },
  'a mapping with the keys of a policy',
) satisfies z.ZodType<Policy>;

/**
 * The keys that a section of the file may have, by the section's name; the file itself is the section with the empty
 * name. A condition is one wherever it stands.
 */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(policySchema.shape),
  match: Object.keys(match.shape),
  age: Object.keys(ageSpan.shape),
  tickets: Object.keys(tickets.shape),
  rules: Object.keys(furtherRule.shape),
  text: Object.keys(furtherRule.shape.text.shape),
  ...Object.fromEntries(['priority', 'fails_when', 'all', 'any', 'not'].map((name) => [name, CONDITIONS])),
  regions: ['weights', ...Object.keys(PROVINCES)],
  weights: Object.keys(PROVINCES),
};
