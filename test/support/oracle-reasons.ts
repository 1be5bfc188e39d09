/** The naive decision: every rule, one after the other, for every application. */
import type { Layer, Policy, Predicate } from '../../src/policy/policy.ts';
import { type Application, plainDigits, type Row } from './oracle-rows.ts';

/** What the applications are held against. */
export interface Evidence {
  readonly registry: ReadonlyMap<string, Row>;
  /** List name → the NIKs on it. */
  readonly lists: ReadonlyMap<string, ReadonlySet<string>>;
  /** Rows of people who received a place before. */
  readonly recipients: readonly Row[];
}

const LAYER_RULES: readonly (readonly [layer: Layer, column: string, code: string])[] = [
  ['email', 'email_verified_at', 'EMAIL_UNVERIFIED'],
  ['phone', 'phone_verified_at', 'PHONE_UNVERIFIED'],
  ['selfie', 'selfie_verified_at', 'SELFIE_UNVERIFIED'],
  ['test', 'test_taken_at', 'TEST_NOT_TAKEN'],
];

/** Every code that the policy can give, in the order in which reasons are written. */
export function reasonCodes(policy: Policy): string[] {
  return [
    ...['DUPLICATE_NIK', 'NIK_NOT_FOUND', 'NIK_INACTIVE', 'NIK_DECEASED', 'NIK_DUPLICATE', 'KK_MISMATCH'],
    ...['NAME_MISMATCH', 'BIRTH_DATE_MISMATCH', 'AGE_OUT_OF_RANGE', 'IN_SCHOOL', 'OCCUPATION_BARRED'],
    ...LAYER_RULES.filter(([layer]) => policy.layers.includes(layer)).map(([, , code]) => code),
    ...[...policy.deny_lists].sort().map((name) => `ON_LIST:${name}`),
    'PAST_RECIPIENT',
    'BLOCKED',
    ...policy.rules.map(({ code }) => code),
  ];
}

/** Upper case, no diacritics, only letters, digits and single spaces. */
function plainName(name: string): string {
  const bare = name.toUpperCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/\s/g, ' ');
  return bare
    .replace(/[^\p{L}\p{Nd} ]/gu, '')
    .replace(/ +/g, ' ')
    .trim();
}

