/** Every reason for the person whom it turned down: what it is, and what they can do about it. */
import { ADVICE_IN_ENGLISH } from './advice-en.ts';
import { ADVICE_IN_INDONESIAN } from './advice-id.ts';
import type { Language } from './language.ts';
import { type ListWords, listWords } from './list-names.ts';
import type { FurtherRule, Policy } from './policy.ts';
import { type FixedReason, listOfReason } from './reasons.ts';

/** What the texts say of the wave's policy and cannot know themselves. */
export interface PolicyFacts {
  /** `YYYY-MM-DD`: the day on which ages were taken. */
  readonly asOf: string;
  /** Full years, both included. */
  readonly ageMin: number;
  readonly ageMax: number;
  /** Those that the policy has beside those of every policy. */
  readonly rules: readonly FurtherRule[];
}

export interface Advice {
  /** A sentence: what the rule found. */
  readonly what: string;
  /** One sentence or more: what to do, or that there is nothing to do. */
  readonly todo: string;
}

/** The texts of one language. */
export interface AdviceWords {
  readonly reasons: Readonly<Record<FixedReason, (facts: PolicyFacts) => Advice>>;
  readonly list: (words: ListWords) => Advice;
  /** What to do about a rule that one policy alone has, and which article it rests on. */
  readonly further: (law: string) => string;
}

const WORDS: Readonly<Record<Language, AdviceWords>> = { id: ADVICE_IN_INDONESIAN, en: ADVICE_IN_ENGLISH };

export function policyFacts({ as_of, age, rules }: Policy): PolicyFacts {
  return { asOf: as_of, ageMin: age.min, ageMax: age.max, rules };
}

/**
 * What to tell a person of one reason. Of a rule that only this policy has it is the rule's own text.
 * @throws TypeError for a text that is no reason code: a person is never told half of why.
 */
export function adviceOn(reason: string, facts: PolicyFacts, language: Language): Advice {
  const words = WORDS[language];
  if (Object.hasOwn(words.reasons, reason)) return words.reasons[reason as FixedReason](facts);
  const rule = facts.rules.find(({ code }) => code === reason);
  if (rule !== undefined)
    return { what: ended(rule.text[language]), todo: words.further(withoutEnd(rule.law)) };
  const list = listOfReason(reason);
  if (list === undefined || list === '') throw new TypeError(`${reason} is no reason code`);
  return words.list(listWords(list, language));
}

/** With the full stop that someone has left out. */
function ended(text: string): string {
  return /[.!?…]$/u.test(text) ? text : `${text}.`;
}

function withoutEnd(text: string): string {
  return text.replace(/\.$/, '');
}
