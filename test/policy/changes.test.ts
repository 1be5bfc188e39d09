import { describe, expect, test } from 'vitest';
import { GelombangError } from '../../src/errors.ts';
import { changedPolicy } from '../../src/policy/changes.ts';
import { readPolicy } from '../../src/policy/read.ts';

const { policy } = readPolicy(
  `
name: made-up
as_of: 2021-04-30
quota: 600
household_cap: 2
match: { name: 80 }
layers: [email, phone]
age: { min: 18, max: 64 }
barred_occupations: [TNI]
deny_lists: [dtks, bsu]
priority: [{ list: kemnaker }, { disability: true }]
`,
  'policy.yaml',
);

/** `key=value` each. */
function changed(...texts: readonly string[]) {
  const changes = texts.map((text) => {
    const [key = '', ...value] = text.split('=');
    return { key, value: value.join('=') };
  });
  return changedPolicy(policy, changes).policy;
}

function faultsOf(...texts: readonly string[]): readonly string[] {
  try {
    changed(...texts);
  } catch (error) {
    if (error instanceof GelombangError && error.code === 'INPUT_REFUSED')
      return error.faults.map(({ where, what, hint }) => [where, what, ...(hint ? [hint] : [])].join(' | '));
    throw error;
  }
  return [];
}

describe('a changed policy', () => {
  test('has the values that were set, and all others as they were', () => {
    expect(changed('quota=800', 'match.name=70', 'deny_lists=[dtks]', 'as_of=2022-01-01')).toEqual({
      ...policy,
      ...{ quota: 800, match: { name: 70 }, deny_lists: ['dtks'], as_of: '2022-01-01' },
    });
  });

  test('is another one: the policy that it was made from stays', () => {
    const before = structuredClone(policy);
    changed('age.max=60', 'priority=[]');
    expect(policy).toEqual(before);
  });

  test('takes mappings and sequences as YAML has them, and entries of a sequence by their place', () => {
    expect(changed('age={min: 20, max: 30}').age).toEqual({ min: 20, max: 30 });
    expect(changed('priority.0={ employment_status: [LAID_OFF] }').priority).toEqual([
      { employment_status: ['LAID_OFF'] },
      { disability: true },
    ]);
    expect(changed('priority.1.disability=false').priority[1]).toEqual({ disability: false });
  });

  test('is read as a file is: the same text stands for it', () => {
    expect(changedPolicy(policy, [{ key: 'layers', value: '[phone, email]' }]).canonical).toBe(
      changedPolicy(policy, []).canonical,
    );
  });
});

describe('faults of changes', () => {
  test('are all said at once, each with what was given', () => {
    expect(faultsOf('quota=many', 'match.name=101', 'layers=[emial]')).toEqual([
      '--set quota=many | quota: expected a whole number from 0 to 2147483647, got `"many"`',
      '--set match.name=101 | match.name: expected a whole number from 0 to 100, got `101`',
      '--set layers=[emial] | layers.0: expected one of email, phone, selfie, test, got `"emial"` | Did you mean email?',
    ]);
  });

  test('name the nearest key for one that is not known', () => {
    expect(faultsOf('qouta=3')).toEqual(['--set qouta=3 | qouta: unknown key | Did you mean quota?']);
    expect(faultsOf('match.nam=3')).toEqual([
      '--set match.nam=3 | match.nam: unknown key | Did you mean name?',
    ]);
  });

  test('are placed at the change that they come from, also where two values go together', () => {
    expect(faultsOf('quota=3', 'age.max=17')).toEqual([
      '--set age.max=17 | age: expected min no greater than max, got `{"min":18,"max":17}`',
    ]);
    expect(faultsOf('deny_lists=[kemnaker]')).toEqual([
      expect.stringMatching(/^--set deny_lists=\[kemnaker\] \| priority\.0\.list: /),
    ]);
    expect(faultsOf('quota=3', 'deny_lists=[kemnaker]')).toEqual([
      expect.stringMatching(/^--set \| priority\.0\.list: /),
    ]);
  });

  test.each([
    ['quota=1', 'quota=2', '--set quota=2 | quota is given more than once'],
    [
      'quota.seats=1',
      'reserve=0',
      '--set quota.seats=1 | there is nothing within a single value: no key seats',
    ],
    [
      'priority.2.list=x',
      'reserve=0',
      '--set priority.2.list=x | there is no entry 2: a sequence of 2, counted from 0',
    ],
    [
      'age..max=1',
      'reserve=0',
      '--set age..max=1 | expected a key of the policy, with dots between the steps of its path',
    ],
    ['name=*other', 'reserve=0', '--set name=*other | an alias: write its value out'],
    ['__proto__.quota=1', 'reserve=0', '--set __proto__.quota=1 | __proto__: unknown key'],
  ])('%s %s: %s', (first, second, fault) => {
    expect(faultsOf(first, second)).toEqual([expect.stringContaining(fault)]);
  });

  test('are said of what is no YAML', () => {
    expect(faultsOf('deny_lists=[dtks')).toEqual([
      expect.stringMatching(/^--set deny_lists=\[dtks \| no valid YAML: /),
    ]);
  });
});
