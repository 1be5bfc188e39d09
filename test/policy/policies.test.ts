/** The policies of the years that come along: what they say, and that it is not changed by the way. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/policy/language.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { policySentences } from '../../src/policy/sentences.ts';
import { projectRoot } from '../../src/project-root.ts';
import { isWeighted, seatsByRegion } from '../../src/proof/seats.ts';

const FOLDER = join(projectRoot(), 'policies');
const AID = ['dtks', 'bsu', 'bpum'];
/** Of the canonical forms. One of them changes where the policy of a year does, and the commit says why. */
const HASHES = {
  '2020.yaml': '60947bb6b36cdd4163cfe74c768baaf700f0e5f4b02106a72a7882828dba58cf',
  '2021.yaml': 'f1b1c5da168cd77e603719b92878880d3e08c4484313a69112b8ddcd475b5a87',
  '2023.yaml': '6a1a8328b0fb25fa328bc557c82701826ca96322fa382b0318ef88c8df518df2',
  '2024.yaml': '813e5024f30ab716c95efa0335f00f2daf2ac11eb16e65b06fd621de59bf63ce',
} as const;
const YEARS = Object.keys(HASHES) as (keyof typeof HASHES)[];

function read(name: keyof typeof HASHES) {
  return readPolicy(readFileSync(join(FOLDER, name), 'utf8'), name);
}

test('are all of them known here', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(YEARS);
});

describe.each(YEARS)('%s', (name) => {
  test('is a policy with the hash that it always had', () => {
    expect(read(name).sha256).toBe(HASHES[name]);
  });

  test('names its sources, and tells what is published from what is assumed', () => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    expect(text).toMatch(/^# Sources$/m);
    for (const key of ['quota', 'age', 'household_cap', 'deny_lists', 'barred_occupations']) {
      const above = text
        .slice(0, text.search(new RegExp(`^${key}:`, 'm')))
        .split('\n\n')
        .at(-1);
      expect(above, key).toMatch(/^# (Published|Assumption|Reported)/m);
    }
  });

  test.each(LANGUAGES)('can be said in words: %s', (language) => {
    const sections = policySentences(read(name).policy, language);
    expect(sections).toHaveLength(5);
    for (const { heading, lines } of sections) {
      expect(heading).toMatch(/^[A-Z]/);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        expect(line).toMatch(/^[A-Z].*(\.|\])$/);
        expect(line).not.toMatch(/undefined|null|NaN|\[object| {2,}|[$<>{}]|\b[a-z]+_[a-z]/);
      }
    }
  });
});

test('2020 and 2021 bar recipients of other aid, 2023 and 2024 admit them', () => {
  for (const name of YEARS) {
    const barred = read(name).policy.deny_lists.filter((list) => AID.includes(list));
    expect(barred, name).toEqual(name < '2022' ? AID : []);
  }
});

test('the seats of 2020 go to the provinces by the census, whose total they add up to', () => {
  const { regions, quota, tickets } = read('2020.yaml').policy;
  expect(quota).toBe(800_000);
  expect(tickets).toEqual({ per_unsuccessful_wave: 1, max: 5 });
  const weights = isWeighted(regions) ? Object.values(regions.weights) : [];
  expect(weights).toHaveLength(34);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(270_203_917);
  const seats = [...seatsByRegion(regions, quota).values()];
  expect(seats.reduce((sum, count) => sum + count, 0)).toBe(quota);
});

test('the wave of 2021 has 600,000 seats, and two for a family card', () => {
  expect(read('2021.yaml').policy).toMatchObject({ quota: 600_000, household_cap: 2 });
});

test('the example of the documentation is a policy', () => {
  const page = readFileSync(join(projectRoot(), 'docs', 'formats.md'), 'utf8');
  const [, example = ''] = /^## Policy$[\s\S]*?```yaml\n([\s\S]*?)```/m.exec(page) ?? [];
  const { policy } = readPolicy(example, 'formats.md');
  expect(policy.priority[1]).toEqual({ all: [{ disability: true }, { age: { min: 50 } }] });
  expect(policy.rules.map(({ code }) => code)).toEqual(['OTHER_PROGRAMME']);
});
