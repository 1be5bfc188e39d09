/** What is recorded of a wave: lines for the results, columns for whoever starts from the person, rows by the view. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { textOfWords } from '../../src/columns/words.ts';
import { exportWave } from '../../src/export/export.ts';
import { maskIdentity } from '../../src/identity/mask.ts';
import { NIK_WARNINGS } from '../../src/identity/nik.ts';
import { reasonCodes } from '../../src/policy/reasons.ts';
import { OUTCOMES } from '../../src/proof/seats.ts';
import { readDecisions, writeDecisions } from '../../src/wave/decisions.ts';
import { numberIn } from '../../src/wave/numbers.ts';
import { readApplications } from '../../src/wave/parts.ts';
import { readWave } from '../../src/wave/record.ts';
import { NO_TIER, NOT_FOUND } from '../../src/wave/stage-blocks.ts';
import { applicationsOf } from '../support/applications.ts';
import { asOwner } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { readRows } from '../support/oracle-rows.ts';
import { madeUpWave, runWave } from '../support/wave.ts';

const WHOLE = { part: 0, lower: null, upper: null };
const PARTS = 3;

let at: Installation;
/** results.csv, and the same with whole NIKs. */
let results: string;
let whole: string;

beforeAll(async () => {
  at = await installation();
  // More than a block holds in one of the parts.
  await runWave(at, await madeUpWave({ applicants: 15_000, seed: 73 }), { parts: PARTS });
  const [masked, unmasked] = [join(at.folder, 'masked'), join(at.folder, 'whole')];
  await exportWave(at.database, { waveId: 17, folder: masked, unmasked: false }, at.log);
  await exportWave(at.database, { waveId: 17, folder: unmasked, unmasked: true }, at.log);
  results = await readFile(join(masked, 'results.csv'), 'utf8');
  whole = await readFile(join(unmasked, 'results.csv'), 'utf8');
}, 120_000);

async function withClient<T>(work: (client: Parameters<typeof readDecisions>[0]) => Promise<T>): Promise<T> {
  const client = await at.database.copyPool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}

test('the blocks are the lines of the results, in their order', async () => {
  const blocks = await at.database.sql<
    { lower: string | null; upper: string | null; rows: number; lines: Buffer }[]
  >`
    select lower, upper, rows, lines from result_block
    where wave_id = 17 order by part, position`;
  expect(blocks.length).toBeGreaterThan(PARTS);
  expect(`${results.split('\n', 1)[0]}\n${blocks.map(({ lines }) => lines.toString()).join('')}`).toBe(
    results,
  );
  const firsts = blocks.map(({ lines }) => lines.toString().split(',', 1)[0]);
  expect(blocks.map(({ lower }) => lower)).toEqual([null, ...firsts.slice(1)]);
  expect(blocks.map(({ upper }) => upper)).toEqual([...firsts.slice(1), null]);
  for (const { rows, lines } of blocks) {
    expect(lines.toString().match(/\n/g)).toHaveLength(rows);
  }
});

test('nobody sees a row of them before the wave is published', async () => {
  const hidden = new Error('seen enough');
  const counting = asOwner(at.database, async (sql) => {
    const [before] = await sql`select count(*)::int as rows from outcome where wave_id = 17`;
    // What the database refuses to everyone else.
    await sql`set local session_replication_role = replica`;
    await sql`update wave set state = 'closing', published_at = null where id = 17`;
    const [after] = await sql`select count(*)::int as rows from outcome where wave_id = 17`;
    expect([before?.rows, after?.rows]).toEqual([results.trimEnd().split('\n').length - 1, 0]);
    throw hidden;
  });
  await expect(counting).rejects.toBe(hidden);
});

test('a block ends with the line that makes it a quarter of a megabyte', async () => {
  const sizes = await at.database.sql<{ bytes: number; isLast: boolean }[]>`
    select length(lines) as bytes, position = max(position) over (partition by part) as "isLast"
    from result_block`;
  for (const { bytes, isLast } of sizes) {
    if (!isLast) expect(bytes).toBeGreaterThanOrEqual(2 ** 18);
    expect(bytes).toBeLessThan(2 ** 18 + 1000);
  }
});

