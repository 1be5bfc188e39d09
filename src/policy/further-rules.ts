/** The rules that one policy has beside those of every policy, as a schema. */
import { z } from 'zod';
import { OUTCOMES } from '../proof/seats.ts';
import { predicate } from './conditions.ts';
import { LAYERS } from './policy.ts';
import { reasonCodes } from './reasons.ts';
import { oneLine } from './values.ts';

const CODE = /^[A-Z][A-Z0-9_]{2,39}$/;
const LONGEST_TEXT = 300;

/** Names of the funnel's steps in capitals that are neither a reason nor an outcome. */
const FUNNEL_STEPS = ['ELIGIBLE', 'CANDIDATES'] as const;

const TAKEN: ReadonlySet<string> = new Set([
  ...reasonCodes({ layers: LAYERS, deny_lists: [], rules: [] }),
  ...OUTCOMES,
  ...FUNNEL_STEPS,
]);

const text = oneLine(LONGEST_TEXT);

const code = z
  .string('a code')
  .regex(CODE, 'a code: 3 to 40 of A-Z 0-9 _, the first a letter')
  .refine(
    (name) => !TAKEN.has(name),
    'a code that is not a reason, an outcome or a step of the funnel already',
  );

export const furtherRule = z.strictObject(
  {
    code,
    fails_when: predicate,
    text: z.strictObject({ id: text, en: text }, 'a mapping with id and en'),
    law: text,
  },
  'a mapping with code, fails_when, text and law',
);
