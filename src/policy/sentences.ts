/** A policy in words: each of its rules, and all that it says. From the same values by which the stages work. */
import { isWeighted, seatsByRegion } from '../proof/seats.ts';
import type { Language } from './language.ts';
import { listWords } from './list-names.ts';
import { matchSourceOf, type Policy, reuseDaysOf } from './policy.ts';
import { POLICY_IN_ENGLISH, POLICY_IN_INDONESIAN, type PolicyWords } from './policy-words.ts';
import { predicateSentence } from './predicate-sentences.ts';
import { placeName } from './provinces.ts';
import { type FixedReason, listOfReason, type ReasonCode, reasonCodes } from './reasons.ts';
import { RULES_IN_ENGLISH, RULES_IN_INDONESIAN, type RuleWords } from './rule-words.ts';

export { predicateSentence } from './predicate-sentences.ts';

export interface RuleSentence {
  readonly code: ReasonCode;
  /** A sentence: what the rule asks for. Who does not satisfy it has the reason. */
  readonly what: string;
  /** The article that a rule which only this policy has rests on. */
  readonly law?: string;
}

export interface PolicySection {
  readonly heading: string;
  /** A sentence each. */
  readonly lines: readonly string[];
}

const RULES: Readonly<Record<Language, RuleWords>> = { id: RULES_IN_INDONESIAN, en: RULES_IN_ENGLISH };
const POLICY: Readonly<Record<Language, PolicyWords>> = { id: POLICY_IN_INDONESIAN, en: POLICY_IN_ENGLISH };

/** The rules of a policy, in the order in which reasons are written. */
export function ruleSentences(policy: Policy, language: Language): RuleSentence[] {
  return reasonCodes(policy).map((code) => ruleSentence(code, policy, language));
}

function ruleSentence(code: ReasonCode, policy: Policy, language: Language): RuleSentence {
  const words = RULES[language];
  const list = listOfReason(code);
  if (list !== undefined) return { code, what: words.list(listWords(list, language).is) };
  const rule = policy.rules.find((one) => one.code === code);
  if (rule === undefined) return { code, what: words.reasons[code as FixedReason](policy) };
  return { code, what: words.further(predicateSentence(rule.fails_when, language, false)), law: rule.law };
}

/** All that a policy says, under headings. */
export function policySentences(policy: Policy, language: Language): PolicySection[] {
  const words = POLICY[language];
  const { headings } = words;
  const rules = ruleSentences(policy, language).map(({ code, what, law }) =>
    law === undefined ? `${what} [${code}]` : `${what} [${code}; ${words.law}: ${law}]`,
  );
  return [
    { heading: headings.policy(policy.name), lines: figures(policy, words) },
    { heading: headings.rules, lines: rules },
    { heading: headings.priority, lines: tiers(policy, language) },
    { heading: headings.tickets, lines: [tickets(policy, words)] },
    { heading: headings.regions, lines: regions(policy, language) },
  ];
}

function figures(policy: Policy, words: PolicyWords): string[] {
  const { as_of, quota, reserve, household_cap } = policy;
  return [
    ...[words.ages(as_of), words.seats(quota), words.reserve(reserve), words.household(household_cap)],
    words.registry[matchSourceOf(policy)](reuseDaysOf(policy)),
  ];
}

function tiers({ priority }: Policy, language: Language): string[] {
  const words = POLICY[language];
  if (priority.length === 0) return [words.oneTier];
  const entries = priority.map((entry, tier) => words.tier(tier, predicateSentence(entry, language)));
  return [...entries, words.lastTier(priority.length)];
}

function tickets({ tickets: given }: Policy, words: PolicyWords): string {
  return given.per_unsuccessful_wave === 0 || given.max === 1 ? words.oneTicket : words.moreTickets(given);
}

function regions({ regions: given, quota }: Policy, language: Language): string[] {
  const words = POLICY[language];
  const weights = isWeighted(given) ? given.weights : undefined;
  const named = Object.keys(weights ?? given).sort();
  if (named.length === 0) return [words.noRegions];
  const seats = seatsByRegion(given, quota);
  const taken = [...seats.values()].reduce((sum, count) => sum + count, 0);
  return [
    ...(weights === undefined ? [] : [words.byWeights(quota)]),
    ...named.map((code) => words.region(placeName(code, language), seats.get(code) ?? 0, weights?.[code])),
    words.restOfSeats(quota - taken),
  ];
}
