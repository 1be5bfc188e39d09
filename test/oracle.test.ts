import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateWave } from '../fixtures/generate.ts';
import { readPolicy } from '../src/policy/read.ts';
import { type OracleAnswer, type OracleInput, oracle } from './support/oracle.ts';
import { drawSeats, type Entry, inDrawOrder, merkleTreeHash } from './support/oracle-draw.ts';
import { fullYears, similarity } from './support/oracle-reasons.ts';
import { instant, readCsv } from './support/oracle-rows.ts';

const HOUSEHOLD_KEY = Buffer.from(Array.from({ length: 32 }, (_, place) => place));
const ENTROPY = 'ab'.repeat(32);
const SMALL_WAVE = new URL('../fixtures/small-wave/', import.meta.url).pathname;

async function inputFrom(folder: string, lists: readonly string[]): Promise<OracleInput> {
  const text = (name: string) => readFile(join(folder, name), 'utf8');
  const listTexts = lists.map(async (name): Promise<[string, string]> => [name, await text(`${name}.csv`)]);
  return {
    policy: readPolicy(await text('policy.yaml'), 'policy.yaml').policy,
    waveId: 17,
    applicants: [{ name: 'applicants.csv', text: await text('applicants.csv') }],
    registry: await text('registry.csv'),
    recipients: await text('recipients.csv'),
    lists: Object.fromEntries(await Promise.all(listTexts)),
    householdKey: HOUSEHOLD_KEY,
    entropy: ENTROPY,
  };
}

function funnelOf(answer: OracleAnswer): Map<string, number> {
  const { records } = readCsv(answer.funnel);
  return new Map(records.map(({ fields: [step = '', count = ''] }) => [step, Number(count)]));
}

describe('the small wave', () => {
  let input: OracleInput;
  beforeAll(async () => {
    input = await inputFrom(join(SMALL_WAVE, 'in'), ['dtks', 'bsu', 'kemnaker']);
  });

  test.each(['results', 'accepted', 'pool', 'rejects', 'funnel'] as const)('%s.csv', async (name) => {
    const expected = await readFile(join(SMALL_WAVE, 'expected', `${name}.csv`), 'utf8');
    expect(oracle(input)[name]).toBe(expected);
  });

  test('pool root and seed are those of its page', async () => {
    const page = await readFile(join(SMALL_WAVE, 'README.md'), 'utf8');
    const answer = oracle(input);
    expect(page).toContain(`pool root: \`${answer.pool_root}\``);
    expect(page).toContain(`seed: \`${answer.seed}\``);
  });
});

describe('a generated wave of 20,000', () => {
  let folder: string;
  let answer: OracleAnswer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gelombang-oracle-'));
    await generateWave({ out: folder, applicants: 20_000, seed: 17 });
    answer = oracle(await inputFrom(folder, ['dtks', 'kemnaker']));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('shows every reason and every outcome', () => {
    const never = new Set(['BLOCKED', 'UNVERIFIED', 'RESERVE']);
    const funnel = [...funnelOf(answer)].filter(([step]) => !never.has(step));
    expect(funnel.filter(([, count]) => count === 0)).toEqual([]);
  });

  test('has applicants of every tier', () => {
    const tiers = new Set(readCsv(answer.pool).records.map(({ fields }) => fields[1]));
    expect([...tiers].sort()).toEqual(['0', '1', '2', '3']);
  });

  test('its amounts agree', () => {
    const count = (step: string) => funnelOf(answer).get(step) ?? 0;
    expect(count('rows_read')).toBe(20_000);
    expect(count('rows_read')).toBe(count('rows_rejected') + count('applications'));
    expect(count('applications')).toBe(count('INELIGIBLE') + count('ELIGIBLE'));
    expect(count('ELIGIBLE')).toBe(count('HOUSEHOLD_CAP') + count('CANDIDATES'));
    expect(count('CANDIDATES')).toBe(count('NOT_DRAWN') + count('ACCEPTED'));
  });

  test('has rows that are no application, for many causes', () => {
    const codes = new Set(readCsv(answer.rejects).records.map(({ fields }) => fields[3]));
    const expected = ['DATE_FORMAT', 'KK_FORMAT', 'NAME_BLANK', 'NIK_EXCEL', 'NIK_FORMAT'];
    expected.push('REGISTRATION_NO_REPEATED', 'TIME_FORMAT', 'VALUE_NOT_ALLOWED');
    expect([...codes].sort()).toEqual(expected);
  });
});

