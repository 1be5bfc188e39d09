/** Both verifiers say the same of exports that nobody foresaw, whether they are right or were spoilt. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/installation.ts';
import { byPython, byTypeScript, hasPython, withPython } from './both.ts';
import { codesOf, type Export, exportOf, type Plan, restate, writeExport } from './export-builder.ts';

const WAVES = 60;
const SPOILT = 150;
const PROVINCES = ['11', '31', '32', '94'];
const RULES = ['RULE_1', 'ABOVE_30_M2'];

/** Places left in each. As a rule there are more candidates than seats: else it does not matter how seats are given. */
const households = fc.array(fc.nat(3), { minLength: 1, maxLength: 12, size: 'max' });
const numbers = fc.uniqueArray(fc.stringMatching(/^[A-Z0-9-]{1,8}$/), { maxLength: 40, size: 'max' });
const tickets = fc.record({ per_unsuccessful_wave: fc.nat(3), max: fc.integer({ min: 1, max: 6 }) });
const weights = fc.dictionary(fc.constantFrom(...PROVINCES), fc.nat(9)).map((each) => ({ weights: each }));

const plans: fc.Arbitrary<Plan> = fc
  .record({
    households,
    numbers,
    tickets,
    weights,
    weighted: fc.boolean(),
    quota: fc.nat(12),
    reserve: fc.nat(6),
  })
  .chain(({ households: slots, numbers: all, ...rest }) =>
    fc.record({
      people: fc.tuple(...all.map((no) => personOf(no, slots, rest.tickets))),
      regions: rest.weighted ? fc.constant(rest.weights) : seatsWithin(rest.quota),
      quota: fc.constant(rest.quota),
      reserve: fc.constant(rest.reserve),
      household_cap: fc.constant(Math.max(...slots)),
      tickets: fc.constant(rest.tickets),
      rules: fc.subarray(RULES),
      // The signature of a round takes as long as all else of so small a wave.
      entropy: fc.constantFrom('secret', 'secret', 'secret', 'given', 'given', 'drand:quicknet'),
    }),
  )
  .map((plan) => ({ ...plan, people: plan.people.map((person) => knownReasons(person, plan.rules)) }));

const spoils = fc.record({
  table: fc.constantFrom('results.csv', 'accepted.csv', 'pool.csv', 'funnel.csv'),
  at: fc.nat(),
  by: fc.constantFrom('0', '1', '2', '9', 'A', ',', '|', '\n', '-', '', ' '),
  restated: fc.boolean(),
});

describe('exports of random waves and policies', () => {
  const waves = fc.sample(plans, WAVES);

  test('are found right by verify', async () => {
    const folders = await written(waves.map((plan) => exportOf(plan)));
    for (const [place, folder] of folders.entries())
      expect((await byTypeScript(folder)).said, JSON.stringify(waves[place])).toEqual([]);
  });

  test.skipIf(!hasPython)(`are found right by ${withPython}`, async () => {
    const folders = await written(waves.map((plan) => exportOf(plan)));
    const found = byPython(folders);
    for (const [place, folder] of folders.entries())
      expect(found.get(folder), JSON.stringify(waves[place])).toMatchObject({ faults: 0, said: [] });
  });

  test.skipIf(!hasPython)(
    `are found right or wrong by verify as by ${withPython}, whatever was spoilt`,
    async () => {
      const spoilt = fc.sample(fc.tuple(plans, spoils), SPOILT);
      const folders = await written(spoilt.map(([plan, spoil]) => spoiled(exportOf(plan), spoil)));
      const found = byPython(folders);
      for (const [place, folder] of folders.entries()) {
        const one = await byTypeScript(folder);
        const other = found.get(folder);
        const said = JSON.stringify({ spoilt: spoilt[place], one, other }, null, 1);
        expect(one.faults > 0, said).toBe((other?.faults ?? 0) > 0);
      }
    },
  );
});

function personOf(
  no: string,
  slots: readonly number[],
  { per_unsuccessful_wave: each, max }: Plan['tickets'],
) {
  const member = fc.record({
    household: fc.nat(slots.length - 1),
    tier: fc.nat(1),
    waves: fc.nat(5),
    region: fc.constantFrom(...PROVINCES),
  });
  const reasons = fc.subarray([...codesOf({ rules: RULES })]);
  return fc.oneof(
    {
      weight: 3,
      arbitrary: member.map(({ household, tier, waves, region }) => ({
        no,
        tier,
        region,
        tickets: Math.min(max, 1 + each * waves),
        household: household.toString(16).padStart(16, 'f'),
        slots: slots[household] ?? 0,
      })),
    },
    { weight: 1, arbitrary: reasons.map((codes) => ({ no, reasons: codes.join('|') })) },
  );
}

/** Numbers of seats that are no more than the quota together. */
function seatsWithin(quota: number): fc.Arbitrary<Record<string, number>> {
  return fc
    .subarray(PROVINCES)
    .map((codes) => Object.fromEntries(codes.map((code) => [code, Math.floor(quota / 4)])));
}

function knownReasons(person: Plan['people'][number], rules: readonly string[]): Plan['people'][number] {
  if (!('reasons' in person)) return person;
  const known = codesOf({ rules });
  return {
    ...person,
    reasons: person.reasons
      .split('|')
      .filter((code) => known.includes(code))
      .join('|'),
  };
}

/** With one character of a table another, and perhaps with root and seed as they are then. */
function spoiled(
  wave: Export,
  { table, at, by, restated }: { table: string; at: number; by: string; restated: boolean },
): Export {
  const text = (wave.tables[table] ?? []).join('\n');
  const place = at % text.length;
  wave.tables[table] = `${text.slice(0, place)}${by}${text.slice(place + 1)}`.split('\n');
  if (restated) restate(wave);
  return wave;
}

async function written(waves: readonly Export[]): Promise<string[]> {
  const base = await temporaryFolder();
  const folders = waves.map((_, place) => join(base, String(place)));
  for (const [place, wave] of waves.entries()) await writeExport(folders[place] ?? '', wave);
  return folders;
}
