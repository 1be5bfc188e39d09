/** Conditions on an application as a policy file writes them, as a schema. */
import { z } from 'zod';
import { isProvince } from '../identity/provinces.ts';
import { plainEducation } from './education.ts';
import { EMPLOYMENT_STATUSES, OLDEST, type Predicate } from './policy.ts';
import { inByteOrder, listName, oneLine, setOf, wholeNumber } from './values.ts';

/** The keys of a condition, in the order in which those of one mapping become entries of `all`. */
export const CONDITIONS = [
  'employment_status',
  'list',
  'disability',
  'education',
  'region',
  'age',
  'all',
  'any',
  'not',
] as const;

const EXPECTED = `a condition: a mapping with one or more of ${CONDITIONS.join(', ')}`;
const LONGEST_EDUCATION = 100;

/** Of a province two digits, of a regency four. None begins with 0. */
const PLACE = /^[1-9]\d(\d{2})?$/;
const PLACE_EXPECTED = 'the code of a province (two digits) or of a regency (four), as a text';
const PROVINCE_EXPECTED = 'a code that begins with that of a province';

const education = z.string('a text').transform(plainEducation).pipe(oneLine(LONGEST_EDUCATION));

const educations = z
  .array(education, 'a sequence of texts')
  .min(1, 'a sequence of texts, at least 1')
  .transform(inByteOrder);

const places = z
  .array(
    z
      .string(PLACE_EXPECTED)
      .regex(PLACE, PLACE_EXPECTED)
      .refine((code) => !PLACE.test(code) || isProvince(code.slice(0, 2)), PROVINCE_EXPECTED),
    `a sequence of codes, each ${PLACE_EXPECTED}`,
  )
  .min(1, 'a sequence of codes, at least 1')
  .transform(inByteOrder);

const years = wholeNumber(0, OLDEST);

export const ageSpan = z
  .strictObject({ min: years.exactOptional(), max: years.exactOptional() }, 'a mapping with min, max or both')
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'a mapping with min, max or both')
  .refine(({ min = 0, max = OLDEST }) => min <= max, 'min no greater than max');

const several = z.lazy(() =>
  z.array(predicate, 'a sequence of conditions').min(1, 'a sequence of conditions, at least 1'),
);

/** A mapping with one condition stays as it is; one with several is all of them, in the order of `CONDITIONS`. */
export const predicate: z.ZodType<Predicate> = z
  .strictObject(
    {
      employment_status: setOf(EMPLOYMENT_STATUSES, 1).exactOptional(),
      list: listName.exactOptional(),
      disability: z.boolean('true or false').exactOptional(),
      education: educations.exactOptional(),
      region: places.exactOptional(),
      age: ageSpan.exactOptional(),
      all: several.exactOptional(),
      any: several.exactOptional(),
      not: z.lazy(() => predicate).exactOptional(),
    },
    EXPECTED,
  )
  .refine((given) => Object.keys(given).length > 0, EXPECTED)
  .transform((given) => {
    const conditions = CONDITIONS.filter((key) => key in given).map(
      (key) => ({ [key]: given[key] }) as Predicate,
    );
    return conditions.length === 1 ? (conditions[0] as Predicate) : { all: conditions };
  });
