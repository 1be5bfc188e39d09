import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BY_RANK,
  BY_REGISTRATION_NO,
  type Comparison,
  compareRows,
  differenceInWords,
  rowsIn,
  type SortKey,
} from '../../bench/compare.ts';

const HEADER = 'registration_no,nik,outcome,reasons,tier,rank';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gelombang-compare-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

async function compare(
  ours: readonly string[],
  peers: readonly string[],
  by: SortKey = BY_REGISTRATION_NO,
): Promise<Comparison> {
  return compareRows(
    await fileOf('ours.csv', [HEADER, ...ours]),
    await fileOf('peers.csv', [HEADER, ...peers]),
    by,
  );
}

/** More than one chunk of the file is read at a time. */
const MANY = Array.from({ length: 60_000 }, (_, index) => {
  return `PK-${String(index).padStart(9, '0')},317101******0001,NOT_DRAWN,,3,${index + 1}`;
});

describe('two files', () => {
  test('that are the same have no difference', async () => {
    expect(await compare(MANY, MANY)).toEqual({ rows: 60_000, peerRows: 60_000, differences: 0, shown: [] });
  });

  test('with one changed row differ there', async () => {
    const changed = MANY.with(40_000, `${MANY[40_000]}0`);
    const { differences, shown } = await compare(changed, MANY);
    expect(differences).toBe(1);
    expect(shown).toEqual([
      { kind: 'changed', line: 40_002, peerLine: 40_002, row: changed[40_000], peerRow: MANY[40_000] },
    ]);
  });

  test.each([0, 30_000, 59_999])(
    'of which the first lacks row %i differ there and nowhere else',
    async (at) => {
      const found = await compare(MANY.toSpliced(at, 1), MANY);
      expect(found).toMatchObject({ rows: 59_999, peerRows: 60_000, differences: 1 });
      expect(found.shown).toEqual([
        { kind: 'missing', line: at + 2, peerLine: at + 2, row: undefined, peerRow: MANY[at] },
      ]);
    },
  );

  test.each([0, 30_000, 59_999])('of which the first has row %i more differ there', async (at) => {
    const found = await compare(MANY, MANY.toSpliced(at, 1));
    expect(found).toMatchObject({ rows: 60_000, peerRows: 59_999, differences: 1 });
    expect(found.shown).toEqual([
      { kind: 'extra', line: at + 2, peerLine: at + 2, row: MANY[at], peerRow: undefined },
    ]);
  });

  test('of which one is empty differ in every row, and the first are shown', async () => {
    const found = await compare([], MANY);
    expect(found).toMatchObject({ rows: 0, peerRows: 60_000, differences: 60_000 });
    expect(found.shown).toHaveLength(20);
  });

  test('with other headers differ in the first line', async () => {
    const ours = await fileOf('ours.csv', ['registration_no,rank', 'A,1']);
    const peers = await fileOf('peers.csv', ['no,rank', 'A,1']);
    const { differences, shown } = await compareRows(ours, peers, BY_REGISTRATION_NO);
    expect([differences, shown[0]?.kind, shown[0]?.line]).toEqual([1, 'changed', 1]);
  });

  test('by rank are compared as numbers', async () => {
    const rows = ['B,x,ACCEPTED,,0,9', 'A,x,ACCEPTED,,0,10', 'C,x,ACCEPTED,,0,11'];
    const { differences, shown } = await compare(rows.toSpliced(1, 1), rows, BY_RANK);
    expect([differences, shown[0]?.kind, shown[0]?.peerRow]).toEqual([1, 'missing', rows[1]]);
  });
});

test('a difference in words has the lines of both files', () => {
  const difference = { kind: 'changed', line: 7, peerLine: 8, row: 'A,1', peerRow: 'A,2' } as const;
  expect(differenceInWords(difference)).toEqual([
    'line 7, of the peer line 8: differs',
    '  project  A,1',
    '  peer     A,2',
  ]);
});

test('rows are counted without the header', async () => {
  expect(await rowsIn(await fileOf('counted.csv', [HEADER, ...MANY]))).toBe(60_000);
});
