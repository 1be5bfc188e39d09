/** Whatever the policy and the people: the program decides as the oracle does, however the input is laid out. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BARRED_OCCUPATIONS,
  EMPLOYMENT_STATUSES,
  LAYERS,
  type Policy,
  type Predicate,
} from '../src/policy/policy.ts';
import { type Installation, installation } from './support/installation.ts';
import { type OracleAnswer, oracle } from './support/oracle.ts';
import { madeUpWave, rowsOf, runWave, unguarded, type WaveInput } from './support/wave.ts';

const LISTS = ['dtks', 'kemnaker'];

const simple: fc.Arbitrary<Predicate> = fc.oneof(
  fc.record({ employment_status: fc.subarray([...EMPLOYMENT_STATUSES], { minLength: 1 }) }),
  fc.record({ list: fc.constant('kemnaker') }),
  fc.record({ disability: fc.boolean() }),
  fc.record({ education: fc.subarray(['D3', 'SD', 'SMA', 'SMK'], { minLength: 1 }) }),
  fc.record({ region: fc.subarray(['11', '32', '3273', '35', '36'], { minLength: 1 }) }),
  fc.record({
    age: fc.record({ min: fc.integer({ min: 0, max: 40 }), max: fc.integer({ min: 40, max: 90 }) }),
  }),
  fc.record({ age: fc.record({ min: fc.integer({ min: 0, max: 60 }) }) }),
  fc.record({ age: fc.record({ max: fc.integer({ min: 20, max: 60 }) }) }),
);
const predicate: fc.Arbitrary<Predicate> = fc.letrec<{ any: Predicate }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    simple,
    fc.record({
      all: fc.uniqueArray(tie('any'), { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one) }),
    }),
    fc.record({
      any: fc.uniqueArray(tie('any'), { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one) }),
    }),
    fc.record({ not: tie('any') }),
  ),
})).any;

const rules = fc
  .uniqueArray(predicate, { maxLength: 2, selector: (one) => JSON.stringify(one) })
  .map((conditions) =>
    conditions.map((fails_when, place) => ({
      code: `FURTHER_${place + 1}`,
      // Few enough meet it that some are left.
      fails_when: { all: [{ any: [fails_when] }, { disability: true }] },
      text: { id: 'Aturan tambahan.', en: 'A further rule.' },
      law: 'Pasal 1',
    })),
  );

/** Seats of provinces are no more than there are in all. */
function regionsWithin(quota: number): fc.Arbitrary<Policy['regions']> {
  const most = Math.floor(quota / 3);
  const codes = fc.constantFrom('11', '32', '35');
  return fc.oneof(
    fc.constant({}),
    fc.dictionary(codes, fc.nat({ max: most })),
    fc.dictionary(codes, fc.integer({ min: 1, max: 1000 }), { minKeys: 1 }).map((weights) => ({ weights })),
  );
}

const policies: fc.Arbitrary<Policy> = fc.oneof(fc.nat({ max: 60 }), fc.constant(100_000)).chain((quota) =>
  fc.record({
    name: fc.constant('any'),
    as_of: fc.constantFrom('2021-02-28', '2021-04-30', '2024-02-29'),
    quota: fc.constant(quota),
    reserve: fc.oneof(fc.constant(0), fc.nat({ max: 20 })),
    household_cap: fc.integer({ min: 1, max: 3 }),
    match: fc.record({ name: fc.constantFrom(0, 60, 80, 100) }),
    layers: fc.subarray([...LAYERS]),
    age: fc.record({ min: fc.integer({ min: 0, max: 30 }), max: fc.integer({ min: 30, max: 80 }) }),
    barred_occupations: fc.subarray([...BARRED_OCCUPATIONS]),
    deny_lists: fc.subarray(['dtks']),
    priority: fc.uniqueArray(predicate, { maxLength: 4, selector: (entry) => JSON.stringify(entry) }),
    tickets: fc.record({ per_unsuccessful_wave: fc.nat({ max: 2 }), max: fc.integer({ min: 1, max: 4 }) }),
    rules,
    regions: regionsWithin(quota),
  }),
);

