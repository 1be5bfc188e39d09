/** What is said of every rule, from what was recorded. */
import { describe, expect, test } from 'vitest';
import { dayOfText } from '../../src/columns/calendar.ts';
import { ENGLISH } from '../../src/explain/english.ts';
import type { Explanation, ListVersion } from '../../src/explain/explanation.ts';
import { figuresIn } from '../../src/explain/figures.ts';
import { INDONESIAN } from '../../src/explain/indonesian.ts';
import { ageOn, type Decided, rulingsOf } from '../../src/explain/rulings.ts';
import { OCCUPATIONS, type Policy } from '../../src/policy/policy.ts';
import { reasonCodes } from '../../src/policy/reasons.ts';
import { LINE_FIELDS, type LineValues } from '../../src/wave/lines.ts';

const POLICY: Policy = {
  ...{ name: 'test', as_of: '2021-02-28', quota: 10, reserve: 0, household_cap: 2, match: { name: 80 } },
  ...{ layers: ['email', 'test'], age: { min: 18, max: 64 }, barred_occupations: ['ASN'] },
  ...{ deny_lists: ['dtks', 'bsu'], priority: [], regions: {} },
  tickets: { per_unsuccessful_wave: 0, max: 1 },
  rules: [
    {
      code: 'OUTSIDE_AREA',
      fails_when: { not: { region: ['31'] } },
      text: { id: 'Anda tinggal di luar daerah uji coba.', en: 'You live outside the pilot area.' },
      law: 'Pasal 3',
    },
  ],
};

const LISTS = ['bsu', 'dtks'].map(
  (name, at): ListVersion => ({
    ...{ name, version: 4 + at, kind: 'deny', source: 'Kemensos', date: at === 0 ? null : '2021-02-01' },
    ...{ file: `${name}.csv`, sha256: '', rows: 2, entries: 2, imported_at: '2021-02-03T01:00:00.000Z' },
  }),
);

const BLANK = Object.fromEntries(LINE_FIELDS.map((field) => [field, ''])) as LineValues;
const GAVE = {
  ...BLANK,
  kk: '3171010501170027',
  occupation: 'ASN',
  email_verified_at: '2021-01-04T08:00:00Z',
};

function decided(more: Partial<Decided>): Decided {
  return {
    ...{ policy: POLICY, outcome: 'INELIGIBLE', reasons: [], gave: GAVE, birthDay: dayOfText('1990-01-01') },
    ...{ nameSimilarity: 91, lists: LISTS, wavesReceived: [], slip: null, slipSought: true },
    ...{ answer: undefined, ...more },
  };
}

function findings(more: Partial<Decided>): Record<string, string> {
  return Object.fromEntries(rulingsOf(decided(more)).map(({ code, finding }) => [code, finding]));
}

test('every rule of the policy is there once, in the order of the reasons, and no other', () => {
  expect(rulingsOf(decided({})).map(({ code }) => code)).toEqual(reasonCodes(POLICY));
});

test('the rules that failed are those recorded, whatever the data would say now', () => {
  const reasons = ['IN_SCHOOL', 'ON_LIST:dtks', 'OUTSIDE_AREA'];
  const failed = Object.entries(findings({ reasons })).filter(([, finding]) => finding === 'failed');
  expect(failed.map(([code]) => code)).toEqual(reasons);
});

const OF_REGISTRY = ['NIK_INACTIVE', 'NIK_DECEASED', 'NIK_DUPLICATE'];
const OF_PERSON = [...OF_REGISTRY, 'KK_MISMATCH', 'NAME_MISMATCH', 'BIRTH_DATE_MISMATCH'];

test('what needs the registry is not asked where it does not have the NIK', () => {
  const found = findings({ reasons: ['NIK_NOT_FOUND'] });
  const notAsked = Object.entries(found).filter(([, finding]) => finding === 'not_asked');
  expect(notAsked.map(([code]) => code)).toEqual(OF_PERSON);
  expect(found.NIK_NOT_FOUND).toBe('failed');
});

test('nor is the NIK itself where the registry gave no answer', () => {
  const found = findings({ outcome: 'UNVERIFIED' });
  const notAsked = Object.entries(found).filter(([, finding]) => finding === 'not_asked');
  expect(notAsked.map(([code]) => code)).toEqual(['NIK_NOT_FOUND', ...OF_PERSON]);
});

