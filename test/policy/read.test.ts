import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Fault, GelombangError } from '../../src/errors.ts';
import { policyFromValue, readPolicy } from '../../src/policy/read.ts';

const LINES = [
  'name: prakerja-2021',
  'as_of: 2021-04-30',
  'quota: 600000',
  'reserve: 0',
  'household_cap: 2',
  'match: { name: 80 }',
  'layers: [email, phone, selfie, test]',
  'age: { min: 18, max: 64 }',
  'barred_occupations: [STATE_OFFICIAL, LEGISLATOR, ASN, TNI, POLRI, VILLAGE_OFFICIAL, SOE_BOARD]',
  'deny_lists: [dtks, bsu]',
  'priority:',
  '  - { employment_status: [LAID_OFF, FURLOUGHED] }',
  '  - { list: kemnaker }',
  '  - { disability: true }',
  'tickets: { per_unsuccessful_wave: 0, max: 1 }',
];
const WHOLE = LINES.join('\n');

describe('a right policy', () => {
  test('is read with its values', () => {
    const { policy } = readPolicy(WHOLE, 'policy.yaml');
    expect(policy.as_of).toBe('2021-04-30');
    expect(policy.quota).toBe(600000);
    expect(policy.priority).toEqual([
      { employment_status: ['LAID_OFF', 'FURLOUGHED'] },
      { list: 'kemnaker' },
      { disability: true },
    ]);
    expect(policy.regions).toEqual({});
    expect(policy.rules).toEqual([]);
  });

  test('may ask for a reserve and for more tickets, also for more than anyone can ever have', () => {
    const text = change(/reserve: 0/, 'reserve: 50000')
      .replace('wave: 0', 'wave: 1000')
      .replace('max: 1 ', 'max: 7 ');
    const { policy } = readPolicy(text, 'policy.yaml');
    expect(policy).toMatchObject({ reserve: 50_000, tickets: { per_unsuccessful_wave: 1000, max: 7 } });
  });

  test('has a canonical form, keys sorted, and its hash', () => {
    const { canonical, sha256 } = readPolicy(WHOLE, 'policy.yaml');
    expect(canonical).toMatch(
      /^\{"age":\{"max":64,"min":18\},"as_of":"2021-04-30","barred_occupations":\["STATE_/,
    );
    expect(sha256).toBe(createHash('sha256').update(canonical).digest('hex'));
  });

  test.each([
    [
      'keys in another order',
      LINES.filter((line) => !/^(priority| )/.test(line))
        .reverse()
        .concat(LINES.slice(10, 14))
        .join('\n'),
    ],
    ['defaults left out', LINES.filter((line) => !/^(reserve|tickets)/.test(line)).join('\n')],
    ['comments, a BOM and CRLF', `\ufeff# a policy\r\n${LINES.join('  # yes\r\n')}\r\n`],
    [
      'quotes and other forms of numbers',
      change(/2021-04-30/, '"2021-04-30"')
        .replace('600000', '6e5')
        .replace('64', '64.0'),
    ],
    ['sets in another order', change(/email, phone, selfie, test/, 'test, selfie, phone, email')],
    ['no regions', `${WHOLE}\nregions: {}\n`],
    ['no rules', `${WHOLE}\nrules: []\n`],
    ['empty regions', `${WHOLE}\nregions:\n`],
  ])('has the same hash with %s', (_how, text) => {
    expect(readPolicy(text, 'policy.yaml').sha256).toBe(readPolicy(WHOLE, 'policy.yaml').sha256);
  });

  test('has another hash with another value, and with deny lists in another order', () => {
    const { sha256 } = readPolicy(WHOLE, 'policy.yaml');
    expect(readPolicy(change(/600000/, '600001'), 'policy.yaml').sha256).not.toBe(sha256);
    expect(readPolicy(change(/dtks, bsu/, 'bsu, dtks'), 'policy.yaml').sha256).not.toBe(sha256);
  });

  test('may have no priority; then everyone is of one tier', () => {
    const text = LINES.filter((line) => !/^(priority| )/.test(line)).join('\n');
    expect(readPolicy(text, 'policy.yaml').policy.priority).toEqual([]);
  });
});

describe('a wrong policy', () => {
  test.each([
    [/600000/, '-1', 3, 'quota: expected a whole number from 0 to 2147483647, got `-1`'],
    [/600000/, '1.5', 3, 'got `1.5`'],
    [/600000/, '.nan', 3, 'got `.nan`'],
    [/600000/, '1e309', 3, 'got `1e309`'],
    [/600000/, '"600000"', 3, 'got `"600000"`'],
    [/600000/, '600_000', 3, 'got `600_000`'],
    [/600000/, '9007199254740993', 3, 'got `9007199254740993`'],
    [/600000/, '', 3, 'got nothing'],
    [/2021-04-30/, '2021-02-30', 2, 'as_of: expected a day as YYYY-MM-DD that exists, got `2021-02-30`'],
    [/2021-04-30/, '2021-04-30T00:00:00Z', 2, 'as_of: expected a day'],
    [/2021-04-30/, '20210430', 2, 'as_of: expected a day'],
    [/2021-04-30/, '!!timestamp 2021-04-30', 2, 'Unresolved tag'],
    [/household_cap: 2/, 'household_cap: 0', 5, 'household_cap: expected a whole number from 1'],
    [/80/, '101', 6, 'match.name: expected a whole number from 0 to 100'],
    [/min: 18/, 'min: 65', 8, 'age: expected min no greater than max, got `{ min: 65, max: 64 }`'],
    [/max: 64/, 'max: old', 8, 'age.max: expected a whole number from 0 to 150, got `old`'],
    [/dtks/, 'DTKS', 10, 'deny_lists.0: expected the name of a list'],
    [/dtks, bsu/, 'bsu, bsu', 10, 'deny_lists: `bsu` is given more than once'],
    [
      /kemnaker/,
      'bsu',
      13,
      'priority.1.list: expected the name of a list that is not one of deny_lists, got `bsu`',
    ],
    [/dtks, bsu/, '{ a: 1 }', 10, 'deny_lists.0: expected the name of a list, got a mapping'],
    [/email, phone/, 'email, email', 7, 'layers: `email` is given more than once'],
    [
      /\{ disability: true \}/,
      '{ list: kemnaker }',
      14,
      'priority: `{ list: kemnaker }` is given more than once',
    ],
    [/LAID_OFF, FURLOUGHED/, 'LAID_OFF, LAID_OFF', 12, 'priority.0.employment_status: `LAID_OFF` is given'],
    [/\{ disability: true \}/, '{}', 14, 'priority.2: expected a condition: a mapping with one or more of'],
    [/disability: true/, 'disability: yes', 14, 'priority.2.disability: expected true or false, got `yes`'],
    [/LAID_OFF, FURLOUGHED/, '', 12, 'priority.0.employment_status: expected a sequence of'],
    [/reserve: 0/, 'quota: 5', 4, 'quota is given more than once'],
    [/prakerja-2021/, '2021', 1, 'name: expected a text, got `2021`'],
    [/prakerja-2021/, '" "', 1, 'name: expected a text on one line, without control characters'],
    [/prakerja-2021/, '&a prakerja', 1, undefined],
    [/reserve: 0/, 'reserve: -1', 4, 'reserve: expected a whole number from 0 to 2147483647, got `-1`'],
    [/wave: 0/, 'wave: 1001', 15, 'tickets.per_unsuccessful_wave: expected a whole number from 0 to 1000'],
    [/max: 1/, 'max: 0', 15, 'tickets.max: expected a whole number from 1 to 1000, got `0`'],
    [/list: kemnaker/, 'income: low', 13, 'priority.1.income: unknown key'],
  ] as const)('%s → %s', (from, to, line, what) => {
    const text = change(from, to);
    if (what === undefined) {
      expect(readPolicy(text, 'policy.yaml').policy.name).toBe('prakerja');
      return;
    }
    expect(faultsOf(text)).toEqual([
      expect.objectContaining({ where: `policy.yaml:${line}`, what: expect.stringContaining(what) }),
    ]);
  });

  test.each([
    [/layers:/, 'layer:', 7, 'layer: unknown key', 'Did you mean layers?'],
    [/max: 64/, 'mx: 64', 8, 'age.mx: unknown key', 'Did you mean max?'],
    [/selfie/, 'selfi', 7, 'layers.2: expected one of', 'Did you mean selfie?'],
    [/ASN/, 'asn', 9, 'barred_occupations.2: expected one of', 'Did you mean ASN?'],
    [
      /LAID_OFF/,
      'LAYED_OFF',
      12,
      'priority.0.employment_status.0: expected one of',
      'Did you mean LAID_OFF?',
    ],
    [/list: kemnaker/, 'lists: kemnaker', 13, 'priority.1.lists: unknown key', 'Did you mean list?'],
    [/prakerja-2021/, '2021', 1, 'name: expected a text, got `2021`', 'write it in quotes, "2021"'],
    [/reserve: 0/, '__proto__: { a: 1 }', 4, '__proto__: unknown key', 'Did you mean '],
    [/reserve: 0/, '<<: { a: 1 }', 4, '<<: unknown key', 'Did you mean '],
  ] as const)('%s → %s has the nearest word as a hint', (from, to, line, what, hint) => {
    expect(faultsOf(change(from, to))).toContainEqual({
      where: `policy.yaml:${line}`,
      what: expect.stringContaining(what),
      hint: expect.stringContaining(hint),
    });
  });

  test.each([
    'name',
    'as_of',
    'quota',
    'household_cap',
    'match',
    'layers',
    'age',
    'barred_occupations',
    'deny_lists',
  ])('without %s says that it is missing and why it has no default', (key) => {
    const text = LINES.filter((line) => !line.startsWith(`${key}:`)).join('\n');
    expect(faultsOf(text)).toEqual([
      {
        where: 'policy.yaml:1',
        what: expect.stringContaining(`${key} is missing: expected `),
        hint: expect.stringContaining('must not admit anyone'),
      },
    ]);
  });

  test('has all of its faults told at once, in the order of the file', () => {
    const text = WHOLE.replace('600000', '-1')
      .replace('2021-04-30', 'soon')
      .replace('layers', 'layer')
      .replace('80', '"80"');
    expect(faultsOf(text).map(({ where }) => where)).toEqual(
      [1, 2, 3, 6, 7].map((line) => `policy.yaml:${line}`),
    );
  });

  test.each([
    ['', 'the file is empty'],
    ['# nothing\n', 'the file is empty'],
    ['- a\n- b', 'the file holds no mapping'],
    ['prakerja', 'the file holds no mapping'],
    ['name: [1', 'no valid YAML'],
    ['name: a\n---\nname: b', 'no valid YAML: the file holds several documents'],
    ['? [a]\n: 1', 'no valid YAML: a key that is no text'],
    ['a: &a [1]\nb: [*a, *a]', 'an alias, *a'],
    [`name: ${'['.repeat(150)}`, 'no valid YAML'],
    [`name: ${'['.repeat(150)}${']'.repeat(150)}`, 'mappings and sequences more than 50 deep'],
  ])('that is none is refused: %j', (text, what) => {
    expect(faultsOf(text)[0]?.what).toContain(what);
  });
});

describe('where the registry is asked', () => {
  const asking = (match: string) => change(/\{ name: 80 \}/, `{ ${match} }`);
  const read = (match: string) => readPolicy(asking(match), 'policy.yaml');

  test('is a snapshot where nothing else is said, and then days are nothing: the hash stays what it was', () => {
    const plain = readPolicy(WHOLE, 'policy.yaml');
    expect(plain.policy.match).toEqual({ name: 80 });
    expect(read('name: 80, source: snapshot')).toEqual(plain);
    expect(read('name: 80, source: snapshot, reuse_days: 7')).toEqual(plain);
  });

  test.each(['dukcapil', 'exchange'])(
    'may be %s, whose answers count for 30 days or as many as are named',
    (source) => {
      expect(read(`name: 80, source: ${source}`).policy.match).toEqual({ name: 80, source, reuse_days: 30 });
      expect(read(`name: 80, source: ${source}, reuse_days: 0`).policy.match).toMatchObject({
        reuse_days: 0,
      });
    },
  );

  test.each([79, 96, 0, 100])(
    'cannot be the web service with a threshold of %i, which it does not know',
    (name) => {
      expect(faultsOf(asking(`name: ${name}, source: dukcapil`))).toEqual([
        {
          where: 'policy.yaml:6',
          what: `match.name: expected a whole number from 80 to 95, which the web service knows, got \`${name}\``,
        },
      ]);
      expect(read(`name: ${name}, source: exchange`).policy.match.name).toBe(name);
      expect(read(`name: ${name}`).policy.match.name).toBe(name);
    },
  );

  test.each([80, 87, 95])('can be the web service with a threshold of %i', (name) => {
    expect(read(`name: ${name}, source: dukcapil`).policy.match.name).toBe(name);
  });

  test('is nowhere else, and for no other time than days', () => {
    expect(faultsOf(asking('name: 80, source: dukcapill'))).toEqual([
      {
        where: 'policy.yaml:6',
        what: 'match.source: expected one of snapshot, dukcapil, exchange, got `dukcapill`',
        hint: 'Did you mean dukcapil?',
      },
    ]);
    expect(faultsOf(asking('name: 80, source: dukcapil, reuse_days: -1'))[0]?.what).toContain(
      'match.reuse_days: expected a whole number from 0 to 3650',
    );
  });
});

describe('a policy that is a value', () => {
  const value = JSON.parse(readPolicy(WHOLE, 'policy.yaml').canonical);

  test('is the same policy', () => {
    expect(policyFromValue(value, 'wave 17')).toEqual(readPolicy(WHOLE, 'policy.yaml'));
  });

  test.each([undefined, null, 'text', [], 5])('that is none is refused: %j', (none) => {
    expect(() => policyFromValue(none, 'wave 17')).toThrow(GelombangError);
  });

  test('is checked in the same way, and its faults name no line that nobody has', () => {
    const refused = () => policyFromValue({ ...value, quota: -1, layers: ['selfi'] }, 'wave 17');
    expect(refused).toThrow(
      expect.objectContaining({
        faults: [
          { where: 'wave 17', what: 'quota: expected a whole number from 0 to 2147483647, got `-1`' },
          {
            where: 'wave 17',
            what: expect.stringContaining('layers.0: expected one of'),
            hint: 'Did you mean selfie?',
          },
        ],
      }),
    );
  });
});

function change(from: RegExp, to: string): string {
  expect(WHOLE).toMatch(from);
  return WHOLE.replace(from, to);
}

function faultsOf(text: string): readonly Fault[] {
  try {
    readPolicy(text, 'policy.yaml');
  } catch (error) {
    if (!(error instanceof GelombangError)) throw error;
    expect(error.code).toBe('INPUT_REFUSED');
    return error.faults;
  }
  throw new Error('the policy was not refused');
}
