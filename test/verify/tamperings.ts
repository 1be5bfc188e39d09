/** Ways of tampering with an export, each of which shows at one place at least. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Export, type Plan, restate } from './export-builder.ts';
import { sha256 } from './plain-draw.ts';

export interface Tampering {
  readonly name: string;
  readonly plan?: Partial<Plan>;
  /** Before the hashes of the files are put in: whoever tampers can do that as well. */
  readonly change?: (wave: Export) => void;
  /** In the folder as it was written. */
  readonly afterwards?: (folder: string) => Promise<void>;
  /** Where both say that something is wrong. */
  readonly where: RegExp;
}

const DRAW = /^draw\.json:\d+: /;
export const BEACON = { entropy: 'drand:quicknet' } as const;
const WEIGHTS = { quota: 4, regions: { weights: { '31': 1, '32': 1, '33': 1 } } };

export const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'an outcome is turned',
    change: inResults(/,NOT_DRAWN,/, ',ACCEPTED,'),
    where: /^results\.csv:\d+: /,
  },
  {
    name: 'someone of the reserve is accepted',
    change: inResults(/,RESERVE,/, ',ACCEPTED,'),
    where: /^results\.csv:\d+: /,
  },
  { name: 'a rank is another', change: inResults(/,1$/, ',2'), where: /^results\.csv:\d+: / },
  { name: 'a tier is another', change: inResults(/,1,(\d+)$/, ',0,$1'), where: /^results\.csv:\d+: / },
  {
    name: 'an ineligible application is accepted',
    change: inResults(/INELIGIBLE,NIK_NOT_FOUND,,/, 'ACCEPTED,,0,1'),
    where: /^results\.csv:12: /,
  },
  {
    name: 'a member of the pool is made ineligible',
    change: inResults(/ACCEPTED,,\d,\d$/, 'INELIGIBLE,BLOCKED,,'),
    where: /^results\.csv:\d+: /,
  },
  {
    name: 'a reason is taken away',
    change: inResults(/INELIGIBLE,NIK_NOT_FOUND/, 'INELIGIBLE,'),
    where: /^results\.csv:12: /,
  },
  {
    name: 'reasons are turned round',
    change: inResults(/AGE_OUT_OF_RANGE\|ON_LIST:dtks/, 'ON_LIST:dtks|AGE_OUT_OF_RANGE'),
    where: /^results\.csv:13: /,
  },
  {
    name: 'a reason is none of the policy',
    change: inResults(/RULE_2/, 'RULE_3'),
    where: /^results\.csv:16: /,
  },
  {
    name: 'a reason is there twice',
    change: inResults(/RULE_2/, 'RULE_2|RULE_2'),
    where: /^results\.csv:16: /,
  },
  {
    name: 'an application is left out of the results',
    change: (wave) => lines(wave, 'results.csv').splice(3, 1),
    where: /PRJ-003/,
  },
  {
    name: 'an application stands in the results twice',
    change: (wave) => lines(wave, 'results.csv').splice(4, 0, line(wave, 'results.csv', 3)),
    where: /^results\.csv:5: /,
  },
  {
    name: 'an application comes into the results from nowhere',
    change: (wave) => lines(wave, 'results.csv').push('PRJ-999,317101******0001,ACCEPTED,,0,9'),
    where: /^results\.csv:17: /,
  },
  {
    name: 'the lines of the results are out of order',
    change: (wave) => swap(wave, 'results.csv', 2),
    where: /^results\.csv:4: /,
  },
  { name: 'a line is taken out of the pool', change: (wave) => lines(wave, 'pool.csv').pop(), where: DRAW },
  {
    name: 'a member of the pool moves to another province',
    change: inPool(/,32$/, ',33'),
    where: /^results\.csv:\d+: /,
  },
  {
    name: 'a member of the pool has more tickets than anyone may',
    change: inPool(/^(PRJ-001,\d),1,/, '$1,5,'),
    where: /^pool\.csv:2: /,
  },
  {
    name: 'a member of the pool has tickets that no number of waves gives',
    change: inPool(/^(PRJ-001,\d),1,/, '$1,2,'),
    where: /^pool\.csv:2: /,
  },
  {
    name: 'a member of the pool has a ticket of waves that give none',
    plan: { tickets: { per_unsuccessful_wave: 0, max: 3 } },
    where: /^pool\.csv:3: /,
  },
  {
    name: 'a member of the pool is in a tier that the policy does not have',
    change: inPool(/^PRJ-001,1,/, 'PRJ-001,2,'),
    where: /^pool\.csv:2: /,
  },
  {
    name: 'one of a household has more places than the others',
    change: inPool(/^(PRJ-002.*),1,(\d\d)$/, '$1,2,$2'),
    where: /^pool\.csv:3: /,
  },
  {
    name: 'a household has more places than the cap',
    change: inPool(/^(PRJ-010.*),2,(\d\d)$/, '$1,3,$2'),
    where: /^pool\.csv:11: /,
  },
  {
    name: 'the lines of the pool are out of order',
    change: (wave) => {
      swap(wave, 'pool.csv', 2);
      restate(wave);
    },
    where: /^pool\.csv:4: /,
  },
  {
    name: 'a household is split',
    change: inPool(/^(PRJ-001.*),0{16},/, '$1,9999999999999999,'),
    where: /^results\.csv:\d+: /,
  },
  {
    name: 'the root of the pool is another',
    change: ({ draw }) => {
      draw.pool_root = 'ab'.repeat(32);
    },
    where: DRAW,
  },
  {
    name: 'the seed is of someone’s choice',
    change: ({ draw }) => {
      draw.seed = '12'.repeat(32);
    },
    where: DRAW,
  },
  {
    name: 'the entropy is another than the one committed to',
    change: (wave) => {
      wave.draw.entropy = 'cd'.repeat(32);
      restate(wave);
    },
    where: DRAW,
  },
  {
    name: 'the commitment is to the bytes of the secret',
    change: ({ draw }) => {
      draw.entropy_commitment = sha256('ab');
    },
    where: DRAW,
  },
  {
    name: 'the source of the entropy is one that there is not',
    change: ({ draw }) => {
      draw.entropy_source = 'nowhere';
    },
    where: /draw\.json/,
  },
  {
    name: 'the policy is another than the one hashed',
    change: ({ draw }) => {
      draw.policy.name = 'other';
    },
    where: DRAW,
  },
  {
    name: 'the cap of households is another than the policy’s',
    change: ({ draw }) => {
      draw.household_cap = 3;
    },
    where: DRAW,
  },
  {
    name: 'the reserve is larger than the policy’s',
    change: ({ draw }) => {
      draw.reserve = 3;
    },
    where: DRAW,
  },
  {
    name: 'the quota is larger',
    change: ({ draw }) => {
      draw.quota = 4;
    },
    where: /^results\.csv:\d+: /,
  },
  {
    name: 'a province has a seat more than the policy gives it',
    change: ({ draw }) => {
      draw.regions = { '31': 2, '32': 1 };
    },
    where: DRAW,
  },
  { name: 'provinces have more seats than there are', plan: { regions: { '31': 4, '32': 4 } }, where: DRAW },
  {
    name: 'the seat of the largest remainder goes to another province',
    plan: WEIGHTS,
    change: ({ draw }) => {
      draw.regions = { '31': 1, '32': 2, '33': 1 };
    },
    where: DRAW,
  },
  {
    name: 'two of the accepted are changed round',
    change: (wave) => swap(wave, 'accepted.csv', 1),
    where: /^accepted\.csv:2: /,
  },
  {
    name: 'one of the accepted is left out',
    change: (wave) => lines(wave, 'accepted.csv').pop(),
    where: /^accepted\.csv:4: /,
  },
  {
    name: 'one more stands with the accepted',
    change: (wave) => lines(wave, 'accepted.csv').push(line(wave, 'accepted.csv', 1)),
    where: /^accepted\.csv:5: /,
  },
  {
    name: 'the NIK of one of the accepted is another',
    change: (wave) => {
      const all = lines(wave, 'accepted.csv');
      all[1] = line(wave, 'accepted.csv', 1).replace(/317101/, '317102');
    },
    where: /^accepted\.csv:2: /,
  },
  {
    name: 'a count of draw.json is another',
    change: ({ draw }) => {
      draw.counts.outcomes.INELIGIBLE = 2;
    },
    where: DRAW,
  },
  {
    name: 'rows were read and are nowhere',
    change: ({ draw }) => {
      draw.counts.rows_read = 20;
    },
    where: DRAW,
  },
  {
    name: 'a count of the funnel is another',
    change: (wave) => edit(wave, 'funnel.csv', /^AGE_OUT_OF_RANGE,2$/, 'AGE_OUT_OF_RANGE,1'),
    where: /^funnel\.csv:13: /,
  },
  {
    name: 'a rule is left out of the funnel',
    change: (wave) => lines(wave, 'funnel.csv').splice(23, 1),
    where: /^funnel\.csv:24: /,
  },
  {
    name: 'the rules of the funnel are in another order',
    change: (wave) => swap(wave, 'funnel.csv', 22),
    where: /^funnel\.csv:23: /,
  },
  {
    name: 'the beacon’s signature is not the one of the entropy',
    plan: BEACON,
    change: ({ draw }) => {
      beaconOf(draw).signature = 'b'.repeat(96);
    },
    where: DRAW,
  },
  {
    name: 'the entropy is not the one of the beacon',
    plan: BEACON,
    change: (wave) => {
      wave.draw.entropy = 'cd'.repeat(32);
      restate(wave);
    },
    where: DRAW,
  },
  {
    name: 'the beacon is of another chain',
    plan: BEACON,
    change: ({ draw }) => {
      beaconOf(draw).chain_hash = 'ab'.repeat(32);
    },
    where: DRAW,
  },
  {
    name: 'the beacon has another key',
    plan: BEACON,
    change: ({ draw }) => {
      beaconOf(draw).public_key = 'ab'.repeat(96);
    },
    where: DRAW,
  },
  {
    name: 'the time of the round is another',
    plan: BEACON,
    change: ({ draw }) => {
      beaconOf(draw).round_time = '2023-08-23T16:59:24.000Z';
    },
    where: DRAW,
  },
  {
    name: 'the pool was frozen when the round had come',
    plan: BEACON,
    change: ({ draw }) => {
      draw.frozen_at = '2023-08-23T15:59:24.000Z';
    },
    where: DRAW,
  },
  {
    name: 'there is no round',
    plan: BEACON,
    change: ({ draw }) => {
      draw.beacon = null;
    },
    where: /draw\.json/,
  },
  ...['results.csv', 'accepted.csv', 'pool.csv', 'rejects.csv', 'funnel.csv'].map((table) => ({
    name: `a byte of ${table} is another than the one hashed`,
    afterwards: async (folder: string) => {
      const text = await readFile(join(folder, table), 'utf8');
      await writeFile(join(folder, table), `${text.slice(0, -2)}!\n`);
    },
    where: new RegExp(`${table.replace('.', '\\.')}`),
  })),
  {
    name: 'a further file is another than the one hashed',
    change: (wave) => Object.assign(wave, { more: { 'review.json': '{}' } }),
    afterwards: (folder) => writeFile(join(folder, 'review.json'), '[]'),
    where: /review\.json/,
  },
  {
    name: 'a further file is missing',
    change: (wave) => Object.assign(wave, { more: { 'review.json': '{}' } }),
    afterwards: (folder) => rm(join(folder, 'review.json')),
    where: /review\.json/,
  },
  { name: 'a line of the pool is none', change: inPool(/^PRJ-002,/, 'prj-002,'), where: /pool\.csv:3/ },
  { name: 'a line of the results is none', change: inResults(/^(PRJ-002),/, '$1;'), where: /results\.csv:3/ },
];

function inResults(from: RegExp, to: string) {
  return (wave: Export) => edit(wave, 'results.csv', from, to);
}

/** With root and seed as they then are: who tampers can do that as well, and the draw is another. */
function inPool(from: RegExp, to: string) {
  return (wave: Export) => {
    edit(wave, 'pool.csv', from, to);
    restate(wave);
  };
}

/** Changes the first line behind the header that matches. */
function edit(wave: Export, table: string, from: RegExp, to: string): void {
  const all = lines(wave, table);
  const at = all.findIndex((each, place) => place > 0 && from.test(each));
  if (at === -1) throw new Error(`${from} is nowhere in ${table}: ${all.join('; ')}`);
  all[at] = line(wave, table, at).replace(from, to);
}

/** Changes a line and the next one round. */
function swap(wave: Export, table: string, at: number): void {
  lines(wave, table).splice(at, 2, line(wave, table, at + 1), line(wave, table, at));
}

function lines({ tables }: Export, table: string): string[] {
  return tables[table] ?? [];
}

function line(wave: Export, table: string, at: number): string {
  return lines(wave, table)[at] ?? '';
}

function beaconOf(draw: Export['draw']): Record<string, unknown> {
  return draw.beacon as Record<string, unknown>;
}
