/** A wave with provinces, a reserve, and a rule of its own. */
import { beforeAll, expect, test } from 'vitest';
import { explain } from '../../src/explain/explain.ts';
import { worded } from '../../src/explain/worded.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { canonicalJson } from '../../src/proof/canonical.ts';
import { type Installation, installation } from '../support/installation.ts';
import { type Row, readCsv, readRows } from '../support/oracle-rows.ts';
import { close, exported, madeUpWave, openAndImport, unguarded } from '../support/wave.ts';
import { textOf } from './said.ts';

let at: Installation;
let results: readonly Row[];
let policy: Policy;
let applicants: string;

beforeAll(async () => {
  at = await installation();
  const input = await madeUpWave({ applicants: 600, seed: 77 });
  policy = {
    ...{ ...input.policy, quota: 40, reserve: 30, regions: { '31': 6, '32': 20 } },
    priority: [{ all: [{ disability: true }, { not: { region: ['31'] } }] }],
    rules: [
      {
        code: 'FROM_CENTRAL_JAVA',
        fails_when: { region: ['33'] },
        text: { id: 'Jawa Tengah mendapat gelombang sendiri.', en: 'Central Java has a wave of its own.' },
        law: 'Pasal 3',
      },
    ],
  };
  applicants = input.applicants[0]?.text ?? '';
  await openAndImport(at, input);
  await unguarded(at.database, async (sql) => {
    await sql`update wave set policy = ${canonicalJson(policy)}, quota = ${policy.quota} where id = 17`;
  });
  await close(at, 17);
  results = readRows((await exported(at, 17)).results);
});

function explained(row: Row | undefined) {
  return explain(at.database, 17, row?.registration_no ?? '');
}

test('an application is told with the line on which it stood, whoever else is in its bucket', async () => {
  const { header, records } = readCsv(applicants);
  const [number, joined] = [header.indexOf('registration_no'), header.indexOf('joined_at')];
  const some = results.filter((_, at) => at % 4 === 0);
  for (const row of some) {
    const { application } = (await explained(row)).explanation;
    const record = records.find(({ line }) => line === application.line);
    expect([record?.fields[number], record?.fields[joined]]).toEqual([
      row.registration_no,
      application.joined_at,
    ]);
  }
});

test('each of the reserve has its place in it', async () => {
  const reserve = results
    .filter(({ outcome }) => outcome === 'RESERVE')
    .toSorted((left, right) => Number(left.rank) - Number(right.rank));
  expect(reserve).toHaveLength(30);
  const places = await Promise.all(
    reserve.map(async (row) => (await explained(row)).explanation.draw?.reserve_place),
  );
  expect(places).toEqual(reserve.map((_, place) => place + 1));
  const last = worded(await explained(reserve.at(-1)), 'en');
  expect(last.summary).toMatch(
    /^In the reserve, number 30 of it: place \d+ of \d+ candidates for 40 seats\.$/,
  );
});

test('a province with seats of its own is told how many, and counts by itself', async () => {
  // One after the other: all at once would wait for connections, and for these no longer than ten seconds.
  const pool: Awaited<ReturnType<typeof explained>>['explanation'][] = [];
  for (const row of results.filter(({ rank }) => rank !== '')) pool.push((await explained(row)).explanation);
  const seats = { '31': 6, '32': 20 } as Record<string, number>;
  for (const { draw } of pool) {
    expect(draw?.region_seats).toBe(seats[draw?.region ?? ''] ?? 0);
    const own = (region = '') => (seats[region] === undefined ? 'the others' : region);
    const alike = pool.filter(
      ({ draw: other }) => other?.tier === draw?.tier && own(other?.region) === own(draw?.region),
    );
    expect(draw?.alike).toEqual({
      candidates: alike.length,
      accepted: alike.filter(({ outcome }) => outcome === 'ACCEPTED').length,
    });
  }
});

test('an entry of several conditions is told as it is', async () => {
  const first = results.find(({ tier }) => tier === '0');
  expect((await explained(first)).explanation.draw?.priority).toEqual(policy.priority[0]);
});

test("the policy's own rule has its own text, and its law", async () => {
  const failing = results.find(({ reasons }) => reasons === 'FROM_CENTRAL_JAVA');
  const [en, id] = [worded(await explained(failing), 'en'), worded(await explained(failing), 'id')];
  expect(textOf(en)).toMatch(/failed .*FROM_CENTRAL_JAVA: Central Java has a wave of its own\. \(Pasal 3\)/);
  expect(textOf(id)).toMatch(
    /failed .*FROM_CENTRAL_JAVA: Jawa Tengah mendapat gelombang sendiri\. \(Pasal 3\)/,
  );
  expect(textOf(id).split('Yang dapat dilakukan\n')[1]).toContain('Jawa Tengah mendapat gelombang sendiri.');
  const passing = results.find(({ outcome }) => outcome === 'ACCEPTED');
  expect(textOf(worded(await explained(passing), 'en'))).toMatch(/passed .*FROM_CENTRAL_JAVA: .*\(Pasal 3\)/);
});
