import { describe, expect, test } from 'vitest';
import { adviceOn, type PolicyFacts } from '../../src/policy/advice.ts';
import { LANGUAGES } from '../../src/policy/language.ts';
import { LAYERS, OLDEST } from '../../src/policy/policy.ts';
import { reasonCodes } from '../../src/policy/reasons.ts';

const RULE = {
  code: 'TOO_NEAR',
  fails_when: { region: ['31'] },
  text: { id: 'Anda tinggal terlalu dekat', en: 'You live too near!' },
  law: 'Permenko 1/2021.',
};
const FACTS: PolicyFacts = { asOf: '2021-04-30', ageMin: 18, ageMax: 64, rules: [RULE] };
const REASONS = reasonCodes({
  layers: [...LAYERS],
  deny_lists: ['bpum', 'bsu', 'dtks', 'toString', 'village-17'],
  rules: [RULE],
});

/** What a text looks like in which something was not filled in, or in which code shows. */
const UNFINISHED = /undefined|null|NaN|Invalid|\[object|[{}<>$]|\s$|^\s| {2,}|\.\.|[A-Z]+_[A-Z]/;

describe.each(LANGUAGES)('in the language %s every reason', (language) => {
  test.each(REASONS)('%s has words of its own and something to do', (reason) => {
    const { what, todo } = adviceOn(reason, FACTS, language);
    for (const sentence of [what, todo]) {
      expect(sentence).toMatch(/^[A-Z].*[.!]$/);
      expect(sentence).not.toMatch(UNFINISHED);
    }
  });

  test('is told apart from every other', () => {
    const texts = new Set(REASONS.map((reason) => adviceOn(reason, FACTS, language).what));
    expect(texts.size).toBe(REASONS.length);
  });

  test.each(['NIK_NOT_FOUND', 'KK_MISMATCH', 'NAME_MISMATCH', 'BIRTH_DATE_MISMATCH', 'NIK_INACTIVE'])(
    '%s says where to have the registry corrected',
    (reason) => {
      expect(adviceOn(reason, FACTS, language).todo).toContain('1500-538');
    },
  );

  test('NIK_DUPLICATE is said to be no fault that was found', () => {
    const { what, todo } = adviceOn('NIK_DUPLICATE', FACTS, language);
    expect(what).toMatch(/says nothing against you|belum tentu kesalahan Anda/);
    expect(todo).toContain('1500-538');
  });

  test('of a rule that only this policy has is told in its own words, with the article and the help desk', () => {
    const { what, todo } = adviceOn('TOO_NEAR', FACTS, language);
    expect(what.startsWith(RULE.text[language])).toBe(true);
    expect(todo).toContain(': Permenko 1/2021. ');
    expect(todo).toMatch(/help desk|layanan bantuan/);
    expect(todo).toMatch(/join the next wave|ikut gelombang berikutnya/);
  });

  test.each(['UNHEARD_OF', 'ON_LIST:', 'toString', ''])('is none of what is none: %j', (reason) => {
    expect(() => adviceOn(reason, FACTS, language)).toThrow(TypeError);
  });
});

test('no text of one language is that of the other', () => {
  for (const reason of REASONS) {
    const [indonesian, english] = LANGUAGES.map((language) => adviceOn(reason, FACTS, language));
    expect(indonesian?.what).not.toBe(english?.what);
    expect(indonesian?.todo).not.toBe(english?.todo);
  }
});

test('names the limits of the policy, and no upper one where there is none', () => {
  const facts = { asOf: '2023-02-01', ageMin: 20, ageMax: 59, rules: [] };
  expect(adviceOn('AGE_OUT_OF_RANGE', facts, 'id').what).toBe(
    'Usia Anda pada 1 Februari 2023 tidak di antara 20 dan 59 tahun.',
  );
  expect(adviceOn('AGE_OUT_OF_RANGE', facts, 'en').what).toBe(
    'On 1 February 2023 you were not between 20 and 59 years old.',
  );
  for (const language of LANGUAGES) {
    const { what, todo } = adviceOn('AGE_OUT_OF_RANGE', { ...facts, ageMax: OLDEST }, language);
    expect(`${what} ${todo}`).not.toContain(String(OLDEST));
  }
});

test('names a list as it is known, or by its name', () => {
  expect(adviceOn('ON_LIST:bsu', FACTS, 'id').what).toContain('Bantuan Subsidi Upah');
  expect(adviceOn('ON_LIST:bsu', FACTS, 'en').what).toContain('wage subsidy');
  expect(adviceOn('ON_LIST:village-17', FACTS, 'id').what).toContain('daftar "village-17"');
  expect(adviceOn('ON_LIST:village-17', FACTS, 'en').what).toContain('list "village-17"');
});
