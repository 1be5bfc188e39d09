/** Seats by province: read, and summed up. */
import { z } from 'zod';
import { isProvince } from '../identity/provinces.ts';
import { isWeighted } from '../proof/seats.ts';
import type { Regions } from './policy.ts';
import { LARGEST_COUNT, wholeNumber } from './values.ts';

const LARGEST_WEIGHT = 1_000_000_000;

const EXPECTED = 'a mapping of province codes to seats, or of weights to such a mapping';
const WEIGHTS_EXPECTED = 'a mapping of province codes to weights, at least 1';

/** By hand: a schema of mappings takes no notice of some keys, and a province that is not read has no seats. */
export const regions = z.unknown().transform((given, context): Regions => {
  const refuse = (path: readonly string[], message: string) => {
    context.issues.push({ code: 'custom', path: [...path], message, input: given });
  };
  if (given === null) return {};
  if (!isMapping(given)) {
    refuse([], EXPECTED);
    return {};
  }
  if (!Object.hasOwn(given, 'weights')) return numbersIn(given, [], wholeNumber(0, LARGEST_COUNT), context);
  for (const key of Object.keys(given)) if (key !== 'weights') refuse([key], 'nothing beside weights');
  const { weights } = given;
  if (!isMapping(weights) || Object.keys(weights).length === 0) {
    refuse(['weights'], WEIGHTS_EXPECTED);
    return {};
  }
  return { weights: numbersIn(weights, ['weights'], wholeNumber(1, LARGEST_WEIGHT), context) };
});

/** How many seats of the quota are set aside for provinces; of weights none: they share out what there is. */
export function seatsSetAside(given: Regions): number {
  return isWeighted(given) ? 0 : Object.values(given).reduce((sum, seats) => sum + seats, 0);
}

function numbersIn(
  given: Readonly<Record<string, unknown>>,
  path: readonly string[],
  number: z.ZodNumber,
  context: z.RefinementCtx,
): Record<string, number> {
  const numbers: Record<string, number> = {};
  const unknown = Object.keys(given).filter((key) => !isProvince(key));
  if (unknown.length > 0) {
    context.issues.push({ code: 'unrecognized_keys', keys: unknown, path: [...path], input: given });
  }
  for (const [key, value] of Object.entries(given)) {
    if (!isProvince(key)) continue;
    const read = number.safeParse(value);
    if (read.success) numbers[key] = read.data;
    const message = read.error?.issues[0]?.message;
    if (message !== undefined)
      context.issues.push({ code: 'custom', path: [...path, key], message, input: value });
  }
  return numbers;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
