/** Any policy that there can be, in its canonical form; and the same written down by somebody else. */
import fc from 'fast-check';
import { stringify } from 'yaml';
import { PROVINCES } from '../../src/identity/provinces.ts';
import {
  BARRED_OCCUPATIONS,
  EMPLOYMENT_STATUSES,
  type FurtherRule,
  LAYERS,
  type Policy,
  type Predicate,
  type Regions,
} from '../../src/policy/policy.ts';

/** What may be denied, and what may be put first: no list can be both. */
const DENIED = ['bpum', 'bsu', 'dtks'];
const PREFERRED = ['kemnaker', 'l-1', '2'];
const CODES = Object.keys(PROVINCES);
/** The order in which the conditions of one mapping become entries of `all`. */
const ORDER = ['employment_status', 'list', 'disability', 'education', 'region', 'age', 'all', 'any', 'not'];

const age = fc
  .tuple(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 0, max: 150 }))
  .map(([one, other]) => ({ min: Math.min(one, other), max: Math.max(one, other) }));
const openAge = age.chain(({ min, max }) => fc.constantFrom({ min }, { max }, { min, max }));
const places = [...CODES, '3171', '3273', '9671'].sort();

function simple(lists: readonly string[]): fc.Arbitrary<Predicate> {
  return fc.oneof(
    fc.record({ employment_status: fc.subarray([...EMPLOYMENT_STATUSES], { minLength: 1 }) }),
    fc.record({ list: fc.constantFrom(...lists) }),
    fc.record({ disability: fc.boolean() }),
    fc.record({
      education: fc.subarray(['D3', 'S1', 'SMA', 'SMA IPA', 'ÉCOLE', '大学', '𝒜'], { minLength: 1 }),
    }),
    fc.record({ region: fc.subarray(places, { minLength: 1, maxLength: 4 }) }),
    fc.record({ age: openAge }),
  );
}

/** Of these, with `depth` conditions within each other at most. */
export function nested(of: fc.Arbitrary<Predicate>, depth: number): fc.Arbitrary<Predicate> {
  if (depth === 1) return of;
  const inner = nested(of, depth - 1);
  const several = fc.uniqueArray(inner, {
    minLength: 1,
    maxLength: 3,
    selector: (each) => JSON.stringify(each),
  });
  const inOrder = fc
    .uniqueArray(inner, { minLength: 1, maxLength: 4, selector: keyOf })
    .map((each) => each.toSorted((left, right) => ORDER.indexOf(keyOf(left)) - ORDER.indexOf(keyOf(right))));
  return fc.oneof(
    of,
    of,
    fc.record({ all: several }),
    fc.record({ all: inOrder }),
    fc.record({ any: several }),
    fc.record({ not: inner }),
  );
}

export const predicates = nested(simple(PREFERRED), 4);

const text = fc
  .string({ unit: 'grapheme-composite', minLength: 1, maxLength: 40 })
  .map((some) => some.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').trim())
  .filter((some) => some !== '');

const rules: fc.Arbitrary<FurtherRule[]> = fc.uniqueArray(
  fc.record({
    code: fc.stringMatching(/^X[A-Z0-9_]{2,12}$/),
    fails_when: nested(simple([...DENIED, ...PREFERRED]), 3),
    text: fc.record({ id: text, en: text }),
    law: text,
  }),
  { maxLength: 3, selector: ({ code }) => code },
);

function regions(quota: number): fc.Arbitrary<Regions> {
  const share = Math.floor(quota / CODES.length);
  return fc.oneof(
    fc.dictionary(fc.constantFrom(...CODES), fc.integer({ min: 0, max: share })),
    fc.record({
      weights: fc.dictionary(fc.constantFrom(...CODES), fc.integer({ min: 1, max: 1_000_000_000 }), {
        minKeys: 1,
      }),
    }),
  );
}

export const policies: fc.Arbitrary<Policy> = fc.integer({ min: 0, max: 2_147_483_647 }).chain((quota) =>
  fc.record({
    name: text.map((some) => some.slice(0, 50).trim()).filter((some) => /^[^\p{C}]+$/u.test(some)),
    as_of: fc.constantFrom('2020-02-29', '2021-04-30', '2024-12-31'),
    quota: fc.constant(quota),
    reserve: fc.nat(),
    household_cap: fc.integer({ min: 1, max: 5 }),
    match: fc.oneof(
      fc.record({ name: fc.integer({ min: 0, max: 100 }) }),
      // The web service knows some thresholds alone.
      fc.record({
        name: fc.integer({ min: 80, max: 95 }),
        source: fc.constantFrom('dukcapil' as const, 'exchange' as const),
        reuse_days: fc.integer({ min: 0, max: 3650 }),
      }),
    ),
    layers: fc.subarray([...LAYERS]),
    age,
    barred_occupations: fc.subarray([...BARRED_OCCUPATIONS]),
    deny_lists: fc.shuffledSubarray(DENIED),
    priority: fc.uniqueArray(predicates, { maxLength: 4, selector: (each) => JSON.stringify(each) }),
    tickets: fc.record({
      per_unsuccessful_wave: fc.integer({ min: 0, max: 1000 }),
      max: fc.integer({ min: 1, max: 1000 }),
    }),
    rules,
    regions: regions(quota),
  }),
);

/** Sequences whose order says nothing. */
const SETS = new Set(['employment_status', 'education', 'region', 'layers', 'barred_occupations']);
/**
 * The policy as YAML: keys of mappings and members of sets in an order by `random`, conditions of an `all` in one mapping
 * where that says the same, educations in small letters, defaults left out.
 */
export function writtenAnyhow(policy: Policy, random: () => number): string {
  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => [random(), item] as const)
      .sort(([left], [right]) => left - right)
      .map(([, item]) => item);
  const written = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) {
      const members = value.map((member) =>
        key === 'education' && random() < 0.5 ? ` ${String(member).toLowerCase()} ` : written(member, ''),
      );
      return SETS.has(key) ? shuffled(members) : members;
    }
    if (typeof value !== 'object' || value === null) return value;
    const merged = random() < 0.7 ? inOneMapping(value) : value;
    return Object.fromEntries(
      shuffled(Object.entries(merged)).map(([name, inner]) => [name, written(inner, name)]),
    );
  };
  const given = Object.fromEntries(Object.entries(policy).filter(([key, value]) => !isDefault(key, value)));
  return stringify(written(given, ''), { defaultStringType: random() < 0.5 ? 'QUOTE_DOUBLE' : 'PLAIN' });
}

/** `{ all: [{ a }, { b }] }` as `{ a, b }`, where that is the same: each of one key, in order. */
function inOneMapping(value: object): object {
  const [[key, members] = []] = Object.entries(value);
  if (key !== 'all' || !Array.isArray(members) || members.length < 2) return value;
  const places = members.map((member: object) => ORDER.indexOf(keyOf(member)));
  return places.every((place, at) => at === 0 || place > (places[at - 1] ?? 0))
    ? Object.assign({}, ...members)
    : value;
}

function isDefault(key: string, value: unknown): boolean {
  if (key === 'reserve') return value === 0;
  return ['priority', 'rules', 'regions'].includes(key) && Object.keys(value as object).length === 0;
}

function keyOf(predicate: object): string {
  return Object.keys(predicate)[0] ?? '';
}
