/** Conditions for people: what the engine asks of an application's row, said of the person. */
import type { Language } from './language.ts';
import type { Predicate } from './policy.ts';
import { IN_ENGLISH, IN_INDONESIAN, type PredicateWords } from './predicate-words.ts';

const WORDS: Readonly<Record<Language, PredicateWords>> = { id: IN_INDONESIAN, en: IN_ENGLISH };

type Joint = 'and' | 'or';

/** What is said, and by which word it is joined, if it is of several. */
interface Phrase {
  readonly text: string;
  readonly joint?: Joint;
}

/**
 * What a condition says of a person, as the end of a sentence: `is laid off or furloughed, and lives in Banten (36)`.
 * What is made of several is in brackets where it would be read differently without.
 * @param meant False for its opposite: what is said of whoever does not meet it.
 */
export function predicateSentence(predicate: Predicate, language: Language, meant = true): string {
  return phraseOf(predicate, WORDS[language], meant).text;
}

function phraseOf(predicate: Predicate, words: PredicateWords, meant: boolean): Phrase {
  // Not all of them is one of them not, and the other way round.
  if ('all' in predicate) return joined(predicate.all, meant ? 'and' : 'or', words, meant);
  if ('any' in predicate) return joined(predicate.any, meant ? 'or' : 'and', words, meant);
  if ('not' in predicate) return phraseOf(predicate.not, words, !meant);
  if ('employment_status' in predicate)
    return { text: words.employmentStatus(predicate.employment_status, meant) };
  if ('list' in predicate) return { text: words.list(predicate.list, meant) };
  if ('disability' in predicate) return { text: words.disability(predicate.disability === meant) };
  if ('education' in predicate) return { text: words.education(predicate.education, meant) };
  if ('region' in predicate) return { text: words.region(predicate.region, meant) };
  if ('age' in predicate) return { text: words.age(predicate.age, meant) };
  return unknown(predicate);
}

function joined(
  predicates: readonly Predicate[],
  joint: Joint,
  words: PredicateWords,
  meant: boolean,
): Phrase {
  const phrases = predicates.map((each) => phraseOf(each, words, meant));
  const [first] = phrases;
  if (first !== undefined && phrases.length === 1) return first;
  const texts = phrases.map((each) =>
    each.joint === undefined || each.joint === joint ? each.text : `(${each.text})`,
  );
  return { text: texts.join(`, ${words[joint]} `), joint };
}

function unknown(predicate: never): never {
  throw new TypeError(`a condition that is not known: ${Object.keys(predicate).join()}`);
}
