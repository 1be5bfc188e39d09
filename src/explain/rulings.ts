/** Every rule of a wave's policy, as it was decided. Nothing is decided again: which rules failed is what was recorded. */
import { type CalendarDate, dateOfDay } from '../columns/calendar.ts';
import { OCCUPATIONS, type Policy } from '../policy/policy.ts';
import { reasonCodes } from '../policy/reasons.ts';
import type { Outcome } from '../proof/seats.ts';
import type { Answer } from '../registry/answers.ts';
import type { LineField, LineValues } from '../wave/lines.ts';
import {
  type Evidence,
  type Finding,
  type ListVersion,
  listIn,
  type Ruling,
  type Slip,
} from './explanation.ts';

/** What was recorded of an application, and what it was held against. */
export interface Decided {
  readonly policy: Policy;
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  readonly gave: LineValues;
  /** Days from 2000-01-01 on. */
  readonly birthDay: number;
  /** Percent, where the registry has the NIK. */
  readonly nameSimilarity: number;
  /** Of the web service, where it was asked and its answer is on record. */
  readonly answer: Answer | undefined;
  readonly lists: readonly ListVersion[];
  readonly wavesReceived: readonly number[];
  readonly slip: Slip | null;
  readonly slipSought: boolean;
}

/** Rules that are asked of what the registry has under the NIK. */
const OF_PERSON: readonly string[] = [
  'NIK_INACTIVE',
  'NIK_DECEASED',
  'NIK_DUPLICATE',
  'KK_MISMATCH',
  'NAME_MISMATCH',
  'BIRTH_DATE_MISMATCH',
];

/** What an answer may leave open of somebody whom the registry has: then nothing is held against them. */
const OPEN_IN_ANSWER: Readonly<Record<string, Exclude<keyof Answer, 'status'>>> = {
  KK_MISMATCH: 'kkMatches',
  NAME_MISMATCH: 'nameSimilarity',
  BIRTH_DATE_MISMATCH: 'birthDateMatches',
};

const LAYERS: Readonly<
  Record<string, { readonly layer: (Evidence & { kind: 'layer' })['layer']; readonly field: LineField }>
> = {
  EMAIL_UNVERIFIED: { layer: 'email', field: 'email_verified_at' },
  PHONE_UNVERIFIED: { layer: 'phone', field: 'phone_verified_at' },
  SELFIE_UNVERIFIED: { layer: 'selfie', field: 'selfie_verified_at' },
  TEST_NOT_TAKEN: { layer: 'test', field: 'test_taken_at' },
};

const LAST_DIGITS = -4;

/** In the order in which reasons are written. */
export function rulingsOf(decided: Decided): readonly Ruling[] {
  return reasonCodes(decided.policy).map((code) => {
    const finding = findingOf(code, decided);
    return { code, finding, evidence: evidenceOf(code, finding, decided) };
  });
}

function findingOf(code: string, { outcome, reasons, answer }: Decided): Finding {
  if (reasons.includes(code)) return 'failed';
  const isUnanswered = outcome === 'UNVERIFIED' && (code === 'NIK_NOT_FOUND' || OF_PERSON.includes(code));
  const isUnknown = reasons.includes('NIK_NOT_FOUND') && OF_PERSON.includes(code);
  const isOpen = answer !== undefined && answer[OPEN_IN_ANSWER[code] ?? 'status'] === null;
  return isUnanswered || isUnknown || isOpen ? 'not_asked' : 'passed';
}

function evidenceOf(code: string, finding: Finding, decided: Decided): Evidence {
  const { policy, gave } = decided;
  const failed = finding === 'failed';
  switch (code) {
    case 'DUPLICATE_NIK':
      return { kind: 'same_nik' };
    case 'NIK_NOT_FOUND':
      return { kind: 'known', slip: decided.slip, slip_sought: decided.slipSought };
    case 'NIK_INACTIVE':
    case 'NIK_DECEASED':
    case 'NIK_DUPLICATE':
      return { kind: 'status' };
    case 'KK_MISMATCH':
      return { kind: 'kk', given_ends_in: failed ? gave.kk.slice(LAST_DIGITS) : null };
    case 'NAME_MISMATCH': {
      const similarity = finding === 'not_asked' ? null : decided.nameSimilarity;
      return { kind: 'name', similarity, least: policy.match.name };
    }
    case 'BIRTH_DATE_MISMATCH':
      return { kind: 'birth_date' };
    case 'AGE_OUT_OF_RANGE':
      return {
        kind: 'age',
        age: ageOn(policy.as_of, decided.birthDay),
        min: policy.age.min,
        max: policy.age.max,
        on: policy.as_of,
      };
    case 'IN_SCHOOL':
      return { kind: 'school', in_school: failed };
    case 'OCCUPATION_BARRED': {
      const barred = OCCUPATIONS.find((occupation) => occupation === gave.occupation) ?? null;
      return { kind: 'occupation', barred: failed ? barred : null };
    }
    case 'PAST_RECIPIENT':
      return { kind: 'recipient', waves: decided.wavesReceived };
    case 'BLOCKED':
      return { kind: 'block', on: policy.as_of };
    default:
      return furtherEvidence(code, decided);
  }
}

/** Of a layer, of a deny list, or of a rule that this policy alone has. */
function furtherEvidence(code: string, { policy, gave, lists }: Decided): Evidence {
  const asked = LAYERS[code];
  if (asked !== undefined) return { kind: 'layer', layer: asked.layer, at: gave[asked.field] || null };
  const rule = policy.rules.find((one) => one.code === code);
  if (rule !== undefined)
    return { kind: 'further', fails_when: rule.fails_when, text: rule.text, law: rule.law };
  const list = lists.find(({ name }) => name === listIn(code));
  if (list === undefined) throw new TypeError(`${code} is of no list that the wave was closed with`);
  return { kind: 'list', list };
}

/**
 * Full years on a day (`YYYY-MM-DD`). A year is full on the birthday; whoever was born on 29 February has it on 1 March of
 * a common year.
 * @param birthDay Days from 2000-01-01 on.
 */
export function ageOn(asOf: string, birthDay: number): number {
  const [year = 0, month = 1, day = 1] = asOf.split('-').map(Number);
  const born: CalendarDate = dateOfDay(birthDay);
  const isBefore = month < born.month || (month === born.month && day < born.day);
  return year - born.year - (isBefore ? 1 : 0);
}
