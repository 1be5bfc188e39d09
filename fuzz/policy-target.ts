/** The policy reader: any text is refused in our words, or is a policy whose canonical form is the same policy. */
import { readPolicy } from '../src/policy/read.ts';
import type { Target } from './fuzzer.ts';
import { isRefusal } from './refusal.ts';

const POLICY = `name: prakerja-2021
as_of: 2021-04-30
quota: 600000
reserve: 0
household_cap: 2
match: { name: 80, source: dukcapil, reuse_days: 30 }
layers: [email, phone, selfie, test]
age: { min: 18, max: 64 }
barred_occupations: [STATE_OFFICIAL, ASN]
deny_lists: [dtks, bsu]
priority:
  - { employment_status: [LAID_OFF, FURLOUGHED] }
  - all: [{ list: kemnaker }, { not: { disability: true } }]
  - { any: [{ region: ["31", "3273"] }, { education: [SMA] }, { age: { min: 50 } }] }
tickets: { per_unsuccessful_wave: 1, max: 5 }
rules:
  - { code: X_FARMER, fails_when: { list: bpum }, text: { id: petani, en: "a farmer" }, law: "Perpres 36/2020" }
regions: { "31": 50000 }
`;

const WORDS = [
  ...[
    '1e309',
    '.inf',
    '.nan',
    '-1',
    '0x7f',
    '9007199254740993',
    '2147483647',
    '~',
    'null',
    'true',
    '""',
    "''",
  ],
  ...[
    '&a ',
    '*a',
    '<<: ',
    '!!str ',
    '!!binary ',
    '--- ',
    '...\n',
    '%YAML 1.1\n',
    '? ',
    '- ',
    ': ',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    '|\n',
    '>-\n',
    '#',
    '\t',
    '\0',
    '\ufeff',
    '\u2028',
    '__proto__: ',
    'constructor: ',
    'weights: ',
    'regions: ',
  ],
  ...[
    'all: [',
    'any: [',
    'not: {',
    'priority:\n',
    'rules:\n',
    'quota: ',
    'as_of: 2020-02-30',
    '"\\ud800"',
    '\n  ',
  ],
];

export function policyTarget(): Target {
  return {
    name: 'policy',
    watched: /\/(src\/policy|node_modules\/yaml)\//,
    beginnings: [
      Buffer.from(POLICY),
      Buffer.from('name: x\n'),
      Buffer.from('{"name": "x", "quota": 1, "regions": {"weights": {"31": 1}}}'),
    ],
    words: WORDS.map((word) => Buffer.from(word)),
    run(input) {
      const read = policyIn(input.toString('utf8'));
      if (read === undefined) return;
      const again = readPolicy(read.canonical, 'canonical');
      if (again.canonical !== read.canonical || again.sha256 !== read.sha256)
        throw new Error('its canonical form is another policy');
    },
  };
}

function policyIn(text: string): ReturnType<typeof readPolicy> | undefined {
  try {
    return readPolicy(text, 'policy.yaml');
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