test.each([
  ['1990-02-28', 31],
  ['1990-03-01', 30],
  ['1956-02-28', 65],
  ['1956-02-29', 64],
])('someone born on %s is %i on 28 February of a common year', (born, age) => {
  expect(ageOn('2021-02-28', dayOfText(born))).toBe(age);
});

test('a year of those born on 29 February is full on it, or on 1 March', () => {
  expect(ageOn('2024-02-29', dayOfText('1956-02-29'))).toBe(68);
  expect(ageOn('2021-03-01', dayOfText('1956-02-29'))).toBe(65);
});

describe('in words', () => {
  const explanation = {
    ...{ wave: 17, outcome: 'INELIGIBLE', reasons: [], nik_warnings: [] },
    registry: { source: 'snapshot', as_of: '2021-02-20' },
  } as unknown as Explanation;
  const languages = [
    ['English', ENGLISH, figuresIn('en')],
    ['Indonesian', INDONESIAN, figuresIn('id')],
  ] as const;
  /** Every rule passed, failed, not asked. */
  const all = [
    ...rulingsOf(decided({ wavesReceived: [3, 9] })),
    ...rulingsOf(decided({ reasons: reasonCodes(POLICY), wavesReceived: [3, 9] })),
    ...rulingsOf(decided({ reasons: ['NIK_NOT_FOUND'] })),
    ...rulingsOf(decided({ reasons: ['NIK_NOT_FOUND'], slip: 'one_digit' })),
    ...rulingsOf(decided({ reasons: ['NIK_NOT_FOUND'], slip: 'neighbours_swapped' })),
  ];

  test.each(languages)('in %s each has a name and evidence of its own', (_, texts, figures) => {
    for (const ruling of all) {
      const said = `${texts.rule(ruling.code)}: ${texts.evidence(ruling, explanation, figures)}`;
      expect(said, ruling.code).not.toMatch(/undefined|null|NaN|\[object|: $| {2}|Own rule (?!.*OUTSIDE)/);
      expect(said).not.toMatch(/[0-9]{5}/);
    }
  });

  test.each(languages)(
    'in %s a rule is not said alike when it is passed and when it failed',
    (_, texts, figures) => {
      const said = (finding: 'passed' | 'failed') =>
        rulingsOf(decided({ reasons: finding === 'failed' ? reasonCodes(POLICY) : [], wavesReceived: [3] }))
          .filter(({ finding: each, code }) => each === finding && !/NAME|AGE|TEST|EMAIL/.test(code))
          .map((ruling) => [ruling.code, texts.evidence(ruling, explanation, figures)] as const);
      const passed = new Map(said('passed'));
      for (const [code, text] of said('failed')) expect(text, code).not.toBe(passed.get(code));
    },
  );

  test.each(languages)('in %s every barred occupation has its word', (_, texts, figures) => {
    const words = OCCUPATIONS.map((occupation) => {
      const gave = { ...GAVE, occupation };
      const [ruling] = rulingsOf(decided({ gave, reasons: ['OCCUPATION_BARRED'] })).filter(
        ({ code }) => code === 'OCCUPATION_BARRED',
      );
      return ruling === undefined ? '' : texts.evidence(ruling, explanation, figures);
    });
    expect(new Set(words).size).toBe(OCCUPATIONS.length);
    expect(words.join()).not.toMatch(/undefined|[A-Z]_[A-Z]/);
  });

  test('the registry is named with its day, a list with its version, a rule of the policy with its law', () => {
    const reasons = ['KK_MISMATCH', 'ON_LIST:bsu', 'OUTSIDE_AREA'];
    const evidence = Object.fromEntries(
      rulingsOf(decided({ reasons })).map((ruling) => [
        ruling.code,
        ENGLISH.evidence(ruling, explanation, figuresIn('en')),
      ]),
    );
    expect(evidence.KK_MISMATCH).toBe(
      'the KK given ends in 0027; the registry as of 20 February 2021 does not have that one',
    );
    expect(evidence['ON_LIST:bsu']).toBe('the NIK is on it (version 4, imported 3 February 2021)');
    expect(evidence['ON_LIST:dtks']).toBe('the NIK is not on it (version 5, of 1 February 2021)');
    expect(evidence.OUTSIDE_AREA).toBe('You live outside the pilot area. (Pasal 3)');
  });
});
