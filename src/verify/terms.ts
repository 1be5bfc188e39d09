import { canonicalJson } from '../proof/canonical.ts';
import { seatsByRegion } from '../proof/seats.ts';
import { sha256 } from '../proof/sha256.ts';
import { counted, type Findings } from './findings.ts';
import { areSeats, areTexts, isCount, isObject, PROVINCES } from './forms.ts';
import type { Statement } from './statement.ts';

/** What the policy lays down about the lines of an export. */
export interface Terms {
  /** The largest tier: an application that meets no entry of `priority` has it. */
  readonly lastTier: number;
  readonly tickets: Tickets;
  readonly slots: number;
  readonly regions: Parameters<typeof seatsByRegion>[0];
  /** Reason codes in the order in which reasons are written, and counted in the funnel. */
  readonly codes: readonly string[];
}

interface Tickets {
  readonly per_unsuccessful_wave: number;
  readonly max: number;
}

/** The codes of every policy, as they are published; this list is not the one that decides. */
const BEFORE_LAYERS = [
  'DUPLICATE_NIK',
  'NIK_NOT_FOUND',
  'NIK_INACTIVE',
  'NIK_DECEASED',
  'NIK_DUPLICATE',
  'KK_MISMATCH',
  'NAME_MISMATCH',
  'BIRTH_DATE_MISMATCH',
  'AGE_OUT_OF_RANGE',
  'IN_SCHOOL',
  'OCCUPATION_BARRED',
];
const OF_LAYERS = new Map([
  ['email', 'EMAIL_UNVERIFIED'],
  ['phone', 'PHONE_UNVERIFIED'],
  ['selfie', 'SELFIE_UNVERIFIED'],
  ['test', 'TEST_NOT_TAKEN'],
]);
const AFTER_LISTS = ['PAST_RECIPIENT', 'BLOCKED'];
const CODE = /^[A-Z][A-Z0-9_]*$/;
const LIST_NAME = /^[a-z0-9][a-z0-9_-]*$/;

/**
 * The policy stated is the one that was hashed, the figures beside it are its own. Undefined, with faults, where it is
 * in no form that says what to check by.
 */
export function verifyPolicy(statement: Statement, findings: Findings): Terms | undefined {
  const { where, policy } = statement;
  findings.same(where('policy_sha256'), 'policy_sha256', statement.policy_sha256, policyHash(policy));
  for (const key of ['reserve', 'household_cap'] as const) {
    findings.same(where(key), key, statement[key], policy[key]);
  }
  const terms = termsOf(statement, findings);
  findings.close('policy', 'SHA-256 of the canonical JSON of policy, and the figures taken from it');
  return terms;
}

/** The seats of each province are those of the policy, weights shared out among provinces by the largest remainder. */
export function verifyRegions({ where, regions, quota }: Statement, terms: Terms, findings: Findings): void {
  const expected = seatsByRegion(terms.regions, quota);
  for (const code of new Set([...regions.keys(), ...expected.keys()])) {
    findings.same(
      where(regions.has(code) ? code : 'regions'),
      `seats of province ${code}`,
      regions.get(code),
      expected.get(code),
    );
  }
  const sum = [...expected.values()].reduce((total, seats) => total + seats, 0);
  if (sum > quota)
    findings.fault(
      where('regions'),
      `the seats of provinces are ${sum}, expected up to the quota of ${quota}`,
    );
  const provinces = expected.size === 0 ? 'no province' : counted(expected.size, 'province');
  findings.close('regions', `seats of ${provinces}, by the policy and the quota of ${quota}`);
}

/** Whether an application can have so many tickets: one, and as many more for each unsuccessful wave, up to the most. */
export function mayHaveTickets(tickets: number, { per_unsuccessful_wave: each, max }: Tickets): boolean {
  if (each === 0) return tickets === 1;
  return tickets === max || (tickets < max && (tickets - 1) % each === 0);
}

/** In words, what `mayHaveTickets` takes. */
export function ticketsExpected({ per_unsuccessful_wave: each, max }: Tickets): string {
  if (each === 0 || max === 1) return '1';
  return each === 1 ? `1 to ${max}` : `${max}, or 1 and a multiple of ${each} below it`;
}

function termsOf({ policy, where, household_cap }: Statement, findings: Findings): Terms | undefined {
  const before = findings.faultCount;
  const { priority, tickets, regions, layers, deny_lists, rules } = policy;
  const expect = (key: string, right: boolean, expected: string): void => {
    if (!right) findings.fault(where(key), `${key} of the policy is no ${expected}`);
  };
  expect('priority', Array.isArray(priority), 'sequence');
  expect('tickets', areTickets(tickets), 'mapping with per_unsuccessful_wave and max');
  expect('layers', areTexts(layers) && layers.every((layer) => OF_LAYERS.has(layer)), 'sequence of layers');
  expect('deny_lists', areTexts(deny_lists) && deny_lists.every(isListName), 'sequence of names of lists');
  expect('rules', areRules(rules), 'sequence of rules with codes');
  const seats = isObject(regions) && isObject(regions.weights) ? regions.weights : regions;
  expect('regions', areSeats(seats), `mapping of ${PROVINCES}, or of their weights`);
  if (findings.faultCount > before) return undefined;
  return {
    lastTier: (priority as readonly unknown[]).length,
    tickets: tickets as Tickets,
    slots: household_cap,
    regions: regions as Terms['regions'],
    codes: [
      ...BEFORE_LAYERS,
      ...[...OF_LAYERS].flatMap(([layer, code]) => ((layers as string[]).includes(layer) ? [code] : [])),
      ...[...new Set(deny_lists as string[])].sort().map((list) => `ON_LIST:${list}`),
      ...AFTER_LISTS,
      ...(rules as { code: string }[]).map(({ code }) => code),
    ],
  };
}

function areTickets(value: unknown): value is Tickets {
  return isObject(value) && isCount(value.per_unsuccessful_wave) && isCount(value.max) && value.max > 0;
}

function isListName(name: string): boolean {
  return LIST_NAME.test(name);
}

function areRules(rules: unknown): boolean {
  return (
    Array.isArray(rules) &&
    rules.every((rule) => isObject(rule) && typeof rule.code === 'string' && CODE.test(rule.code))
  );
}

/** Undefined for a policy that has no canonical form. */
function policyHash(policy: Statement['policy']): string | undefined {
  try {
    return sha256(canonicalJson(policy), 'hex');
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
