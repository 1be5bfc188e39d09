/** What another policy does to a closed wave, held against the same wave closed under that policy. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { importList, importRecipients } from '../../src/ingest/lists.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { projectRoot } from '../../src/project-root.ts';
import { OUTCOMES } from '../../src/proof/seats.ts';
import { applicationsOf } from '../support/applications.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { readCsv } from '../support/oracle-rows.ts';
import { exported, funnelOf, madeUpWave, runWave, type WaveInput, waveFrom } from '../support/wave.ts';
import { asRead, countOf, simulated } from './simulated.ts';

const SMALL_WAVE = join(projectRoot(), 'fixtures', 'small-wave', 'in');

let small: Installation;
let policy: Policy;
let larger: Installation;
let madeUp: WaveInput;

beforeAll(async () => {
  [small, larger] = await Promise.all([installation(), installation()]);
  const input = await waveFrom(SMALL_WAVE);
  policy = input.policy as Policy;
  await runWave(small, input);
  madeUp = await madeUpWave({ applicants: 1_500, seed: 5, quota: 150 });
  await runWave(larger, madeUp, { parts: 3 });
});

/** The lines of results.csv by the place in draw order, masked as they are. */
async function ranked(of: Installation): Promise<Readonly<Record<string, string>>[]> {
  const { header, records } = readCsv((await exported(of, 17)).results);
  return records
    .map(({ fields }) => Object.fromEntries(header.map((column, at) => [column, fields[at] ?? ''])))
    .filter(({ rank }) => rank !== '');
}

describe('more seats', () => {
  test('go to the next in draw order, and nobody loses one', async () => {
    const { sides, transitions, changed_sides } = await simulated(larger, { set: { quota: '160' } });
    const next = (await ranked(larger)).filter(({ rank }) => Number(rank) > 150 && Number(rank) <= 160);
    const expected = next.map(
      ({ registration_no: no, tier, rank }) => `${no},NOT_DRAWN,ACCEPTED,,,${tier},${tier},${rank},${rank}`,
    );
    expect(sides).toEqual(expected);
    expect(changed_sides).toBe(10);
    expect(transitions.filter(({ from, to }) => from !== to)).toEqual([
      { from: 'NOT_DRAWN', to: 'ACCEPTED', applications: 10 },
    ]);
  });

  test('one by one take a seat from nobody', async () => {
    for (const quota of [10, 11, 14, 19, 23]) {
      const { transitions } = await simulated(small, { set: { quota: String(quota) } });
      expect(transitions.filter(({ from, to }) => from === 'ACCEPTED' && to !== 'ACCEPTED')).toEqual([]);
    }
  });

  test('leave pool, provinces and tiers in agreement with the outcomes', async () => {
    const { provinces, tiers, outcomes, pool_root } = await simulated(larger, { set: { quota: '400' } });
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
    const of = (name: string) => outcomes.find(({ outcome }) => outcome === name) ?? { before: 0, after: 0 };
    expect(pool_root.after).toBe(pool_root.before);
    for (const side of ['before', 'after'] as const) {
      expect(sum(provinces.map((each) => each[side]))).toBe(of('ACCEPTED')[side]);
      expect(sum(tiers.map(({ accepted }) => accepted[side]))).toBe(of('ACCEPTED')[side]);
      expect(sum(tiers.map(({ candidates }) => candidates[side]))).toBe(
        of('ACCEPTED')[side] + of('RESERVE')[side] + of('NOT_DRAWN')[side],
      );
    }
  });
});

