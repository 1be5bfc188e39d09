/**
 * The rules of a policy as conditions on one application of a part. Made once a part from values of the policy; nothing
 * of a policy file ever becomes code or a statement's text.
 */
import { OCCUPATIONS, type Policy } from '../policy/policy.ts';
import { type ReasonCode, reasonCodes } from '../policy/reasons.ts';
import { FLAGS, REGISTRY_STATUSES } from '../wave/people.ts';
import { UNANSWERED } from '../wave/stage-blocks.ts';
import { type Evidence, listOf } from './evidence.ts';
import { type Condition, conditionOf, hasFlag, isOfAge, isOn, not } from './predicates.ts';

/** The conditions under which an application fails, in the order of `reasonCodes`. */
export function failures(policy: Policy, evidence: Evidence): readonly Condition[] {
  return reasonCodes(policy).map((code) => failure(code, policy, evidence));
}

/** The conditions of the entries of `priority`, in their order. */
export function priorities(policy: Policy, evidence: Evidence): readonly Condition[] {
  return policy.priority.map((entry) => conditionOf(entry, policy, evidence));
}

function failure(code: ReasonCode, policy: Policy, evidence: Evidence): Condition {
  const { applications, matched, recipients } = evidence;
  const { duplicate, status, kkMatches, nameSimilarity, birthDateMatches } = matched.of;
  const { occupation, flags, birthDay } = applications.of;
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
      return (row) => isKnown(status[row] as number) && kkMatches[row] === 0;
    case 'NAME_MISMATCH': {
      const least = policy.match.name;
      return (row) => isKnown(status[row] as number) && (nameSimilarity[row] as number) < least;
    }
    case 'BIRTH_DATE_MISMATCH':
      return (row) => isKnown(status[row] as number) && birthDateMatches[row] === 0;
    case 'AGE_OUT_OF_RANGE':
      return not(isOfAge(policy.age, policy.as_of, birthDay));
    case 'IN_SCHOOL':
      return hasFlag(flags, FLAGS.inSchool);
    case 'OCCUPATION_BARRED': {
      const barred = OCCUPATIONS.map((name) => policy.barred_occupations.some((one) => one === name));
      return (row) => barred[occupation[row] as number] as boolean;
    }
    case 'EMAIL_UNVERIFIED':
      return not(hasFlag(flags, FLAGS.emailVerified));
    case 'PHONE_UNVERIFIED':
      return not(hasFlag(flags, FLAGS.phoneVerified));
    case 'SELFIE_UNVERIFIED':
      return not(hasFlag(flags, FLAGS.selfieVerified));
    case 'TEST_NOT_TAKEN':
      return not(hasFlag(flags, FLAGS.testTaken));
    case 'PAST_RECIPIENT':
      return isOn(recipients, evidence);
    case 'BLOCKED':
      // No one can be blocked yet: there is nothing that a rule could look at.
      return () => false;
    default:
      return furtherFailure(code, policy, evidence);
  }
}

/** A list's, or that of a rule which this policy alone has. */
function furtherFailure(code: string, policy: Policy, evidence: Evidence): Condition {
  const rule = policy.rules.find((one) => one.code === code);
  if (rule !== undefined) return conditionOf(rule.fails_when, policy, evidence);
  return isOn(listOf(evidence, code.slice('ON_LIST:'.length)), evidence);
}

/** Whether the registry has a person of this status in the match. */
function isKnown(status: number): boolean {
  return status !== 0 && status !== UNANSWERED;
}

function placeIn(statuses: readonly string[], name: string): number {
  return statuses.indexOf(name);
}
