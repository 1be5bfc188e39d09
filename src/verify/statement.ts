import { join } from 'node:path';
import { GelombangError } from '../errors.ts';
import { readSmallFile } from '../files/reading.ts';
import { OUTCOMES, type Outcome } from '../proof/seats.ts';
import type { Findings } from './findings.ts';
import { areSeats, isCount, isObject, PROVINCES, timeOf } from './forms.ts';

/** Bytes: a policy and what was counted are in it, and nobody of the wave. */
const LARGEST = 1 << 24;

const COUNTS = ['rows_read', 'rows_rejected', 'applications', 'eligible', 'candidates'] as const;

/** What draw.json states about a wave, of the right types but not believed. */
export interface Statement {
  readonly wave: string | number;
  readonly policy: Readonly<Record<string, unknown>>;
  readonly policy_sha256: string;
  readonly quota: number;
  readonly reserve: number;
  readonly household_cap: number;
  /** Province code → seats. */
  readonly regions: ReadonlyMap<string, number>;
  readonly counts: Readonly<Record<(typeof COUNTS)[number], number>>;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly pool_root: string;
  readonly entropy: string;
  readonly entropy_source: string;
  /** Null where there is no secret. */
  readonly entropy_commitment: unknown;
  /** Null where there is no round. */
  readonly beacon: unknown;
  readonly frozen_at: unknown;
  readonly seed: string;
  /** Undefined for a wave that counts. */
  readonly voided: Voided | undefined;
  readonly files: Readonly<Record<string, unknown>>;
  /** `draw.json:line` of a key. */
  readonly where: (key: string) => string;
}

/** That the wave does not count, since when and why. */
export interface Voided {
  readonly at: string;
  readonly reason: string;
}

/**
 * Reads draw.json. Faults of its form go to `findings`; undefined if there are any, because the draw cannot be
 * recomputed from it. Throws INPUT_REFUSED if it is no JSON object.
 */
export async function readStatement(dir: string, findings: Findings): Promise<Statement | undefined> {
  const { object, where } = await readJson(dir, 'draw.json');
  const before = findings.faultCount;
  const expect = (key: string, value: unknown, right: boolean, expected: string): void => {
    if (!right)
      findings.fault(where(key), `${key} is ${JSON.stringify(value) ?? 'missing'}, expected ${expected}`);
  };
  expect('wave', object.wave, ['string', 'number'].includes(typeof object.wave), 'a text or a number');
  expect('entropy_source', object.entropy_source, typeof object.entropy_source === 'string', 'a text');
  for (const key of ['quota', 'reserve', 'household_cap'])
    expect(key, object[key], isCount(object[key]), COUNT);
  for (const key of ['policy_sha256', 'pool_root', 'entropy', 'seed']) {
    const value = object[key];
    expect(key, value, typeof value === 'string' && HEX_64.test(value), '64 hex digits in lower case');
  }
  for (const key of ['policy', 'counts', 'files'])
    expect(key, object[key], isObject(object[key]), 'an object');
  const counts = isObject(object.counts) ? object.counts : {};
  const outcomes = isObject(counts.outcomes) ? counts.outcomes : {};
  for (const key of COUNTS) expect(key, counts[key], isCount(counts[key]), COUNT);
  for (const key of OUTCOMES) expect(key, outcomes[key], isCount(outcomes[key]), COUNT);
  const { regions } = object;
  expect('regions', regions, areSeats(regions), PROVINCES);
  const voided = object.voided ?? undefined;
  expect('voided', voided, voided === undefined || isVoided(voided), 'null, or when and why');
  expect('people', object.people, [undefined, 'one', 'two'].includes(object.people as string), 'one or two');
  expect('audit', object.audit, isHead(object.audit ?? undefined), 'null, or entry and sha256');
  if (findings.faultCount > before) return undefined;
  const read = { ...object, outcomes, regions: new Map(Object.entries(regions as object)), voided, where };
  return read as unknown as Statement;
}

/** An object of a JSON file, and the place of a key in it. Throws INPUT_REFUSED if it is none. */
export async function readJson(dir: string, file: string) {
  const text = (await readSmallFile(join(dir, file), LARGEST)).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new GelombangError('INPUT_REFUSED', `${join(dir, file)} is no JSON`, { concerns: { file }, cause });
  }
  if (!isObject(value)) {
    throw new GelombangError('INPUT_REFUSED', `${join(dir, file)} is no JSON object`, { concerns: { file } });
  }
  return { object: value, where: (key: string) => `${file}:${lineOf(text, key)}` };
}

const COUNT = 'a whole number from 0';
const HEX_64 = /^[0-9a-f]{64}$/;

/** Of the audit log; exports that are older have none. */
function isHead(value: unknown): boolean {
  if (value === undefined) return true;
  return isObject(value) && isCount(value.entry) && HEX_64.test(String(value.sha256));
}

function isVoided(value: unknown): value is Voided {
  return isObject(value) && timeOf(value.at) !== undefined && typeof value.reason === 'string';
}

/**
 * The line of a key: of the outermost one by its indentation, as `policy` has some of the same. Else the first line
 * that has the text as a JSON string, or 1.
 */
function lineOf(text: string, key: string): number {
  const quoted = JSON.stringify(key);
  const lines = text.split('\n');
  const indents = lines.map((line) =>
    line.trimStart().startsWith(`${quoted}:`) ? line.search(/\S/) : Infinity,
  );
  const outermost = Math.min(...indents);
  if (outermost < Infinity) return indents.indexOf(outermost) + 1;
  return Math.max(1, lines.findIndex((line) => line.includes(quoted)) + 1);
}