/** Edit distance by code points, row by row of the table. */
function levenshtein(left: readonly string[], right: readonly string[]): number {
  let above = Array.from({ length: right.length + 1 }, (_, place) => place);
  for (const [row, letter] of left.entries()) {
    const current = [row + 1];
    for (const [column, other] of right.entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    above = current;
  }
  return above[right.length] ?? 0;
}

/** Percent, rounded down; 0 where nothing is left of both names. */
export function similarity(oneName: string, otherName: string): number {
  const [one, other] = [[...plainName(oneName)], [...plainName(otherName)]];
  const longer = Math.max(one.length, other.length);
  return longer === 0 ? 0 : Math.floor((100 * (longer - levenshtein(one, other))) / longer);
}

/** Full years between two days: birthdays are compared as text, so 29 February counts from 1 March of a common year. */
export function fullYears(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** The registration numbers that another application of the same NIK was before. */
export function laterDuplicates(applications: readonly Application[]): ReadonlySet<string> {
  const first = new Map<string, Application>();
  const before = (one: Application, other: Application) =>
    one.joinedAt === other.joinedAt
      ? one.registrationNo < other.registrationNo
      : one.joinedAt < other.joinedAt;
  for (const application of applications) {
    const earliest = first.get(application.nik);
    if (earliest === undefined || before(application, earliest)) first.set(application.nik, application);
  }
  const later = applications.filter((application) => first.get(application.nik) !== application);
  return new Set(later.map(({ registrationNo }) => registrationNo));
}

function registryReasons(application: Application, person: Row | undefined, policy: Policy): string[] {
  if (person === undefined) return ['NIK_NOT_FOUND'];
  const reasons: string[] = [];
  if (person.status !== 'ACTIVE') reasons.push(`NIK_${person.status}`);
  if (plainDigits(person.kk ?? '') !== application.kk) reasons.push('KK_MISMATCH');
  if (similarity(application.row.full_name ?? '', person.full_name ?? '') < policy.match.name)
    reasons.push('NAME_MISMATCH');
  if (person.birth_date !== application.row.birth_date) reasons.push('BIRTH_DATE_MISMATCH');
  return reasons;
}

/** All the rules that one application fails, in the order of {@link reasonCodes}. */
export function reasonsOf(
  application: Application,
  policy: Policy,
  evidence: Evidence,
  later: ReadonlySet<string>,
  pastRecipients: ReadonlySet<string>,
): string[] {
  const { nik, row } = application;
  const reasons: string[] = [];
  if (later.has(application.registrationNo)) reasons.push('DUPLICATE_NIK');
  reasons.push(...registryReasons(application, evidence.registry.get(nik), policy));
  const age = fullYears(row.birth_date ?? '', policy.as_of);
  if (age < policy.age.min || age > policy.age.max) reasons.push('AGE_OUT_OF_RANGE');
  if (row.in_school === 'true') reasons.push('IN_SCHOOL');
  if (policy.barred_occupations.some((barred) => barred === row.occupation))
    reasons.push('OCCUPATION_BARRED');
  for (const [layer, column, code] of LAYER_RULES) {
    if (policy.layers.includes(layer) && (row[column] ?? '').trim() === '') reasons.push(code);
  }
  for (const name of [...policy.deny_lists].sort()) {
    if (evidence.lists.get(name)?.has(nik)) reasons.push(`ON_LIST:${name}`);
  }
  if (pastRecipients.has(nik)) reasons.push('PAST_RECIPIENT');
  for (const rule of policy.rules) {
    if (meets(rule.fails_when, application, policy.as_of, evidence.lists)) reasons.push(rule.code);
  }
  return reasons;
}

/** Whether an application meets a condition of the policy. */
function meets(
  condition: Predicate,
  application: Application,
  asOf: string,
  lists: Evidence['lists'],
): boolean {
  const inner = (one: Predicate) => meets(one, application, asOf, lists);
  const { nik, row } = application;
  if ('all' in condition) return condition.all.filter(inner).length === condition.all.length;
  if ('any' in condition) return condition.any.filter(inner).length > 0;
  if ('not' in condition) return !inner(condition.not);
  if ('list' in condition) return lists.get(condition.list)?.has(nik) === true;
  if ('disability' in condition) return row.disability === String(condition.disability);
  if ('employment_status' in condition)
    return condition.employment_status.some((status) => status === row.employment_status);
  if ('education' in condition) {
    const words = (row.education ?? '').toUpperCase().split(/\s+/).filter(Boolean);
    return condition.education.includes(words.join(' '));
  }
  if ('region' in condition) return condition.region.some((code) => row.regency_code?.startsWith(code));
  const years = fullYears(row.birth_date ?? '', asOf);
  return years >= (condition.age.min ?? 0) && years <= (condition.age.max ?? 999);
}

/** The index of the first entry of `priority` that is met, or how many entries there are. */
export function tierOf(application: Application, policy: Policy, lists: Evidence['lists']): number {
  const met = policy.priority.findIndex((entry) => meets(entry, application, policy.as_of, lists));
  return met === -1 ? policy.priority.length : met;
}

/** Past recipients by household, each NIK once: by the card that they had then, and by the card of today's registry. */
export function recipientsByHousehold(evidence: Evidence): ReadonlyMap<string, ReadonlySet<string>> {
  const households = new Map<string, Set<string>>();
  for (const row of evidence.recipients) {
    const nik = plainDigits(row.nik ?? '');
    for (const card of [row.kk, evidence.registry.get(nik)?.kk]) {
      if (card === undefined) continue;
      const kk = plainDigits(card);
      households.set(kk, (households.get(kk) ?? new Set()).add(nik));
    }
  }
  return households;
}
