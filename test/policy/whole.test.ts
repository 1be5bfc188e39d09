/** The parts of a policy that are made of parts: conditions, rules of its own, seats by province. */
import { describe, expect, test } from 'vitest';
import { type Fault, GelombangError } from '../../src/errors.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read.ts';

const BASE = `name: whole
as_of: 2021-04-30
quota: 1000
household_cap: 2
match: { name: 80 }
layers: []
age: { min: 18, max: 64 }
barred_occupations: []
deny_lists: [dtks]
`;
/** The line on which what is added begins. */
const FIRST = BASE.split('\n').length;

function policyWith(added: string): Policy {
  return readPolicy(BASE + added, 'p.yaml').policy;
}

/** Of what is added, each fault as `line: what (hint)`, lines counted from 1. */
function faultsOf(added: string): string[] {
  try {
    readPolicy(BASE + added, 'p.yaml');
  } catch (error) {
    if (!(error instanceof GelombangError)) throw error;
    return error.faults.map(described);
  }
  throw new Error('the policy was not refused');
}

function described({ where, what, hint }: Fault): string {
  const line = Number(where.slice('p.yaml:'.length)) - FIRST + 1;
  return `${line}: ${what}${hint === undefined ? '' : ` (${hint})`}`;
}

describe('a condition', () => {
  test('may be of any kind', () => {
    const text = `priority:
  - { employment_status: [EMPLOYEE, LAID_OFF] }
  - { list: kemnaker }
  - { disability: false }
  - { education: [smk,  " sekolah   menengah  atas "] }
  - { region: ["3273", "31"] }
  - { age: { min: 50 } }
  - { age: { max: 24 } }
  - { any: [{ disability: true }, { not: { all: [{ list: a }, { list: b }] } }] }`;
    expect(policyWith(text).priority).toEqual([
      { employment_status: ['LAID_OFF', 'EMPLOYEE'] },
      { list: 'kemnaker' },
      { disability: false },
      { education: ['SEKOLAH MENENGAH ATAS', 'SMK'] },
      { region: ['31', '3273'] },
      { age: { min: 50 } },
      { age: { max: 24 } },
      { any: [{ disability: true }, { not: { all: [{ list: 'a' }, { list: 'b' }] } }] },
    ]);
  });

  test('that is several in one mapping is all of them, in an order of their own', () => {
    const text = 'priority:\n  - { any: [{ list: b }, { list: a }], age: { max: 24 }, disability: true }';
    expect(policyWith(text).priority).toEqual([
      { all: [{ disability: true }, { age: { max: 24 } }, { any: [{ list: 'b' }, { list: 'a' }] }] },
    ]);
  });

  test('may be nested 8 deep, and is refused where it is one deeper', () => {
    const nested = (times: number) =>
      `priority:\n  - ${'{ not: '.repeat(times)}{ list: a }${' }'.repeat(times)}`;
    expect(policyWith(nested(7)).priority).toHaveLength(1);
    expect(faultsOf(nested(8))).toEqual([
      expect.stringMatching(
        /^2: priority\.0\.not.*not\.list: expected conditions nested at most 8 deep, got one more$/,
      ),
    ]);
    const several = `{ list: a, disability: true }`;
    expect(faultsOf(nested(7).replace('{ list: a }', several))).toHaveLength(2);
  });

  test('is one of 200 at most', () => {
    const entries = (count: number) =>
      Array.from({ length: count }, (_, at) => `  - { list: l${at} }`).join('\n');
    expect(policyWith(`priority:\n${entries(200)}`).priority).toHaveLength(200);
    expect(faultsOf(`priority:\n${entries(203)}`)).toEqual([
      '202: priority.200.list: expected at most 200 conditions in a policy, got 203',
    ]);
  });

  test.each([
    ['- { age: {} }', 'priority.0.age: expected a mapping with min, max or both, got an empty mapping'],
    [
      '- { age: { min: 30, max: 20 } }',
      'priority.0.age: expected min no greater than max, got `{ min: 30, max: 20 }`',
    ],
    ['- { age: { mn: 30 } }', 'priority.0.age.mn: unknown key (Did you mean min?)'],
    ['- { all: [] }', 'priority.0.all: expected a sequence of conditions, at least 1, got an empty sequence'],
    ['- { not: [{ list: a }] }', 'priority.0.not: expected a condition: a mapping with one or more of'],
    ['- LAID_OFF', 'priority.0: expected a condition: a mapping with one or more of'],
    ['- { any: [{ all: [{ lst: a }] }] }', 'priority.0.any.0.all.0.lst: unknown key (Did you mean list?)'],
    [
      '- { not: { employment_status: [LAYED_OFF] } }',
      'priority.0.not.employment_status.0: expected one of JOB_SEEKER, LAID_OFF',
    ],
    ['- { region: [31] }', 'got `31` (It is a text: write it in quotes, "31".)'],
    [
      '- { region: ["310"] }',
      'priority.0.region.0: expected the code of a province (two digits) or of a regency (four)',
    ],
    ['- { region: ["0112"] }', 'priority.0.region.0: expected the code'],
    ['- { region: ["31", "31"] }', 'priority.0.region: `"31"` is given more than once'],
    ['- { education: [SMA, 12] }', 'got `12` (It is a text: write it in quotes, "12".)'],
    ['- { education: [" "] }', 'priority.0.education.0: expected a text on one line'],
    ['- { education: ["a\\nb\\u0007"] }', 'priority.0.education.0: expected a text on one line'],
    ['- { education: [SMA, sma] }', 'priority.0.education.1: expected a text that is not there already'],
    ['- { any: [{ list: a }, { list: a }] }', 'priority.0.any: `{ list: a }` is given more than once'],
    [
      '- { not: { any: [{ list: a }, { list: dtks }] } }',
      'priority.0.not.any.1.list: expected the name of a list that is not one of deny_lists',
    ],
  ])('%s is refused', (entry, what) => {
    const faults = faultsOf(`priority:\n  ${entry}`);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^2: /);
    expect(faults[0]).toContain(what);
  });

  test('has every fault told with its own line, however deep', () => {
    const text = `priority:
  - any:
      - all:
          - { region: [31] }
          - not:
              age: { min: 70, max: 7 }
      - lists: a
  - disability: maybe
    list: dtks`;
    expect(faultsOf(text).map((fault) => fault.replace(/, got .*|\)$/, ''))).toEqual([
      '4: priority.0.any.0.all.0.region.0: expected the code of a province (two digits) or of a regency (four), as a text',
      '6: priority.0.any.0.all.1.not.age: expected min no greater than max',
      '7: priority.0.any.1.lists: unknown key (Did you mean list?',
      '8: priority.1.disability: expected true or false',
      '9: priority.1.list: expected the name of a list that is not one of deny_lists',
    ]);
  });
});