describe('another similarity of names', () => {
  test('gives the reasons, the pool and the numbers of a wave that is closed with it', async () => {
    const closed = await installation();
    const other = { ...madeUp, policy: { ...madeUp.policy, match: { name: 20 } } };
    const answer = await runWave(closed, other);
    const report = await simulated(larger, { set: { 'match.name': '20' } });
    const names = countOf(report, 'reasons', 'NAME_MISMATCH');
    expect(names.after).toBeLessThan(names.before);
    expect(report.pool_root.after).toBe(answer.pool_root);
    expect(report.pool_root.before).not.toBe(answer.pool_root);
    const funnel = funnelOf(answer);
    for (const { reason, after } of report.reasons)
      expect([reason, after]).toEqual([reason, funnel.get(reason)]);
    for (const outcome of OUTCOMES)
      expect([outcome, countOf(report, 'outcomes', outcome).after]).toEqual([outcome, funnel.get(outcome)]);
    expect(report.seed).toBe((await larger.database.sql`select seed from wave where id = 17`)[0]?.seed);
  });

  test('shows with each who changes sides the reasons of then and of now', async () => {
    const { sides } = await simulated(small, { set: { 'match.name': '79' } });
    const [line] = sides.filter((side) => side.startsWith('NAME-79,'));
    expect(line).toMatch(/^NAME-79,INELIGIBLE,(ACCEPTED|NOT_DRAWN),NAME_MISMATCH,,,3,,\d+$/);
    expect(sides).toEqual(sides.toSorted());
    const stricter = await simulated(small, { set: { 'match.name': '81' } });
    expect(stricter.sides.join('\n')).toMatch(
      /^NAME-80,(ACCEPTED|NOT_DRAWN),INELIGIBLE,,NAME_MISMATCH,3,,\d+,$/m,
    );
  });
});

describe('another policy', () => {
  test('may have a reserve: the next in draw order', async () => {
    const report = await simulated(small, { policy: asRead({ ...policy, reserve: 4 }) });
    expect(countOf(report, 'outcomes', 'RESERVE')).toEqual({ before: 0, after: 4 });
    expect(report.transitions).toContainEqual({ from: 'NOT_DRAWN', to: 'RESERVE', applications: 4 });
    expect(countOf(report, 'outcomes', 'ACCEPTED')).toEqual({ before: 9, after: 9 });
  });

  test('may have seats for a province, which its candidates get first', async () => {
    const before = await simulated(larger);
    const [rare] = before.provinces.toSorted((left, right) => left.before - right.before);
    const province = rare?.province ?? '';
    const regions = { [province]: (rare?.before ?? 0) + 3 };
    const report = await simulated(larger, {
      policy: asRead({ ...(madeUp.policy as Policy), regions }),
    });
    expect(countOf(report, 'provinces', province).after).toBeGreaterThan(rare?.before ?? 0);
    expect(countOf(report, 'outcomes', 'ACCEPTED')).toEqual({ before: 150, after: 150 });
  });

  test('may have rules of its own, whose reasons come last', async () => {
    const rule = { code: 'NOT_HERE', fails_when: { region: ['31'] }, text: { id: 'a', en: 'b' }, law: 'c' };
    const report = await simulated(small, { policy: asRead({ ...policy, rules: [rule] }) });
    expect(report.reasons.at(-1)).toMatchObject({ reason: 'NOT_HERE', before: 0 });
    expect(countOf(report, 'reasons', 'NOT_HERE').after).toBeGreaterThan(10);
  });

  test('brings its own quota, unless seats are set beside it', async () => {
    const other = readPolicy(JSON.stringify({ ...policy, quota: 3, household_cap: 1 }), 'other.yaml');
    const { outcomes, policy: planned } = await simulated(small, { policy: other });
    expect(outcomes[0]).toEqual({ outcome: 'ACCEPTED', before: 9, after: 3 });
    expect(planned.changes).toEqual([
      { key: 'household_cap', before: 2, after: 1 },
      { key: 'quota', before: 9, after: 3 },
    ]);
    const seats = await simulated(small, { policy: other, set: { quota: '5' } });
    expect(seats.outcomes[0]).toMatchObject({ after: 5 });
  });

  test('that leaves a list out lets those in whom it kept out', async () => {
    const report = await simulated(small, { set: { deny_lists: '[dtks]' } });
    expect(report.held_against.lists.map(({ name }) => name)).toEqual(['dtks', 'kemnaker']);
    expect(countOf(report, 'reasons', 'ON_LIST:bsu')).toEqual({ before: 2, after: 0 });
    expect(report.sides.join('\n')).toMatch(/^ON-LIST-BSU,INELIGIBLE,\w+,ON_LIST:bsu,,/m);
  });
});