const waves = fc.record({
  policy: policies,
  applicants: fc.integer({ min: 1, max: 300 }),
  // Few people: they apply often, and from few households.
  registry: fc.integer({ min: 20, max: 600 }),
  seed: fc.nat(),
  parts: fc.integer({ min: 1, max: 6 }),
});

/** Waves follow each other in one installation; nothing of one may be left for the next. */
async function inEmpty(at: Installation, input: WaveInput, parts: number): Promise<OracleAnswer> {
  const tables = await at.database.sql<{ name: string }[]>`
    select format('%I', tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'installation'`;
  // The database refuses to lose a frozen wave.
  await unguarded(at.database, async (sql) => {
    await sql.unsafe(`truncate ${tables.map(({ name }) => name).join(', ')} cascade`);
  });
  const { folder: _, ...answer } = await runWave(at, input, { parts });
  return answer;
}

/** The program forgives titles, which only ever helps; the oracle, by the letter of the rule, does not. */
function withoutTitles(input: WaveInput): WaveInput {
  const titles = /\b(?:Hj?|Ir|Dr)\. |,? S\.(?:E\.|Pd|Kom)/g;
  const applicants = input.applicants.map(({ name, text }) => ({ name, text: text.replace(titles, '') }));
  return { ...input, applicants };
}

let at: Installation;
beforeAll(async () => {
  at = await installation();
});

test('every wave under every policy is decided as the oracle decides it', async () => {
  await fc.assert(
    fc.asyncProperty(waves, async ({ policy, parts, ...size }) => {
      const made = withoutTitles(await madeUpWave(size));
      const lists = Object.fromEntries(LISTS.map((name) => [name, made.lists[name] ?? '']));
      const input = { ...made, policy, lists };
      expect(await inEmpty(at, input, parts)).toEqual(oracle(input));
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

describe('the same rows', () => {
  let input: WaveInput;
  let text: ReturnType<typeof rowsOf>;
  let expected: OracleAnswer;

  beforeAll(async () => {
    const made = await madeUpWave({ applicants: 250, seed: 31, registry: 200 });
    text = rowsOf(made.applicants[0]?.text ?? '');
    // Of a number that is given twice the first row stands: that is the one thing that order is allowed to decide.
    const once = [...new Map(text.rows.map((row) => [row.split(',')[0], row])).values()];
    input = { ...made, applicants: [{ name: 'applicants.csv', text: text.fileOf(once) }] };
    text = { ...text, rows: once };
    expected = oracle(input);
  });

  const withoutLines = ({ rejects, ...answer }: OracleAnswer) => ({
    ...answer,
    rejects: rejects
      .split('\n')
      .map((line) => line.replace(/^\d+,/, ''))
      .sort(),
  });

  test('in another order change nothing but line numbers', async () => {
    const order = fc.shuffledSubarray(text.rows, { minLength: text.rows.length });
    await fc.assert(
      fc.asyncProperty(order, async (rows) => {
        const applicants = [{ name: 'applicants.csv', text: text.fileOf(rows) }];
        const answer = await inEmpty(at, { ...input, applicants }, 3);
        expect(withoutLines(answer)).toEqual(withoutLines(expected));
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  test('in several files change nothing but line numbers', async () => {
    const cuts = fc.uniqueArray(fc.nat({ max: text.rows.length - 2 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(cuts, async (unordered) => {
        const ends = [0, ...unordered.map((cut) => cut + 1), text.rows.length].sort(
          (one, other) => one - other,
        );
        const applicants = ends.slice(1).map((end, place) => ({
          name: `applicants-${place}.csv`,
          text: text.fileOf(text.rows.slice(ends[place], end)),
        }));
        const answer = await inEmpty(at, { ...input, applicants }, 3);
        expect(withoutLines(answer)).toEqual(withoutLines(expected));
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  test('in any number of parts change nothing', async () => {
    for (const parts of [1, 2, 7, 20]) expect(await inEmpty(at, input, parts)).toEqual(expected);
  });
});