describe('re-joining', () => {
  test('takes the data given before, weighs earlier waves, and refuses who has no account', async () => {
    const input = await inputFrom(join(SMALL_WAVE, 'in'), ['dtks', 'bsu', 'kemnaker']);
    const { header, records } = readCsv(input.applicants[0]?.text ?? '');
    const plain = records.find(({ fields }) => fields[0] === 'TIER-3-PLAIN')?.fields ?? [];
    const row = Object.fromEntries(header.map((column, place) => [column, plain[place] ?? '']));
    const answer = oracle({
      ...input,
      policy: { ...input.policy, tickets: { per_unsuccessful_wave: 2, max: 4 } },
      applicants: [
        {
          name: 'again.csv',
          text: 'registration_no,joined_at\nTIER-3-PLAIN,2021-02-20T10:00:00Z\nNOBODY,2021-02-20T10:00:00Z\n',
        },
      ],
      accounts: { 'TIER-3-PLAIN': { row, unsuccessfulWaves: 3 } },
    });
    expect(answer.pool).toMatch(/^TIER-3-PLAIN,3,4,/m);
    expect(answer.rejects).toContain('3,NOBODY,registration_no,REGISTRATION_NO_UNKNOWN');
  });
});

describe('its parts against published or reckoned values', () => {
  test('Merkle tree hashes of the certificate transparency test vectors', () => {
    const hex = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657'];
    const leaves = [...hex, '606162636465666768696a6b6c6d6e6f'].map((leaf) =>
      Buffer.from(leaf, 'hex').toString(),
    );
    const root = (count: number) => merkleTreeHash(leaves.slice(0, count)).toString('hex');
    expect(root(0)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(root(1)).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(root(8)).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });

  test.each([
    ['2021-02-28', 64],
    ['2021-03-01', 65],
    ['2024-02-28', 67],
    ['2024-02-29', 68],
  ])('someone born on 29 February 1956 is on %s %i', (day, age) => {
    expect(fullYears('1956-02-29', day)).toBe(age);
  });

  test.each([
    ['Rina Wulan', 'Rena Wulam', 80],
    ['Zoë  Putri', ' ZOE PUTRI', 100],
    ['Budi', '', 0],
    ['--', '..', 0],
  ])('"%s" and "%s" are %i percent alike', (one, other, percent) => {
    expect(similarity(one, other)).toBe(percent);
  });

  test('moments are compared, not their spelling', () => {
    expect(instant('2021-02-19T10:00:00+07:00')).toBe(instant('2021-02-19T03:00:00.000Z'));
    expect(instant('2021-02-30T10:00:00+07:00')).toBeUndefined();
    expect(instant('2021-02-19T10:00:00')).toBeUndefined();
  });

  test('a record is told by its first line, whatever ends the lines', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['\uFEFFa;b', '1;"x', 'y"', '', '2;z', ''].join(end);
      expect(readCsv(text).records.map(({ line }) => line)).toEqual([2, 5]);
    }
  });
});

describe('seats', () => {
  const entry = (registrationNo: string, region: string): Entry => ({
    registrationNo,
    tier: 0,
    tickets: 1,
    household: registrationNo,
    slots: 1,
    region,
  });
  const pool = Array.from({ length: 12 }, (_, place) => entry(`A-${place}`, place % 3 === 0 ? '91' : '31'));
  const seed = '5'.repeat(64);

  test('a province has its seats first, the others go by the draw, the reserve comes next', async () => {
    const { policy } = await inputFrom(join(SMALL_WAVE, 'in'), []);
    const drawn = drawSeats(pool, seed, { ...policy, quota: 5, reserve: 2, regions: { '91': 3 } });
    const order = inDrawOrder(pool, seed);
    const inProvince = order.filter(({ region }) => region === '91').slice(0, 3);
    const others = order.filter((candidate) => !inProvince.includes(candidate));
    const outcomeOf = ({ registrationNo }: Entry) => drawn.get(registrationNo)?.outcome;
    expect(inProvince.map(outcomeOf)).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
    expect(others.slice(0, 5).map(outcomeOf)).toEqual([
      'ACCEPTED',
      'ACCEPTED',
      'RESERVE',
      'RESERVE',
      'NOT_DRAWN',
    ]);
    expect(order.map(({ registrationNo }) => drawn.get(registrationNo)?.rank)).toEqual(
      order.map((_, place) => place + 1),
    );
  });

  test('the smallest of many tickets goes first more often', () => {
    const first = Array.from({ length: 600 }, (_, draw) => {
      const pair = [{ ...entry('A', '31'), tickets: 3 }, entry('B', '31')];
      return inDrawOrder(pair, String(draw))[0]?.registrationNo;
    });
    const share = first.filter((winner) => winner === 'A').length / first.length;
    expect(share).toBeGreaterThan(0.69);
    expect(share).toBeLessThan(0.81);
  });
});