describe('a list that the wave was not closed with', () => {
  let at: Installation;
  const niks = (count: number) =>
    `nik\n${madeUp.registry
      .split('\n')
      .slice(1, 1 + count)
      .map((line) => line.split(',')[0])
      .join('\n')}\n`;

  async function importVersion(name: string, count: number): Promise<void> {
    const path = await fileOf(at, `${name}-${count}.csv`, niks(count));
    const options = { path, onProgress: () => {}, signal: new AbortController().signal };
    const list = { name, kind: 'deny' as const, source: 'test', listedOn: null };
    await importList(at.database, { ...options, operator: 'test', list }, at.log);
  }

  const usedOf = async (name: string, data: 'frozen' | 'current') => {
    const report = await simulated(at, { set: { deny_lists: `[${name}]` }, data });
    return report.held_against.lists.find((list) => list.name === name);
  };

  beforeAll(async () => {
    at = await installation();
    await importVersion('early', 100);
    await importVersion('early', 110);
    await importVersion('held', 100);
    // Twice as long: it is held.
    await importVersion('held', 200);
    await runWave(at, madeUp);
    await importVersion('early', 120);
    await importVersion('late', 100);
    await importVersion('late', 110);
    await importVersion('dtks', 50);
  });

  test('is taken in the version that was in force when it was closed', async () => {
    expect(await usedOf('early', 'frozen')).toMatchObject({ file: 'early-110.csv', as_closed: false });
    expect(await usedOf('early', 'current')).toMatchObject({ file: 'early-120.csv', as_closed: false });
  });

  test('is taken in its newest version where there was none then', async () => {
    expect(await usedOf('late', 'frozen')).toMatchObject({ file: 'late-110.csv' });
  });

  test('is not taken in a version that is held, or was held then', async () => {
    expect(await usedOf('held', 'frozen')).toMatchObject({ file: 'held-100.csv' });
    await at.database.sql`
      update list set decision = 'released', decided_at = now(), decided_by = 'someone' where held_for is not null`;
    expect(await usedOf('held', 'frozen')).toMatchObject({ file: 'held-100.csv' });
    expect(await usedOf('held', 'current')).toMatchObject({ file: 'held-200.csv' });
  });

  test('stays the one that it was closed with while its data are frozen', async () => {
    expect(await usedOf('dtks', 'frozen')).toMatchObject({ as_closed: true });
    expect(await usedOf('dtks', 'current')).toMatchObject({ file: 'dtks-50.csv', as_closed: false });
  });

  test('is a fault where there is none of the name, or it is of the other kind: all at once', async () => {
    await expect(
      simulated(at, { set: { deny_lists: '[nobody]', priority: '[{ list: early }]' } }),
    ).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      faults: [
        { where: 'list nobody', what: 'none of this name is in force' },
        { where: 'list early', what: 'it is a deny list, and the policy means a priority list' },
      ],
    });
  });
});

describe('newer data', () => {
  test('know no recipient by the wave itself, and all that others have made known', async () => {
    const at = await installation();
    await runWave(at, await waveFrom(SMALL_WAVE));
    const now = await simulated(at, { data: 'current' });
    expect(now.replay).toMatchObject({ nothing_changed: false, identical: true });
    const accepted = (await ranked(at)).find(({ outcome }) => outcome === 'ACCEPTED')?.registration_no;
    const given = await applicationsOf(at.database, 17);
    const person = given.find(({ registration_no }) => registration_no === accepted);
    const path = await fileOf(at, 'received.csv', `nik,kk,wave\n${person?.nik},${person?.kk},16\n`);
    const options = { path, onProgress: () => {}, signal: new AbortController().signal };
    await importRecipients(at.database, options, at.log);
    const later = await simulated(at, { data: 'current' });
    expect(countOf(later, 'reasons', 'PAST_RECIPIENT')).toEqual({ before: 1, after: 2 });
    expect(later.sides.join('\n')).toMatch(
      new RegExp(`^${accepted},ACCEPTED,INELIGIBLE,,PAST_RECIPIENT,`, 'm'),
    );
    expect((await simulated(at)).replay.identical).toBe(true);
  });
});