describe('a rule of its own', () => {
  const RULE = `rules:
  - code: TOO_NEAR
    fails_when: { list: dtks, region: ["31"] }
    text: { id: Anda tinggal terlalu dekat., en: You live too near. }
    law: Permenko 1/2021, article 3`;

  test('is read whole, and may name a list of either kind', () => {
    expect(policyWith(RULE).rules).toEqual([
      {
        code: 'TOO_NEAR',
        fails_when: { all: [{ list: 'dtks' }, { region: ['31'] }] },
        text: { id: 'Anda tinggal terlalu dekat.', en: 'You live too near.' },
        law: 'Permenko 1/2021, article 3',
      },
    ]);
  });

  test.each([
    ['TOO_NEAR', 'too_near', '2: rules.0.code: expected a code: 3 to 40 of A-Z 0-9 _, the first a letter'],
    ['TOO_NEAR', 'NO', '2: rules.0.code: expected a code'],
    ['TOO_NEAR', 'IN_SCHOOL', '2: rules.0.code: expected a code that is not a reason'],
    ['TOO_NEAR', 'TEST_NOT_TAKEN', '2: rules.0.code: expected a code that is not a reason'],
    ['TOO_NEAR', 'RESERVE', '2: rules.0.code: expected a code that is not a reason, an outcome'],
    ['TOO_NEAR', 'CANDIDATES', '2: rules.0.code: expected a code that is not a reason, an outcome or a step'],
    ['region:', 'regon:', '3: rules.0.fails_when.regon: unknown key (Did you mean region?)'],
    ['en: You', 'fr: You', '4: rules.0.text.en is missing: expected a text'],
    ['You live too near.', '""', '4: rules.0.text.en: expected a text on one line'],
    ['You live too near.', '"a\\tb"', '4: rules.0.text.en: expected a text on one line'],
    ['You live too near.', 'x'.repeat(301), '4: rules.0.text.en: expected a text of up to 300 characters'],
    ['    law: Permenko 1/2021, article 3', '', '2: rules.0.law is missing: expected a text'],
    ['law:', 'lwa:', '5: rules.0.lwa: unknown key (Did you mean law?)'],
  ])('with %s → %s is refused', (from, to, what) => {
    expect(RULE).toContain(from);
    expect(faultsOf(RULE.replace(from, to))).toContainEqual(expect.stringContaining(what));
  });

  test('has a code that no other has', () => {
    const second = RULE.split('\n').slice(1).join('\n');
    expect(faultsOf(`${RULE}\n${second}`)).toEqual([
      '6: rules.1.code: expected a code that no rule before it has, got `TOO_NEAR`',
    ]);
  });
});

