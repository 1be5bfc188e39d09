/** One applicant's own case: the proof can be done again with a shell, and what is wrong is said. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Member, verifyOne } from '../../src/verify/one.ts';
import { temporaryFolder } from '../support/installation.ts';
import { type Export, exportOf, FULL, writeExport } from './export-builder.ts';

let base: string;
beforeAll(async () => {
  base = await temporaryFolder();
});

let folders = 0;
async function folderOf(wave: Export): Promise<string> {
  const folder = join(base, String(folders++));
  await writeExport(folder, wave);
  return folder;
}

async function one(wave: Export, registrationNo: string) {
  return verifyOne(await folderOf(wave), registrationNo, () => {});
}

describe('someone in the pool', () => {
  test('has a line, a path to the root, tickets, a rank, and what the results say', async () => {
    const wave = exportOf(FULL);
    const report = await one(wave, 'PRJ-006');
    const member = report.member as Member;
    expect(report).toMatchObject({ faults: [], registrationNo: 'PRJ-006' });
    expect(member).toMatchObject({
      where: 'pool.csv:7',
      line: wave.tables['pool.csv']?.[6],
      leafIndex: 5,
      leaves: 10,
      root: wave.draw.pool_root,
      seed: wave.draw.seed,
      tier: 0,
    });
    expect(member.path.at(-1)?.gives).toBe(wave.draw.pool_root);
    expect(member.tickets).toHaveLength(3);
    expect(member.draw).toBe([...member.tickets].sort()[0]);
    const [, , outcome, , tier, rank] = wave.tables['results.csv']?.[6]?.split(',') ?? [];
    expect(report.result).toMatchObject({ where: 'results.csv:7', outcome, tier, rank });
    expect(member.drawn).toEqual({ rank: Number(rank), candidates: 6, outcome });
  });

  test('whose household is full has no rank', async () => {
    const wave = exportOf(FULL);
    const [no = ''] =
      wave.tables['results.csv']?.find((line) => line.includes('HOUSEHOLD_CAP'))?.split(',') ?? [];
    const { member, result } = await one(wave, no);
    expect(member?.drawn).toMatchObject({ rank: undefined, outcome: 'HOUSEHOLD_CAP' });
    expect(result).toMatchObject({ outcome: 'HOUSEHOLD_CAP', rank: '' });
  });

  test('of whom the results say something else is told so', async () => {
    const wave = exportOf(FULL);
    const results = wave.tables['results.csv'] ?? [];
    const at = results.findIndex((line) => line.includes(',RESERVE,'));
    results[at] = (results[at] ?? '').replace('RESERVE', 'ACCEPTED');
    const { faults } = await one(wave, results[at]?.split(',')[0] ?? '');
    expect(faults).toEqual([
      { where: `results.csv:${at + 1}`, what: expect.stringMatching(/is ACCEPTED, expected RESERVE$/) },
    ]);
  });

  test('whom the results leave out is told so', async () => {
    const wave = exportOf(FULL);
    wave.tables['results.csv']?.splice(1, 1);
    const { faults, result } = await one(wave, 'PRJ-001');
    expect(result).toBeUndefined();
    expect(faults).toEqual([
      { where: 'results.csv', what: 'PRJ-001 of pool.csv:2 is missing, expected a line for it' },
    ]);
  });

  test('of a pool that is not the one of the root is told that nothing is proved', async () => {
    const wave = exportOf(FULL);
    wave.draw.pool_root = 'ab'.repeat(32);
    const { faults, member } = await one(wave, 'PRJ-001');
    expect(member?.root).not.toBe(member?.poolRoot);
    expect(faults).toContainEqual({
      where: 'pool.csv:2',
      what: expect.stringMatching(/^is not proved to be under pool_root abab/),
    });
  });
});

describe('someone who is not in the pool', () => {
  test('has outcome and reasons', async () => {
    const { member, result, faults } = await one(exportOf(FULL), 'PRJ-021');
    expect({ member, faults }).toEqual({ member: undefined, faults: [] });
    expect(result).toMatchObject({ outcome: 'INELIGIBLE', reasons: 'AGE_OUT_OF_RANGE|ON_LIST:dtks' });
  });

  test('and of whom the results say a seat is told so', async () => {
    const wave = exportOf(FULL);
    const results = wave.tables['results.csv'] ?? [];
    results[11] = (results[11] ?? '').replace('INELIGIBLE,NIK_NOT_FOUND,,', 'ACCEPTED,,0,1');
    expect((await one(wave, 'PRJ-020')).faults[0]).toEqual({
      where: 'results.csv:12',
      what: 'outcome of PRJ-020, which is not in the pool, is ACCEPTED, expected INELIGIBLE',
    });
  });
});

test('a number that is nowhere is refused', async () => {
  await expect(one(exportOf(FULL), 'PRJ-999')).rejects.toMatchObject({
    code: 'INPUT_REFUSED',
    message: 'PRJ-999 is neither in the results nor in the pool',
  });
});
