/**
 * The rules of a policy as conditions on one application of a part. Made once a part from values of the policy; nothing
 * of a policy file ever becomes code or a statement's text.
 */
import type { NikSet } from '../columns/nik-set.ts';
import { GelombangError } from '../errors.ts';
import { EMPLOYMENT_STATUSES, OCCUPATIONS, type Policy, type PriorityEntry } from '../policy/policy.ts';
import { type ReasonCode, reasonCodes } from '../policy/reasons.ts';
import { FLAGS, REGISTRY_STATUSES } from '../wave/people.ts';
import { lastBirthday } from './age.ts';
import type { Evidence } from './evidence.ts';

/** Whether the application of a row is met by it. */
export type Condition = (row: number) => boolean;

/** The conditions under which an application fails, in the order of `reasonCodes`. */
export function failures(policy: Policy, evidence: Evidence): readonly Condition[] {
  return reasonCodes(policy).map((code) => failure(code, policy, evidence));
}

/** The conditions of the entries of `priority`, in their order. */
export function priorities(policy: Policy, evidence: Evidence): readonly Condition[] {
  return policy.priority.map((entry) => meets(entry, evidence));
}

function failure(code: ReasonCode, policy: Policy, evidence: Evidence): Condition {
  const { applications, matched, recipients } = evidence;
  const { duplicate, status, kkMatches, nameSimilarity, birthDateMatches } = matched.of;
  const { occupation } = applications.of;
  switch (code) {
    case 'DUPLICATE_NIK':
      return (row) => duplicate[row] === 1;
    case 'NIK_NOT_FOUND':
      return (row) => status[row] === 0;
    case 'NIK_INACTIVE':
    case 'NIK_DECEASED':
    case 'NIK_DUPLICATE': {
      const place = 1 + placeIn(REGISTRY_STATUSES, code.slice('NIK_'.length));
      return (row) => status[row] === place;
    }
    case 'KK_MISMATCH':
      return (row) => status[row] !== 0 && kkMatches[row] === 0;
    case 'NAME_MISMATCH': {
      const least = policy.match.name;
      return (row) => status[row] !== 0 && (nameSimilarity[row] as number) < least;
    }
    case 'BIRTH_DATE_MISMATCH':
      return (row) => status[row] !== 0 && birthDateMatches[row] === 0;
    case 'AGE_OUT_OF_RANGE':
      return ageOutOfRange(policy, evidence);
    case 'IN_SCHOOL':
      return isFlagged(evidence, FLAGS.inSchool);
    case 'OCCUPATION_BARRED': {
      const barred = OCCUPATIONS.map((name) => policy.barred_occupations.some((one) => one === name));
      return (row) => barred[occupation[row] as number] as boolean;
    }
    case 'EMAIL_UNVERIFIED':
      return not(isFlagged(evidence, FLAGS.emailVerified));
    case 'PHONE_UNVERIFIED':
      return not(isFlagged(evidence, FLAGS.phoneVerified));
    case 'SELFIE_UNVERIFIED':
      return not(isFlagged(evidence, FLAGS.selfieVerified));
    case 'TEST_NOT_TAKEN':
      return not(isFlagged(evidence, FLAGS.testTaken));
    case 'PAST_RECIPIENT':
      return isOn(recipients, evidence);
    case 'BLOCKED':
      // No one can be blocked yet: there is nothing that a rule could look at.
      return () => false;
    default:
      return isOn(listOf(evidence, code.slice('ON_LIST:'.length)), evidence);
  }
}

function meets(entry: PriorityEntry, evidence: Evidence): Condition {
  if ('list' in entry) return isOn(listOf(evidence, entry.list), evidence);
  const { employmentStatus } = evidence.applications.of;
  if ('disability' in entry) {
    const disabled = isFlagged(evidence, FLAGS.disability);
    return entry.disability ? disabled : not(disabled);
  }
  const meant = EMPLOYMENT_STATUSES.map((status) => entry.employment_status.includes(status));
  return (row) => meant[employmentStatus[row] as number] as boolean;
}

/** Born too late to have the least age on `as_of`, or early enough to be a year older than the greatest. */
function ageOutOfRange({ as_of, age }: Policy, { applications }: Evidence): Condition {
  const { birthDay } = applications.of;
  const latest = lastBirthday(as_of, age.min);
  const tooEarly = lastBirthday(as_of, age.max + 1);
  return (row) => (birthDay[row] as number) > latest || (birthDay[row] as number) <= tooEarly;
}

function isFlagged({ applications }: Evidence, flag: number): Condition {
  const { flags } = applications.of;
  return (row) => ((flags[row] as number) & flag) !== 0;
}

function isOn(set: NikSet, { applications }: Evidence): Condition {
  const { nikHigh, nikLow } = applications.of;
  return (row) => set.has(nikHigh[row] as number, nikLow[row] as number);
}

function not(condition: Condition): Condition {
  return (row) => !condition(row);
}

function listOf({ lists }: Evidence, name: string): NikSet {
  const list = lists.get(name);
  if (list === undefined) {
    throw new GelombangError('UNEXPECTED', `the wave was closed without a version of list ${name}`);
  }
  return list;
}

function placeIn(statuses: readonly string[], name: string): number {
  return statuses.indexOf(name);
}