describe('seats by province', () => {
  test('are numbers or weights, by codes in quotes or not', () => {
    expect(policyWith('regions: { 31: 500, "32": 500, 11: 0 }').regions).toEqual({ 11: 0, 31: 500, 32: 500 });
    expect(policyWith('regions:\n  weights: { 31: 1, "94": 1000000000 }').regions).toEqual({
      weights: { 31: 1, 94: 1_000_000_000 },
    });
  });

  test('equal ones are no repetition', () => {
    expect(policyWith('regions: { 31: 5, 32: 5 }\npriority: [{ age: { min: 5, max: 5 } }]').quota).toBe(1000);
  });

  test.each([
    ['{ 31: 600, 32: 401 }', 'regions: expected no more seats than the quota, 1000, got 1001 seats in all'],
    ['{ 31: -1 }', 'regions.31: expected a whole number from 0 to 2147483647, got `-1`'],
    ['{ 31: "5" }', 'regions.31: expected a whole number from 0'],
    ['{ 031: 5 }', 'regions.031: unknown key (Did you mean 31?)'],
    ['{ __proto__: 5 }', 'regions.__proto__: unknown key'],
    ['{ wieghts: { 31: 5 } }', 'regions.wieghts: unknown key (Did you mean weights?)'],
    ['{ "DKI Jakart": 5 }', 'regions.DKI Jakart: unknown key (Did you mean 31 (DKI Jakarta)?)'],
    [
      '{ weights: {} }',
      'regions.weights: expected a mapping of province codes to weights, at least 1, got an empty',
    ],
    ['{ weights: [31] }', 'regions.weights: expected a mapping of province codes to weights'],
    ['{ weights: { 31: 0 } }', 'regions.weights.31: expected a whole number from 1 to 1000000000, got `0`'],
    ['{ weights: { 3171: 4 } }', 'regions.weights.3171: unknown key'],
    ['{ weights: { 31: 4 }, 32: 5 }', 'regions.32: expected nothing beside weights, got `5`'],
    ['[31]', 'regions: expected a mapping of province codes to seats'],
    ['{ 31: 5, "31": 6 }', '"31" is given more than once'],
  ])('%s is refused', (regions, what) => {
    const faults = faultsOf(`regions: ${regions}`);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(what);
  });
});