test('the view has a row for each line', async () => {
  const rows = await at.database.sql<Record<string, string | number | null>[]>`
    select registration_no, nik, outcome, reasons, tier, rank, region from outcome
    where wave_id = 17 order by registration_no`;
  const domiciles = new Map(
    (await applicationsOf(at.database, 17)).map((each) => [each.registration_no, each.regency_code]),
  );
  const expected = readRows(results).map(({ tier = '', rank = '', ...row }) => ({
    ...row,
    region: Number(domiciles.get(row.registration_no ?? '')?.slice(0, 2)),
    tier: tier === '' ? null : Number(tier),
    rank: rank === '' ? null : Number(rank),
  }));
  expect([...rows]).toEqual(expected);
});

test('what the lines do not show is kept beside them: with it every NIK is the one that was given', async () => {
  const given = await applicationsOf(at.database, 17);
  const niks = new Map(given.map(({ registration_no, nik }) => [registration_no, nik]));
  const [shown, full] = [readRows(results), readRows(whole)];
  expect(full.map(({ nik }) => nik)).toEqual(full.map((row) => niks.get(row.registration_no ?? '')));
  expect(shown).toEqual(full.map((row) => ({ ...row, nik: maskIdentity(row.nik ?? '') })));
});

test('the decisions of a part stand row for row with its applications, and say what the results do', async () => {
  const wave = await readWave(at.database.sql, 17);
  const codes = reasonCodes(wave.policy);
  const [{ applications }, decisions] = await withClient(async (client) => [
    await readApplications(client, 17, WHOLE),
    await readDecisions(client, 17, WHOLE),
  ]);
  const rows = readRows(results);
  const expected = new Map(rows.map((row) => [row.registration_no, row]));
  expect(decisions.rows).toBe(rows.length);
  const { outcome, reasons, tier, rank } = decisions.of;
  const said = Array.from({ length: decisions.rows }, (_, row) => {
    const words = reasons.data.subarray(row * reasons.width, (row + 1) * reasons.width);
    const failed = codes.filter((_code, bit) => (((words[bit >> 5] ?? 0) >>> (bit & 31)) & 1) === 1);
    return {
      registration_no: textOfWords(applications.of.registrationNo, row),
      outcome: OUTCOMES[outcome[row] ?? -1],
      reasons: failed.join('|'),
      tier: tier[row] === NO_TIER ? '' : String(tier[row]),
      rank: rank[row] === 0 ? '' : String(rank[row]),
    };
  });
  for (const one of said) expect(expected.get(one.registration_no)).toMatchObject(one);
});

test('the decisions say how alike the names are, and what is odd about the NIK', async () => {
  const wave = await readWave(at.database.sql, 17);
  const codes = reasonCodes(wave.policy);
  const [notFound, unlike] = [codes.indexOf('NIK_NOT_FOUND'), codes.indexOf('NAME_MISMATCH')];
  const { rows, of } = await withClient((client) => readDecisions(client, 17, WHOLE));
  const has = (row: number, bit: number) =>
    (((of.reasons.data[row * of.reasons.width] ?? 0) >>> bit) & 1) === 1;
  for (let row = 0; row < rows; row++) {
    const similarity = of.nameSimilarity[row] ?? -1;
    expect(similarity === NOT_FOUND).toBe(has(row, notFound));
    expect(similarity < wave.policy.match.name).toBe(has(row, unlike));
    expect(of.nikWarnings[row]).toBeLessThan(2 ** Object.keys(NIK_WARNINGS).length);
  }
  expect(of.nikWarnings.some((bits) => bits > 0)).toBe(true);
});

test('applications that do not come in the order of their numbers are refused', async () => {
  const rows = 3;
  const numbers = Uint32Array.of(numberIn(4, 1), numberIn(4, 0), numberIn(5, 0));
  const of = {
    outcome: new Uint8Array(rows),
    reasons: { width: 1, data: new Uint32Array(rows) },
    tier: new Uint16Array(rows),
    rank: new Uint32Array(rows),
    nameSimilarity: new Uint8Array(rows),
    nikWarnings: new Uint8Array(rows),
  };
  const client = await at.database.copyPool.connect();
  await expect(writeDecisions(client, 18, 0, numbers, of)).rejects.toThrow('the order of their numbers');
  client.release(true);
});
