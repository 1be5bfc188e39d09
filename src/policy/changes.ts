/** A policy with some of its values changed, each by the path of its key: `match.name=70`. */
import { parseDocument } from 'yaml';
import { type Fault, GelombangError } from '../errors.ts';
import { outOfBounds } from './bounds.ts';
import type { Policy } from './policy.ts';
import { policyFromValue, type ReadPolicy } from './read.ts';

/** One value in place of another. */
export interface PolicyChange {
  /** The keys that lead to it, with dots between them. */
  readonly key: string;
  /** As it would stand in a policy file, in YAML. */
  readonly value: string;
}

/** A value under its path, or what is wrong with either. */
type Parsed = { readonly path: readonly string[]; readonly value: unknown };

/**
 * The policy with the changes made, one after the other, and checked as a file is.
 * @throws GelombangError INPUT_REFUSED with every fault, each placed at the change that it comes from.
 */
export function changedPolicy(policy: Policy, changes: readonly PolicyChange[]): ReadPolicy {
  const faults = repeatedKeys(changes);
  let value: unknown = policy;
  for (const change of changes) {
    try {
      const { path, value: given } = parsed(change);
      value = withValue(value, path, given);
    } catch (error) {
      faults.push({ where: placeOf(change), what: error instanceof Error ? error.message : String(error) });
    }
  }
  try {
    const read = policyFromValue(value, 'changes');
    if (faults.length === 0) return read;
  } catch (error) {
    if (!(error instanceof GelombangError)) throw error;
    faults.push(...error.faults.map((fault) => ({ ...fault, where: originOf(fault, changes) })));
  }
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  throw new GelombangError('INPUT_REFUSED', `the policy cannot be changed so: ${count}`, {
    faults: faults.toSorted((left, right) => placeIn(changes, left) - placeIn(changes, right)),
    next: 'Correct the values and run the command again.',
  });
}

/** As it was given on the command line. */
function placeOf({ key, value }: PolicyChange): string {
  return `--set ${key}=${value}`;
}

/** Of the change that the fault is of; -1 where it is of none. */
function placeIn(changes: readonly PolicyChange[], { where }: Fault): number {
  return changes.findIndex((change) => placeOf(change) === where);
}

function repeatedKeys(changes: readonly PolicyChange[]): Fault[] {
  const isRepeated = ({ key }: PolicyChange, at: number) => changes.findIndex((one) => one.key === key) < at;
  return changes.filter(isRepeated).map((change) => ({
    where: placeOf(change),
    what: `${change.key} is given more than once`,
  }));
}

/** @throws Error that says what is wrong, in words. */
function parsed({ key, value }: PolicyChange): Parsed {
  const path = key.split('.');
  if (path.some((step) => step.trim() === ''))
    throw new Error('expected a key of the policy, with dots between the steps of its path');
  const beyond = outOfBounds(value);
  if (beyond !== undefined) throw new Error(beyond.what);
  const document = parseDocument(value, {
    prettyErrors: false,
    resolveKnownTags: false,
    schema: 'core',
    stringKeys: true,
  });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) throw new Error(`no valid YAML: ${error.message}`);
  try {
    return { path, value: document.toJS({ maxAliasCount: 0 }) };
  } catch {
    throw new Error('an alias: write its value out');
  }
}

/** The same value with another one at the end of the path; mappings on the way there are made where there are none. */
function withValue(within: unknown, path: readonly string[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(within)) {
    const place = /^\d{1,9}$/.test(step) ? Number(step) : Number.NaN;
    if (place < within.length) return within.with(place, withValue(within[place], rest, value));
    throw new Error(`there is no entry ${step}: a sequence of ${within.length}, counted from 0`);
  }
  const entries = new Map(isMapping(within) ? Object.entries(within) : []);
  if (within !== undefined && within !== null && !isMapping(within))
    throw new Error(`there is nothing within a single value: no key ${step}`);
  return Object.fromEntries(entries.set(step, withValue(entries.get(step), rest, value)));
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The policy had no fault before: of the changes, the one whose path has most in common with that of the fault. */
function originOf({ what }: Fault, changes: readonly PolicyChange[]): string {
  const path = (/^[^\s:]+/.exec(what)?.[0] ?? '').split('.');
  const inCommon = ({ key }: PolicyChange) => {
    const steps = key.split('.');
    const apart = steps.findIndex((step, at) => step !== path[at]);
    return apart < 0 ? steps.length : apart;
  };
  const [nearest] = changes.toSorted((left, right) => inCommon(right) - inCommon(left));
  if (nearest === undefined || (inCommon(nearest) === 0 && changes.length > 1)) return '--set';
  return placeOf(nearest);
}
