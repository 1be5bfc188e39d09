/** What the parts of a policy file say of each other: looked at as they stand there, whatever else is wrong with them. */
import { isWeighted } from '../proof/seats.ts';
import { CONDITIONS } from './conditions.ts';
import { plainEducation } from './education.ts';
import { type Regions, SERVICE_THRESHOLDS } from './policy.ts';
import { seatsSetAside } from './regions.ts';

/** Two parts of a file that do not go together. */
export interface Disagreement {
  readonly code: 'disagreement';
  readonly path: readonly (string | number)[];
  /** What was expected there. */
  readonly message: string;
  /** What was found, where that is not what stands at the place itself. */
  readonly got?: string;
}

/** Conditions within conditions; one that is made of no other is 1 deep. */
const DEEPEST = 8;
/** Of a whole policy: each is asked of every application. */
const MOST_CONDITIONS = 200;

type Path = readonly (string | number)[];

interface Condition {
  readonly path: Path;
  readonly key: (typeof CONDITIONS)[number];
  readonly value: unknown;
  readonly depth: number;
}

/** @param given The file as plain values. */
export function disagreements(given: Readonly<Record<string, unknown>>): Disagreement[] {
  const priority = entriesOf(given.priority).flatMap((entry, at) => conditionsIn(entry, ['priority', at], 1));
  const rules = entriesOf(given.rules).flatMap((rule, at) =>
    conditionsIn(isMapping(rule) ? rule.fails_when : undefined, ['rules', at, 'fails_when'], 1),
  );
  return [
    ...listsOfTwoKinds(priority, entriesOf(given.deny_lists)),
    ...tooMany([...priority, ...rules]),
    ...repeatedEducations([...priority, ...rules]),
    ...repeatedCodes(entriesOf(given.rules)),
    ...moreSeatsThanQuota(given),
    ...unknownThreshold(given),
  ];
}

/** A list cannot keep people out and put them first: no version of it would be of both kinds. */
function listsOfTwoKinds(priority: readonly Condition[], denied: readonly unknown[]): Disagreement[] {
  return priority
    .filter(({ key, value }) => key === 'list' && denied.includes(value))
    .map(({ path }) => disagreement(path, 'the name of a list that is not one of deny_lists'));
}

function tooMany(conditions: readonly Condition[]): Disagreement[] {
  const deep = conditions.filter(({ depth }) => depth > DEEPEST);
  const simple = conditions.filter(({ key }) => key !== 'all' && key !== 'any' && key !== 'not');
  const beyond = simple[MOST_CONDITIONS];
  return [
    ...deep.map(({ path }) => disagreement(path, `conditions nested at most ${DEEPEST} deep`, 'one more')),
    ...(beyond === undefined
      ? []
      : [
          disagreement(
            beyond.path,
            `at most ${MOST_CONDITIONS} conditions in a policy`,
            String(simple.length),
          ),
        ]),
  ];
}

/** Those that are written alike are repeated members of any sequence, and said to be. */
function repeatedEducations(conditions: readonly Condition[]): Disagreement[] {
  const asked = conditions.filter(({ key }) => key === 'education');
  return asked.flatMap(({ path, value }) => {
    const given = entriesOf(value);
    const plain = given.map((text) => (typeof text === 'string' ? plainEducation(text) : undefined));
    return plain.flatMap((text, at) =>
      text !== undefined && plain.indexOf(text) < at && given.indexOf(given[at]) === at
        ? [disagreement([...path, at], 'a text that is not there already, but for case and blanks')]
        : [],
    );
  });
}

function repeatedCodes(rules: readonly unknown[]): Disagreement[] {
  const codes = rules.map((rule) => (isMapping(rule) ? rule.code : undefined));
  return codes.flatMap((code, at) =>
    typeof code === 'string' && codes.indexOf(code) < at
      ? [disagreement(['rules', at, 'code'], 'a code that no rule before it has')]
      : [],
  );
}

function moreSeatsThanQuota({ quota, regions }: Readonly<Record<string, unknown>>): Disagreement[] {
  if (!isMapping(regions) || isWeighted(regions as Regions)) return [];
  if (![quota, ...Object.values(regions)].every(isCount)) return [];
  const seats = seatsSetAside(regions as Regions);
  if (seats <= Number(quota)) return [];
  return [disagreement(['regions'], `no more seats than the quota, ${quota}`, `${seats} seats in all`)];
}

/** The web service compares names itself, and knows some thresholds alone. */
function unknownThreshold({ match }: Readonly<Record<string, unknown>>): Disagreement[] {
  if (!isMapping(match) || match.source !== 'dukcapil' || !Number.isInteger(match.name)) return [];
  const { least, greatest } = SERVICE_THRESHOLDS;
  if (Number(match.name) >= least && Number(match.name) <= greatest) return [];
  const expected = `a whole number from ${least} to ${greatest}, which the web service knows`;
  return [disagreement(['match', 'name'], expected)];
}

/** All conditions of a mapping and of what it is made of; what is nested too deep is not looked into. */
function conditionsIn(given: unknown, path: Path, depth: number): readonly Condition[] {
  if (!isMapping(given)) return [];
  const keys = CONDITIONS.filter((key) => Object.hasOwn(given, key));
  // Several are all of them: one deeper than they are written.
  const own = keys.length > 1 ? depth + 1 : depth;
  return keys.flatMap((key) => {
    const value = given[key];
    const condition = { path: [...path, key], key, value, depth: own };
    if (own > DEEPEST) return [condition];
    if (key === 'not') return [condition, ...conditionsIn(value, condition.path, own + 1)];
    if (key !== 'all' && key !== 'any') return [condition];
    const inner = entriesOf(value).flatMap((one, at) => conditionsIn(one, [...condition.path, at], own + 1));
    return [condition, ...inner];
  });
}

function disagreement(path: Path, message: string, got?: string): Disagreement {
  return { code: 'disagreement', path, message, ...(got === undefined ? {} : { got }) };
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0;
}

function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
