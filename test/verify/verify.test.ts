import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GelombangError } from '../../src/errors.ts';
import type { Progress } from '../../src/verify/files.ts';
import { verifyExport } from '../../src/verify/verify.ts';
import {
  type Export,
  exportOf,
  FULL,
  restate,
  rootOf,
  sha256,
  smallExport,
  writeExport,
} from './export-builder.ts';

const DRAW_LINE = /^draw\.json:\d+$/;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gelombang-verify-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('an export as it was published', () => {
  test('is confirmed, check by check', async () => {
    await writeExport(dir, smallExport());
    const steps: Progress[] = [];
    const report = await verifyExport(dir, (progress) => steps.push(progress));
    expect(report).toMatchObject({ wave: 17, faults: [], faultCount: 0 });
    expect(report.checked.map(({ check }) => check)).toEqual([
      'draw.json',
      'files',
      'policy',
      'regions',
      'seed',
      'entropy',
      'rejects',
      'pool',
      'results',
      'accepted',
      'counts',
    ]);
    expect(steps.every(({ done, total }) => done <= total)).toBe(true);
  });

  test.each([
    ['secret', /a weaker kind/],
    ['given', /the weakest kind/],
    ['drand:quicknet', /round 1000 of drand quicknet: chain, key, BLS signature/],
  ] as const)(
    'may have been drawn from entropy of the source %s, and says what that is worth',
    async (entropy, what) => {
      await writeExport(dir, exportOf({ ...FULL, entropy }));
      const report = await verifyExport(dir, () => {});
      expect(report).toMatchObject({ faults: [], entropySource: entropy });
      expect(report.checked.find(({ check }) => check === 'entropy')?.what).toMatch(what);
    },
  );

  test('says what was passed over where entropy was given in its place', async () => {
    const wave = smallExport();
    wave.draw.entropy_source = 'given';
    await writeExport(dir, wave);
    const { checked } = await verifyExport(dir, () => {});
    expect(checked.find(({ check }) => check === 'entropy')?.what).toMatch(
      /given in place of the secret named before$/,
    );
  });

  test('may be of a wave that is void, which it says', async () => {
    const wave = smallExport();
    wave.draw.voided = { at: '2021-05-01T00:00:00.000Z', reason: 'a list was missing' };
    await writeExport(dir, wave);
    expect(await verifyExport(dir, () => {})).toMatchObject({
      faults: [],
      voided: { at: '2021-05-01T00:00:00.000Z', reason: 'a list was missing' },
    });
  });

  test('may have further files, which are held against their hashes', async () => {
    const wave = {
      ...smallExport(),
      more: { 'review.json': '{}\n', 'notices.csv': 'registration_no,state\nPRJ-001,sent\n' },
    };
    await writeExport(dir, wave);
    const report = await verifyExport(dir, () => {});
    expect(report.faults).toEqual([]);
    expect(report.checked[1]?.what).toMatch(
      /review\.json, notices\.csv \(review\.json: bytes and hash only\)$/,
    );
    await writeFile(join(dir, 'review.json'), '[]\n');
    await rm(join(dir, 'notices.csv'));
    const faults = (await verifyExport(dir, () => {})).faults.map(({ what }) => what);
    expect(faults).toEqual([
      expect.stringMatching(/^sha256 of review\.json is/),
      'notices.csv is missing, expected a file of the export',
    ]);
  });

  test('names no file that lies elsewhere', async () => {
    await writeExport(dir, smallExport());
    const draw = JSON.parse(await readFile(join(dir, 'draw.json'), 'utf8'));
    draw.files['../outside.txt'] = { bytes: 1, sha256: 'ab'.repeat(32) };
    await writeFile(join(dir, 'draw.json'), JSON.stringify(draw));
    expect((await verifyExport(dir, () => {})).faults).toEqual([
      {
        where: expect.stringMatching(DRAW_LINE),
        what: '../outside.txt is no name of a file, expected a file of the export',
      },
    ]);
  });

  test('may be empty', async () => {
    expect(await faultsOf(emptyExport())).toEqual([]);
  });

  test('may end without a line feed, if that is what was hashed', async () => {
    const wave = smallExport();
    const lines = wave.tables['pool.csv']?.length ?? 0;
    await writeExport(dir, wave);
    const text = await readFile(join(dir, 'pool.csv'), 'utf8');
    await writeFile(join(dir, 'pool.csv'), text.slice(0, -1));
    const { faults } = await verifyExport(dir, () => {});
    expect(faults.map(({ what }) => what.slice(0, 15))).toEqual(
      Array(2).fill(['bytes of pool.c', 'sha256 of pool.']).flat(),
    );
    expect(lines).toBe(11);
  });
});

