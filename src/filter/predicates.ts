/** Conditions of a policy, made into functions of an application's row once a part. */
import { EMPLOYMENT_STATUSES, type Policy, type Predicate } from '../policy/policy.ts';
import { FLAGS } from '../wave/people.ts';
import { lastBirthday } from './age.ts';
import { type Evidence, listOf } from './evidence.ts';

/** Whether the application of a row is met by it. */
export type Condition = (row: number) => boolean;

export function conditionOf(predicate: Predicate, policy: Policy, evidence: Evidence): Condition {
  const made = (inner: Predicate) => conditionOf(inner, policy, evidence);
  const { flags, birthDay, employmentStatus, regency } = evidence.applications.of;
  if ('all' in predicate) {
    const conditions = predicate.all.map(made);
    return (row) => conditions.every((condition) => condition(row));
  }
  if ('any' in predicate) {
    const conditions = predicate.any.map(made);
    return (row) => conditions.some((condition) => condition(row));
  }
  if ('not' in predicate) return not(made(predicate.not));
  if ('list' in predicate) return isOn(listOf(evidence, predicate.list), evidence);
  if ('disability' in predicate) {
    const disabled = hasFlag(flags, FLAGS.disability);
    return predicate.disability ? disabled : not(disabled);
  }
  if ('employment_status' in predicate) {
    const meant = EMPLOYMENT_STATUSES.map((status) => predicate.employment_status.includes(status));
    return (row) => meant[employmentStatus[row] as number] as boolean;
  }
  if ('education' in predicate) {
    const { codes, names } = evidence.educations;
    const meant = names.map((name) => predicate.education.includes(name));
    return (row) => meant[codes[row] as number] as boolean;
  }
  if ('region' in predicate) return isIn(new Set(predicate.region.map(Number)), regency);
  if ('age' in predicate) return isOfAge(predicate.age, policy.as_of, birthDay);
  return unknown(predicate);
}

export function hasFlag(flags: Uint16Array, flag: number): Condition {
  return (row) => ((flags[row] as number) & flag) !== 0;
}

export function isOn(
  set: { has(high: number, low: number): boolean },
  { applications }: Evidence,
): Condition {
  const { nikHigh, nikLow } = applications.of;
  return (row) => set.has(nikHigh[row] as number, nikLow[row] as number);
}

export function not(condition: Condition): Condition {
  return (row) => !condition(row);
}

/** Full years on a day, both ends included; an end that is not given is open. */
export function isOfAge(
  { min, max }: { readonly min?: number; readonly max?: number },
  asOf: string,
  birthDay: Int32Array,
): Condition {
  const latest = min === undefined ? Number.POSITIVE_INFINITY : lastBirthday(asOf, min);
  const tooEarly = max === undefined ? Number.NEGATIVE_INFINITY : lastBirthday(asOf, max + 1);
  return (row) => (birthDay[row] as number) <= latest && (birthDay[row] as number) > tooEarly;
}

/** Codes of two digits are of provinces, longer ones of regencies. */
function isIn(codes: ReadonlySet<number>, regency: Uint16Array): Condition {
  return (row) => {
    const code = regency[row] as number;
    return codes.has(code) || codes.has(Math.floor(code / 100));
  };
}

function unknown(predicate: never): never {
  throw new TypeError(`a condition that is not known: ${Object.keys(predicate).join()}`);
}
