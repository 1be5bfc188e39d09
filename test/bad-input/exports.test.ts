/** What comes in is kept as it is, and no file that goes out has a cell that a spreadsheet would run as a formula. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { harmless, harmlessSql } from '../../src/export/formulas.ts';
import { prepareRejects } from '../../src/export/rejects.ts';
import { projectRoot } from '../../src/project-root.ts';
import { verifyExport } from '../../src/verify/verify.ts';
import { type Installation, installation } from '../support/installation.ts';
import { readCsv } from '../support/oracle-rows.ts';
import { runWave, waveFrom } from '../support/wave.ts';
import { row } from './bringing.ts';

/** The sign that a spreadsheet goes by, behind whatever it does not show. */
const FORMULA = /^[\p{C}\p{Z}\s]*[=+@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20-]/u;
/** A formula of these alone subtracts, and does nothing else. */
const HARMLESS_NUMBER = /^[A-Z0-9-]{1,32}$/;

const SIGNS = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '−', '﹦', '﹢', '﹣', '﹫'];
const BEFORE = [
  '',
  ' ',
  '\t',
  '\r',
  '\n',
  '\u00a0',
  '\u3000',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\u0001',
  "'",
  "' ",
];
const HOSTILE = BEFORE.flatMap((before) => SIGNS.map((sign) => `${before}${sign}cmd|' /C calc'!A0`));
const INNOCENT = ['', 'PK1', '-PK1', '-1', "O'Neil", "'", "'PK1", '1=1', 'a\n=1', 'ＰＫ１', '"=1"', '1 - 1'];

let at: Installation;

beforeAll(async () => {
  at = await installation();
});

/** What the rule makes of texts in the database. */
async function bySql(texts: readonly string[]): Promise<string[]> {
  const rows = await at.database.sql.unsafe<{ text: string }[]>(
    `select ${harmlessSql('given')} as text from unnest($1::text[]) with ordinality as texts (given, place) order by place`,
    [texts as string[]],
  );
  return rows.map(({ text }) => text);
}

describe('the rule for formulas', () => {
  test.each(HOSTILE)('puts an apostrophe in front of %j', (text) => {
    expect(harmless(text)).toBe(`'${text}`);
  });

  test.each(INNOCENT)('leaves %j as it is', (text) => {
    expect(harmless(text)).toBe(text);
  });

  test('is the same in the database', async () => {
    const texts = [...HOSTILE, ...INNOCENT];
    expect(await bySql(texts)).toEqual(texts.map(harmless));
  });

  test('lets no two texts become the same, and leaves no formula, whatever a text is', async () => {
    const pieces = fc.constantFrom(...SIGNS, ...BEFORE.filter((piece) => piece !== ''), 'A', '1', 'é', '😀');
    const texts = fc.sample(
      fc.array(pieces, { maxLength: 6 }).map((some) => some.join('')),
      {
        numRuns: 500,
        seed: 5,
      },
    );
    const distinct = [...new Set(texts)];
    const out = distinct.map(harmless);
    expect(new Set(out).size).toBe(distinct.length);
    expect(out.filter((text) => FORMULA.test(text) && !HARMLESS_NUMBER.test(text))).toEqual([]);
    expect(await bySql(distinct)).toEqual(out);
  });
});

describe('a wave whose rows hold formulas', () => {
  let folder: string;
  let cells: readonly { readonly file: string; readonly cell: string }[];

  beforeAll(async () => {
    const input = await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in'));
    const [file] = input.applicants;
    const hostile = HOSTILE.map((registration_no) => row({ registration_no }));
    const values = SIGNS.map((sign, place) =>
      row({
        registration_no: `-${place}`,
        full_name: `${sign}1+1`,
        email: `${sign}A1`,
        occupation: `${sign}1`,
        sex: sign,
      }),
    );
    const taken = SIGNS.map((sign, place) =>
      row({
        registration_no: `--${place}`,
        full_name: `${sign}1+1`,
        education: `\t${sign}1`,
        phone: `${sign}62`,
      }),
    );
    const text = [file?.text.trimEnd(), ...hostile, ...values, ...taken, ''].join('\n');
    ({ folder } = await runWave(at, { ...input, applicants: [{ name: '=1+1.csv', text }] }));
    const rejects = join(at.folder, 'rejects-of-import.csv');
    const [{ id } = { id: 0 }] = await at.database.sql<{ id: number }[]>`
      select id from import_file where kind = 'applicants'`;
    await (await prepareRejects(rejects)).write(at.database, id);
    const paths = (await readdir(folder))
      .filter((name) => name.endsWith('.csv'))
      .map((name) => join(folder, name));
    const read = [...paths, rejects].map(async (path) => {
      const { header, records } = readCsv(await readFile(path, 'utf8'));
      return [header, ...records.map(({ fields }) => fields)].flat().map((cell) => ({ file: path, cell }));
    });
    cells = (await Promise.all(read)).flat();
  });

  test('has none in any cell of its files', () => {
    expect(new Set(cells.map(({ file }) => file)).size).toBe(6);
    expect(cells.filter(({ cell }) => FORMULA.test(cell) && !HARMLESS_NUMBER.test(cell))).toEqual([]);
  });

  test('has a line break in no cell, which some take for the end of a row', () => {
    expect(cells.filter(({ cell }) => /[\r\n]/.test(cell))).toEqual([]);
  });

  test('has registration numbers that begin with a dash as they are, so that the draw can be computed from them', async () => {
    const numbers = (await readFile(join(folder, 'results.csv'), 'utf8'))
      .split('\n')
      .map((line) => line.split(',')[0]);
    for (const place of SIGNS.keys()) expect(numbers).toContain(`--${place}`);
    const { faults } = await verifyExport(folder, () => {});
    expect(faults).toEqual([]);
  });

  test('is in files that are their owner’s alone', async () => {
    for (const name of await readdir(folder))
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });
});