describe('an export that was tampered with', () => {
  test.each(['results.csv', 'accepted.csv', 'pool.csv', 'rejects.csv', 'funnel.csv'])(
    'a changed byte of %s is found by its hashes',
    async (table) => {
      await writeExport(dir, smallExport());
      const text = await readFile(join(dir, table), 'utf8');
      await writeFile(
        join(dir, table),
        text.replace(/\d\n$/, '7\n').replace(/"\n$/, '!"\n').replace(/,\n$/, ',1\n'),
      );
      const { faults } = await verifyExport(dir, () => {});
      expect(faults).toContainEqual({
        where: expect.stringMatching(/^draw\.json:\d+$/),
        what: expect.stringMatching(`sha256 of ${table} is [0-9a-f]{64}, expected [0-9a-f]{64}`),
      });
      expect(faults).toContainEqual({
        where: expect.stringMatching(/^datapackage\.json:\d+$/),
        what: expect.stringContaining(`sha256 of ${table}`),
      });
    },
  );

  test('an outcome is turned', async () => {
    const wave = smallExport();
    const at = edit(wave, 'results.csv', /,NOT_DRAWN,/, ',ACCEPTED,');
    expect(await faultsOf(wave)).toContainEqual({
      where: `results.csv:${at}`,
      what: expect.stringMatching(/^outcome of PRJ-\d+ is ACCEPTED, expected NOT_DRAWN$/),
    });
  });

  test('a rank and a tier are changed', async () => {
    const wave = smallExport();
    const at = edit(wave, 'results.csv', /,1,(\d)$/, ',0,9');
    const faults = await faultsOf(wave);
    expect(faults).toContainEqual({
      where: `results.csv:${at}`,
      what: expect.stringMatching(/^tier .* is 0, expected 1$/),
    });
    expect(faults).toContainEqual({
      where: `results.csv:${at}`,
      what: expect.stringMatching(/^rank .* is 9, expected \d$/),
    });
  });

  test('a member of the pool is given a reason, so that it is out', async () => {
    const wave = smallExport();
    const at = edit(wave, 'results.csv', /ACCEPTED,,\d,\d$/, 'INELIGIBLE,BLOCKED,,');
    const faults = await faultsOf(wave);
    expect(faults[0]).toEqual({
      where: `results.csv:${at}`,
      what: expect.stringMatching(/^outcome of PRJ-\d+ is INELIGIBLE, expected ACCEPTED$/),
    });
    expect(faults.map(({ where }) => where)).toContain('funnel.csv:21');
  });

  test('an ineligible application is accepted', async () => {
    const wave = smallExport();
    const at = edit(wave, 'results.csv', /INELIGIBLE,NIK_NOT_FOUND,,/, 'ACCEPTED,,0,4');
    expect((await faultsOf(wave))[0]).toEqual({
      where: `results.csv:${at}`,
      what: 'outcome of PRJ-020, which is not in the pool, is ACCEPTED, expected INELIGIBLE',
    });
  });

  test('an ineligible application has no reason, or one that the policy does not know, or in another order', async () => {
    const wave = smallExport();
    const none = edit(wave, 'results.csv', /NIK_NOT_FOUND/, '');
    const turned = edit(
      wave,
      'results.csv',
      /AGE_OUT_OF_RANGE\|ON_LIST:dtks/,
      'ON_LIST:dtks|AGE_OUT_OF_RANGE',
    );
    const unknown = edit(wave, 'results.csv', /,AGE_OUT_OF_RANGE/, ',TOO_TALL');
    const faults = await faultsOf(wave);
    expect(faults[0]).toEqual({
      where: `results.csv:${none}`,
      what: expect.stringContaining('expected at least one'),
    });
    expect(faults[1]).toEqual({
      where: `results.csv:${turned}`,
      what: expect.stringContaining('stands too late'),
    });
    expect(faults[2]).toEqual({
      where: `results.csv:${unknown}`,
      what: 'reason TOO_TALL is none of the policy',
    });
  });

  test('an application is left out of the results, or stands there twice', async () => {
    const wave = smallExport();
    const results = wave.tables['results.csv'] ?? [];
    const [left] = results.splice(3, 1);
    results.splice(7, 0, results[6] ?? '');
    const faults = await faultsOf(wave);
    expect(left).toMatch(/^PRJ-003/);
    expect(faults).toContainEqual({
      where: 'results.csv:3',
      what: expect.stringMatching(
        /^PRJ-003 of pool\.csv:4 is missing behind it, expected a line with outcome [A-Z_]+, no reasons, tier \d, rank (\d|empty)$/,
      ),
    });
    expect(faults).toContainEqual({ where: 'results.csv:8', what: expect.stringContaining('each once') });
  });

  test('the pool is changed: a tier, and with it the root', async () => {
    const wave = smallExport();
    edit(wave, 'pool.csv', /^PRJ-001,1,/, 'PRJ-001,0,');
    const faults = await faultsOf(wave);
    expect(faults[0]).toEqual({
      where: expect.stringMatching(DRAW_LINE),
      what: expect.stringMatching(/^pool_root is .*, expected /),
    });
    expect(faults).toContainEqual({ where: 'results.csv:2', what: 'tier of PRJ-001 is 1, expected 0' });
  });

  test.each([
    [/^PRJ-001,1,1,/, 'PRJ-001,1,3,', 'pool.csv:2', 'tickets is 3, expected 1 to 2'],
    [/^PRJ-001,1,/, 'PRJ-001,2,', 'pool.csv:2', 'tier is 2, expected up to 1'],
    [
      /^(PRJ-002,.*),1,32$/,
      '$1,2,32',
      'pool.csv:3',
      "slots is 2, expected 1 as in the household's first line",
    ],
    [/^(PRJ-010,.*),2,32$/, '$1,3,32', 'pool.csv:11', 'slots is 3, expected up to 2'],
    [/^PRJ-002/, 'PRJ-000', 'pool.csv:3', 'PRJ-000 stands behind PRJ-001, expected byte order, each once'],
    [/^PRJ-002,/, 'prj-002,', 'pool.csv:3', 'is no line of a pool'],
  ])('a line of the pool breaks the rules of one: %s', async (from, to, where, what) => {
    const wave = smallExport();
    edit(wave, 'pool.csv', from, to);
    restate(wave);
    expect(await faultsOf(wave)).toContainEqual({ where, what: expect.stringContaining(what) });
  });

  test('the entropy was another than the one committed to', async () => {
    const wave = smallExport();
    wave.draw.entropy = 'cd'.repeat(32);
    wave.draw.seed = sha256(`${wave.draw.pool_root}:${wave.draw.entropy}`);
    expect((await faultsOf(wave))[0]).toEqual({
      where: expect.stringMatching(DRAW_LINE),
      what: expect.stringMatching(/^entropy_commitment is [0-9a-f]{64}, expected [0-9a-f]{64}$/),
    });
  });

  test('the seed is of someone’s choice', async () => {
    const wave = smallExport();
    wave.draw.seed = '12'.repeat(32);
    expect((await faultsOf(wave))[0]).toEqual({
      where: expect.stringMatching(DRAW_LINE),
      what: expect.stringMatching(/^seed is 1212/),
    });
  });

  test('the policy is another than the one hashed, or the cap another than the policy’s', async () => {
    const wave = smallExport();
    wave.draw.policy.household_cap = 3;
    expect((await faultsOf(wave)).map(({ where, what }) => [where, what.split(' ')[0]])).toEqual([
      [expect.stringMatching(DRAW_LINE), 'policy_sha256'],
      [expect.stringMatching(DRAW_LINE), 'household_cap'],
    ]);
  });

  test('there are more seats than were drawn for', async () => {
    const wave = smallExport();
    wave.draw.quota = 5;
    const faults = await faultsOf(wave);
    expect(faults[0]?.what).toMatch(/is NOT_DRAWN, expected ACCEPTED$/);
    expect(faults).toContainEqual({
      where: 'accepted.csv:6',
      what: expect.stringContaining('is missing, expected the text of results.csv:'),
    });
  });

  test('accepted.csv has two lines changed round, or one too many', async () => {
    const turned = smallExport();
    const [header = '', first = '', second = '', ...rest] = turned.tables['accepted.csv'] ?? [];
    turned.tables['accepted.csv'] = [header, second, first, ...rest];
    expect((await faultsOf(turned)).map(({ where }) => where)).toEqual(['accepted.csv:2', 'accepted.csv:3']);
    turned.tables['accepted.csv'] = [header, first, second, ...rest, first];
    expect(await faultsOf(turned)).toEqual([
      { where: 'accepted.csv:6', what: 'is one line too many, expected 4 accepted' },
    ]);
  });

  test('a count is changed in draw.json, and one in the funnel', async () => {
    const wave = smallExport();
    wave.draw.counts.outcomes.INELIGIBLE = 2;
    edit(wave, 'funnel.csv', /^AGE_OUT_OF_RANGE,2$/, 'AGE_OUT_OF_RANGE,3');
    expect(await faultsOf(wave)).toEqual([
      { where: expect.stringMatching(/^draw\.json:\d+$/), what: 'INELIGIBLE is 2, expected 3' },
      { where: 'funnel.csv:13', what: 'AGE_OUT_OF_RANGE is 3, expected 2' },
    ]);
  });

  test('a step of the funnel is left out', async () => {
    const wave = smallExport();
    wave.tables['funnel.csv']?.splice(-2, 1);
    expect((await faultsOf(wave))[0]?.where).toMatch(/^funnel\.csv:\d+$/);
  });

  test('rows vanish between reading and results', async () => {
    const wave = smallExport();
    wave.draw.counts.rows_read = 20;
    expect(await faultsOf(wave)).toEqual([
      { where: expect.stringMatching(DRAW_LINE), what: 'rows_read is 20, expected 16' },
      { where: 'funnel.csv:2', what: 'rows_read is 16, expected 20' },
    ]);
  });

  test('a reject is left out, or more rows were rejected than were counted', async () => {
    const fewer = smallExport();
    fewer.tables['rejects.csv']?.splice(1, 2);
    expect((await faultsOf(fewer))[0]).toEqual({
      where: 'rejects.csv',
      what: expect.stringContaining('has 1 line about 1 row,'),
    });
    const more = smallExport();
    more.tables['rejects.csv']?.push('10,PRJ-098,nik,NIK_FORMAT,blank');
    expect((await faultsOf(more))[0]).toEqual({
      where: 'rejects.csv',
      what: expect.stringContaining('has 4 lines about 3 rows'),
    });
  });

  test('only the first twenty faults are kept, and all are counted', async () => {
    const wave = smallExport();
    wave.tables['results.csv'] = (wave.tables['results.csv'] ?? []).map((line) =>
      line.replace(/,[A-Z_]+,/, ',x,'),
    );
    await writeExport(dir, wave);
    const { faults, faultCount } = await verifyExport(dir, () => {});
    expect(faults).toHaveLength(20);
    expect(faultCount).toBeGreaterThan(40);
  });
});

describe('what is no export', () => {
  test('is refused with all the files that are missing', async () => {
    await writeExport(dir, smallExport());
    await rm(join(dir, 'pool.csv'));
    await rm(join(dir, 'draw.json'));
    const error = await verifyExport(dir, () => {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GelombangError);
    expect(error).toMatchObject({ code: 'INPUT_REFUSED' });
    expect((error as GelombangError).faults.map(({ where, what }) => [where, what])).toEqual([
      [join(dir, 'pool.csv'), 'is missing'],
      [join(dir, 'draw.json'), 'is missing'],
    ]);
  });

  test('is refused if draw.json is no JSON', async () => {
    await writeExport(dir, smallExport());
    await writeFile(join(dir, 'draw.json'), '{');
    await expect(verifyExport(dir, () => {})).rejects.toThrow('is no JSON');
  });

  test('has its faults told if draw.json lacks what the draw needs', async () => {
    const wave = smallExport();
    wave.draw.seed = 'ABC';
    wave.draw.quota = -1;
    wave.draw.regions = { Jakarta: 2 };
    expect((await faultsOf(wave)).map(({ what }) => what)).toEqual([
      'quota is -1, expected a whole number from 0',
      'seed is "ABC", expected 64 hex digits in lower case',
      'regions is {"Jakarta":2}, expected province codes with their seats',
    ]);
  });
});

async function faultsOf(wave: Export) {
  await writeExport(dir, wave);
  return (await verifyExport(dir, () => {})).faults;
}

/** Changes the first line of a table that matches, and gives its number in the file. */
function edit(wave: Export, table: string, from: RegExp, to: string): number {
  const lines = wave.tables[table] ?? [];
  const at = lines.findIndex((line, index) => index > 0 && from.test(line));
  expect(at).toBeGreaterThan(0);
  lines[at] = (lines[at] ?? '').replace(from, to);
  return at + 1;
}

/** A wave that nobody applied to. */
function emptyExport(): Export {
  const { tables, draw } = smallExport();
  const root = rootOf([]);
  const zero = Object.fromEntries(Object.keys(draw.counts.outcomes).map((name) => [name, 0]));
  const counts = {
    rows_read: 0,
    rows_rejected: 0,
    applications: 0,
    eligible: 0,
    candidates: 0,
    outcomes: zero,
  };
  const headers = Object.entries(tables).map(([name, [header = '']]) => [name, [header]]);
  return {
    tables: {
      ...Object.fromEntries(headers),
      'funnel.csv': (tables['funnel.csv'] ?? []).map((line, index) =>
        index === 0 ? line : line.replace(/\d+$/, '0'),
      ),
    },
    draw: { ...draw, counts, pool_root: root, seed: sha256(`${root}:${draw.entropy}`) },
  };
}
