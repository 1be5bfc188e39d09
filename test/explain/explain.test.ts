/** Why an application had its outcome: whole waves, read back from what was recorded. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { halvesOf } from '../../src/columns/identity.ts';
import { one } from '../../src/db/rows.ts';
import { inTransaction } from '../../src/db/session.ts';
import { explain } from '../../src/explain/explain.ts';
import type { Explanation, Ruling } from '../../src/explain/explanation.ts';
import { worded } from '../../src/explain/worded.ts';
import { reasonCodes } from '../../src/policy/reasons.ts';
import { projectRoot } from '../../src/project-root.ts';
import { keepPeople, tallyOfPeople, type VersionOfRegistry } from '../../src/wave/person-blocks.ts';
import { addRecipients } from '../../src/wave/recipients.ts';
import { askingOf } from '../../src/wave/tally.ts';
import { documentOf, type ErrorDocument, keysOf } from '../cli/document.ts';
import { runHere } from '../support/commands.ts';
import { asOwner } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { readCsv, readRows } from '../support/oracle-rows.ts';
import { runProgram } from '../support/program.ts';
import {
  close,
  importApplicants,
  open,
  rowsOf,
  runWave,
  unguarded,
  type WaveInput,
  waveFrom,
} from '../support/wave.ts';
import { allOf, textOf } from './said.ts';

const SMALL_WAVE = join(projectRoot(), 'fixtures', 'small-wave');
const RESULTS = readRows(await readFile(join(SMALL_WAVE, 'expected', 'results.csv'), 'utf8'));
const NUMBERS = RESULTS.map((row) => row.registration_no ?? '');

let at: Installation;
let input: WaveInput;

/** The small wave as wave 17; as wave 18 some of its people again, and slips of the hand; wave 19 is open. */
beforeAll(async () => {
  at = await installation();
  input = await waveFrom(join(SMALL_WAVE, 'in'));
  await runWave(at, input);
  const { rows, fileOf } = rowsOf(input.applicants[0]?.text ?? '');
  const row = (number: string) => rows.find((each) => each.startsWith(`${number},`)) ?? '';
  const slipped = (number: string, nik: string, name = 'Tari Anggara', date = '1989-02-03') =>
    row('NIK-NOT-FOUND')
      .replace('NIK-NOT-FOUND,3171014302890922', `${number},${nik}`)
      .replace('Tari Anggara', name)
      .replace('1989-02-03', date);
  const text = fileOf([
    row('AGE-18'),
    row('AGE-17'),
    slipped('SLIP-DIGIT', '3171014302891022'),
    slipped('SLIP-FIRST-DIGIT', '4171014302890022'),
    slipped('SLIP-SWAPPED', '3171014302890202', '"TARI  ANGGARA, S.Pd."'),
    slipped('SLIP-TWO-DIGITS', '3171014302891122'),
    slipped('SLIP-OTHER-NAME', '3171014302890122', 'Budi Santoso'),
    slipped('SLIP-OTHER-DATE', '3171014302890222', 'Tari Anggara', '1989-02-04'),
    slipped('SLIP-INACTIVE', '3171010402890923', 'Udin Baskara', '1989-02-04'),
  ]);
  await open(at, { ...input, waveId: 18, householdKey: Buffer.alloc(32, 7) });
  await importApplicants(at, 18, { name: 'applicants-18.csv', text });
  const again = fileOf([row('AGE-18').replace('AGE-18', 'AGE-18-AGAIN').replace('2021-02-02', '2021-02-03')]);
  await importApplicants(at, 18, { name: 'again.csv', text: again });
  await close(at, 18);
  await open(at, { ...input, waveId: 19, householdKey: Buffer.alloc(32, 9) });
});

async function explanationOf(number: string, wave = 17): Promise<Explanation> {
  return (await explain(at.database, wave, number)).explanation;
}

async function evidenceOn(number: string, code: string): Promise<Ruling> {
  const found = (await explanationOf(number)).rules.find((rule) => rule.code === code);
  if (found === undefined) throw new Error(`${number} has no rule ${code}`);
  return found;
}

/** In both languages. */
async function saidOf(number: string, wave = 17) {
  const explained = await explain(at.database, wave, number);
  return { en: worded(explained, 'en'), id: worded(explained, 'id') };
}

describe('every application', () => {
  test.each(RESULTS)('$registration_no: $outcome $reasons', async (row) => {
    const { outcome, reasons, rules, draw, application } = await explanationOf(row.registration_no ?? '');
    const expected = (row.reasons ?? '').split('|').filter((code) => code !== '');
    expect({ outcome, reasons, nik: application.nik }).toEqual({
      ...{ outcome: row.outcome, reasons: expected, nik: row.nik },
    });
    expect(rules.map(({ code }) => code)).toEqual(reasonCodes(input.policy));
    expect(rules.filter(({ finding }) => finding === 'failed').map(({ code }) => code)).toEqual(expected);
    expect(draw === null).toBe(outcome === 'INELIGIBLE');
    expect(String(draw?.rank ?? '')).toBe(row.rank);
    expect(String(draw?.tier ?? '')).toBe(row.tier);
  });

  test('is put into words that are whole', async () => {
    for (const number of NUMBERS) {
      const { en, id } = await saidOf(number);
      for (const text of [textOf(en), textOf(id)]) {
        expect(text, number).toContain(number);
        expect(text, number).not.toMatch(/undefined|null|NaN|\[object|Invalid| {2}/);
      }
      expect(textOf(en).split('\n').length).toBe(textOf(id).split('\n').length);
    }
  });

  test('shows no name, no whole number, no address of anyone', async () => {
    const people = [...readRows(input.applicants[0]?.text ?? ''), ...readRows(input.registry)];
    const told = people
      .flatMap((row) => [row.nik, row.kk, row.full_name, row.email, row.phone])
      .flatMap((value) => (value === undefined ? [] : [value.trim().toLowerCase()]))
      .filter((value) => value.length > 3);
    expect(told.length).toBeGreaterThan(300);
    for (const [number, wave] of [
      ...NUMBERS.map((each) => [each, 17] as const),
      ['SLIP-DIGIT', 18] as const,
    ]) {
      const { en, id } = await saidOf(number, wave);
      for (const text of [allOf(en).toLowerCase(), allOf(id).toLowerCase()]) {
        expect(
          told.filter((value) => text.includes(value)),
          number,
        ).toEqual([]);
        // But in hashes, which have letters too, and behind the point of a chance.
        expect(text.match(/(?<![0-9a-f.])[0-9]{7,}(?![0-9a-f])/g), number).toBeNull();
      }
    }
  });
});

describe('the evidence', () => {
  test('names the snapshot of the registry and the version of each list', async () => {
    const { registry, lists } = await explanationOf('TIER-3-PLAIN');
    expect(registry).toMatchObject({
      ...{ source: 'snapshot', version: 1, as_of: '2021-02-28', file: 'registry.csv', rows: 45 },
      imported_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(lists.map(({ name, version, kind, source }) => ({ name, version, kind, source }))).toEqual([
      { name: 'bsu', version: 2, kind: 'deny', source: 'test' },
      { name: 'dtks', version: 1, kind: 'deny', source: 'test' },
      { name: 'kemnaker', version: 3, kind: 'priority', source: 'test' },
    ]);
  });

  test.each([
    ['NAME-79', 'NAME_MISMATCH', { finding: 'failed', evidence: { similarity: 79, least: 80 } }],
    ['NAME-80', 'NAME_MISMATCH', { finding: 'passed', evidence: { similarity: 80, least: 80 } }],
    ['NIK-NOT-FOUND', 'NAME_MISMATCH', { finding: 'not_asked', evidence: { similarity: null } }],
    ['KK-MISMATCH', 'KK_MISMATCH', { finding: 'failed', evidence: { given_ends_in: '0027' } }],
    ['NAME-80', 'KK_MISMATCH', { finding: 'passed', evidence: { given_ends_in: null } }],
    ['AGE-17', 'AGE_OUT_OF_RANGE', { evidence: { age: 17, min: 18, max: 64, on: '2021-02-28' } }],
    ['AGE-64-LEAP-DAY', 'AGE_OUT_OF_RANGE', { finding: 'passed', evidence: { age: 64 } }],
    ['OCCUPATION-BARRED', 'OCCUPATION_BARRED', { evidence: { barred: 'ASN' } }],
    ['NAME-80', 'OCCUPATION_BARRED', { evidence: { barred: null } }],
    ['EMAIL-UNVERIFIED', 'EMAIL_UNVERIFIED', { evidence: { layer: 'email', at: null } }],
    ['EMAIL-UNVERIFIED', 'TEST_NOT_TAKEN', { evidence: { at: '2021-01-07T11:00:00+07:00' } }],
    ['ON-LIST-DTKS', 'ON_LIST:dtks', { evidence: { list: { name: 'dtks', version: 1 } } }],
    ['PAST-RECIPIENT', 'PAST_RECIPIENT', { evidence: { waves: [3, 9] } }],
    ['AGE-64', 'PAST_RECIPIENT', { finding: 'passed', evidence: { waves: [] } }],
    ['DUPLICATE-LATER', 'DUPLICATE_NIK', { finding: 'failed', evidence: { kind: 'same_nik' } }],
  ])('of %s on %s', async (number, code, expected) => {
    expect(await evidenceOn(number, code)).toMatchObject(expected);
  });

  test('has the file and the line on which the application stood', async () => {
    const { application } = await explanationOf('REPEATED');
    expect(application).toEqual({
      ...{
        nik: '317102******0051',
        joined_at: '2021-02-12T11:30:00+07:00',
        file: 'applicants.csv',
        line: 47,
      },
    });
  });

  test('is told apart from that of another application of the same NIK in another file', async () => {
    const [first, again] = [await explanationOf('AGE-18', 18), await explanationOf('AGE-18-AGAIN', 18)];
    expect(first.application).toMatchObject({ file: 'applicants-18.csv', line: 2 });
    expect(again.application).toMatchObject({ file: 'again.csv', line: 2 });
    expect([first.outcome, again.reasons]).toEqual(['ACCEPTED', ['DUPLICATE_NIK']]);
  });

  test('warns of a NIK whose digits say another birth date, and of no other', async () => {
    const warned = await Promise.all(
      NUMBERS.map(async (each) => [each, (await explanationOf(each)).nik_warnings]),
    );
    const some = warned.filter(([, warnings]) => warnings?.length !== 0);
    expect(Object.fromEntries(some)).toMatchObject({ 'NIK-OTHER-BIRTH-DATE': ['NIK_BIRTH_DATE_DIFFERS'] });
    expect((await saidOf('NIK-OTHER-BIRTH-DATE')).id.sections.map(({ heading }) => heading)).toContain(
      'Peringatan',
    );
  });
});

describe('a NIK that the registry does not have', () => {
  test.each([
    ['SLIP-DIGIT', 'one_digit'],
    ['SLIP-FIRST-DIGIT', 'one_digit'],
    ['SLIP-SWAPPED', 'neighbours_swapped'],
    ['SLIP-TWO-DIGITS', null],
    ['SLIP-OTHER-NAME', null],
    ['SLIP-OTHER-DATE', null],
    ['SLIP-INACTIVE', null],
  ])('%s: the slip is %s', async (number, slip) => {
    const { reasons, nik_slip } = await explanationOf(number, 18);
    expect({ reasons, nik_slip }).toEqual({ reasons: ['NIK_NOT_FOUND'], nik_slip: slip });
  });

  test('is told apart in words: one digit, two that changed places, unknown', async () => {
    const text = async (number: string) => {
      const { en, id } = await saidOf(number, 18);
      return [textOf(en), textOf(id)];
    };
    const [digit, digitId] = await text('SLIP-DIGIT');
    expect(digit).toContain('whose NIK differs in one digit');
    expect(digit).toContain('It seems that one digit of it is wrong.');
    expect(digitId).toContain('yang NIK-nya berbeda satu angka');
    const [swapped, swappedId] = await text('SLIP-SWAPPED');
    expect(swapped).toContain('two neighbouring digits stand the other way round');
    expect(swappedId).toContain('Tampaknya dua angka yang berdampingan di NIK itu tertukar.');
    const [unknown, unknownId] = await text('SLIP-OTHER-NAME');
    expect(unknown).toContain('nor an active person of this name and birth date');
    expect(unknown).not.toContain('It seems');
    expect(unknownId).not.toContain('Tampaknya');
    expect(unknownId).toContain('1500-538');
  });

  test('is not looked for in the registry of a wave that has it', async () => {
    expect((await explanationOf('KK-MISMATCH')).nik_slip).toBeNull();
  });
});

describe('the draw', () => {
  test('of one who was not drawn: place, candidates, seats, chance', async () => {
    const { draw } = await explanationOf('TIER-3-PLAIN');
    expect(draw).toMatchObject({
      ...{ tier: 3, tiers: 4, priority: null, tickets: 1, slots: 2, region: '51', rank: 16 },
      ...{ candidates: 19, seats: 9, region_seats: 0, alike: { candidates: 15, accepted: 5 } },
    });
    expect(draw?.chance_of_one_ticket).toBeGreaterThan(0);
    expect(draw?.chance_of_one_ticket).toBeLessThan(1);
    const { en, id } = await saidOf('TIER-3-PLAIN');
    expect(en.summary).toBe('Eligible, but not drawn: place 16 of 19 candidates for 9 seats.');
    expect(id.summary).toBe(
      'Memenuhi semua syarat, tetapi belum terpilih: urutan 16 dari 19 calon untuk 9 tempat.',
    );
    expect(textOf(en)).toContain('gelombang verify DIR --one TIER-3-PLAIN');
  });

  test('of one of a household: full before, or by others in draw order', async () => {
    expect((await explanationOf('KK-FULL')).draw).toMatchObject({ slots: 0, rank: null });
    expect((await explanationOf('CAP-TIER-3-A')).draw).toMatchObject({ slots: 2, rank: null });
    expect(textOf((await saidOf('KK-FULL')).en)).toContain('no place left: people of this KK');
    expect(textOf((await saidOf('CAP-TIER-3-A')).en)).toContain('2 other applications of this KK came first');
  });

  test('of one whom a priority put first', async () => {
    expect((await explanationOf('TIER-1-LIST')).draw?.priority).toEqual({ list: 'kemnaker' });
  });
});

describe('other waves of the account', () => {
  test('are told with outcome and reasons, earlier and later ones', async () => {
    expect((await explanationOf('AGE-18', 18)).other_waves).toMatchObject([
      { wave: 17, void: false, outcome: 'NOT_DRAWN', reasons: [] },
    ]);
    expect((await explanationOf('AGE-17')).other_waves).toMatchObject([
      { wave: 18, outcome: 'INELIGIBLE', reasons: ['AGE_OUT_OF_RANGE'] },
    ]);
    expect((await explanationOf('AGE-64')).other_waves).toEqual([]);
    expect(textOf((await saidOf('AGE-18', 18)).id)).toMatch(
      /gelombang 17 .*: memenuhi syarat, belum terpilih/,
    );
  });

  test('are not told before they are published, though they are decided', async () => {
    const { sql } = at.database;
    const [published] = await sql`select published_at from wave where id = 18`;
    const become = (state: string, time: string | null) =>
      unguarded(at.database, async (change) => {
        await change`update wave set state = ${state}, published_at = ${time} where id = 18`;
      });
    await become('closing', null);
    expect((await explanationOf('AGE-17')).other_waves).toEqual([]);
    await expect(explain(at.database, 18, 'AGE-17')).rejects.toMatchObject({ code: 'CONFLICT' });
    await become('published', published?.published_at);
    expect((await explanationOf('AGE-17')).other_waves).toHaveLength(1);
  });
});

describe('what to do', () => {
  test('has a line for each reason, in the order of the reasons', async () => {
    const { what_to_do: todo } = (await saidOf('SEVERAL')).id.document as {
      what_to_do: { reason: string; what: string; todo: string }[];
    };
    expect(todo.map(({ reason }) => reason)).toEqual((await explanationOf('SEVERAL')).reasons);
    expect(todo.every(({ what, todo: done }) => what.endsWith('.') && done.endsWith('.'))).toBe(true);
  });

  test('after a draw that was lost is the next wave', async () => {
    expect(textOf((await saidOf('TIER-3-PLAIN')).en)).toContain('Join the next wave');
    expect(textOf((await saidOf('TIER-3-PLAIN')).id)).toContain('gelombang berikutnya');
  });
});

describe('the command', () => {
  const run = (...args: string[]) => runHere(at, ['explain', ...args]);

  test('prints a mark for every rule, in English if not asked otherwise', async () => {
    const { code, stdout, stderr } = await runProgram(at, ['explain', '17', 'nik-not-found']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Wave 17, NIK-NOT-FOUND\. Not eligible: 1 of 19 rules is not met\.\n/);
    expect(stdout.match(/^ {2}[✓✗–] /gm)).toHaveLength(19);
    expect(stdout.match(/^ {2}✗ /gm)).toHaveLength(1);
    expect(stdout.match(/^ {2}– /gm)).toHaveLength(6);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(stdout).not.toContain('\u001b');
  });

  test('speaks Indonesian when asked to', async () => {
    const { stdout } = await run('17', 'SEVERAL', '--lang', 'id');
    expect(stdout).toMatch(
      /^Gelombang 17, SEVERAL\. Tidak memenuhi syarat: 12 dari 19 aturan tidak terpenuhi\.\n/,
    );
    expect(stdout).toMatch(/^Yang dapat dilakukan\n {2}1\. /m);
  });

  test('gives one document with keys in snake_case', async () => {
    const document = documentOf(await run('17', 'KK-MISMATCH', '--json'));
    expect(document).toMatchObject({
      ...{ wave: 17, registration_no: 'KK-MISMATCH', lang: 'en', outcome: 'INELIGIBLE', void: null },
      ...{ reasons: ['KK_MISMATCH'], nik_slip: null, draw: null, nik_warnings: [] },
      what_to_do: [{ reason: 'KK_MISMATCH' }],
    });
    const rules = document.rules as { code: string }[];
    expect(rules.find(({ code }) => code === 'KK_MISMATCH')).toEqual({
      ...{ code: 'KK_MISMATCH', finding: 'failed', rule: 'KK as in the registry' },
      evidence: 'the KK given ends in 0027; the registry as of 28 February 2021 does not have that one',
      facts: { given_ends_in: '0027' },
    });
    for (const key of keysOf(document)) expect(key).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  });

  test.each([
    [['99', 'A'], 3, 'there is no wave 99'],
    [['17', 'NOBODY'], 3, 'there is no application NOBODY in wave 17'],
    [['17', 'FIRST'], 3, 'there is no application FIRST in wave 17'],
    [['17', '0'], 3, 'there is no application 0 in wave 17'],
    [['18', 'TIER-3-PLAIN'], 3, 'It was in another: '],
    [['17', '3171014302890922'], 3, 'there is no application 317101\\*{6}0922 in wave 17'],
    [['19', 'AGE-18'], 4, 'wave 19 is not published'],
    [['17', 'A', '--lang', 'fr'], 2, '--lang is `fr`: expected'],
  ])('`explain %j` ends with %i and says why', async (args, code, expected) => {
    const ended = await run(...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(new RegExp(expected));
    expect(ended.stdout).toBe('');
  });

  test('says how rejected rows are looked for that have no number, by a command that writes them', async () => {
    const { stderr } = await run('17', 'NOBODY');
    expect(stderr).toContain('1 rejected row of wave 17 cannot be found by registration number');
    const [, path = ''] =
      /^applicants\.csv, 1 row: .* import applicants (\S+) --wave 17 --rejects FILE$/m.exec(stderr) ?? [];
    const file = join(at.folder, 'unnumbered.csv');
    const { code } = await runHere(at, ['import', 'applicants', path, '--wave', '17', '--rejects', file]);
    expect(code).toBe(0);
    expect(await readFile(file, 'utf8')).toMatch(/^56,,registration_no,REGISTRATION_NO_FORMAT,/m);
    expect((await run('17', 'REJECT-SEVERAL')).stderr).not.toContain('cannot be found');
    expect((await run('18', 'NOBODY')).stderr).not.toContain('cannot be found');
  });

  test('says of a rejected row what is wrong with it, and on which line', async () => {
    const rejects = readCsv(await readFile(join(SMALL_WAVE, 'expected', 'rejects.csv'), 'utf8')).records;
    const of = (number: string) => rejects.map(({ fields }) => fields).filter(([, each]) => each === number);
    for (const number of ['REJECT-SEVERAL', 'REJECT-COLUMNS']) {
      const { error } = documentOf<ErrorDocument>(await run('17', number, '--json'));
      expect(error).toMatchObject({
        code: 'INPUT_REFUSED',
        message: expect.stringContaining('was rejected'),
      });
      expect(error.faults).toEqual(
        of(number).map(([line, , column, code]) => ({
          ...{ where: `applicants.csv:${line}${column === '' ? '' : `, column ${column}`}`, what: code },
        })),
      );
    }
  });
});

describe('a wave whose registry answered in files', () => {
  /** The wave as it is, as if its snapshot had come in as answers to what was asked for. */
  /** As if an import had said so. */
  async function becomeOfKind(kind: string): Promise<void> {
    const { sql } = at.database;
    const tally = await tallyOfPeople(askingOf(sql), 1);
    await guarding('disable');
    const found = sql<VersionOfRegistry[]>`
      update registry_snapshot set kind = ${kind} returning id, kind, as_of::text as "asOf", import_id as "importId"`;
    const version = await one(found, 'the only version');
    await inTransaction(at.database, (client) => keepPeople(client, version, tally));
    await guarding('enable');
  }

  const guarding = (word: 'disable' | 'enable') =>
    asOwner(at.database, (sql) =>
      sql.unsafe(`alter table registry_snapshot ${word} trigger registry_snapshot_guard`),
    );

  async function answeredInFiles(check: () => Promise<void>): Promise<void> {
    const { match } = input.policy;
    const become = async (kind: string, policy: object) => {
      await becomeOfKind(kind);
      await unguarded(at.database, async (sql) => {
        await sql`update wave set policy = ${JSON.stringify(policy)} where id = 17`;
      });
    };
    await become('answers', {
      ...input.policy,
      match: { ...match, source: 'exchange', reuse_days: 3650 },
    });
    await check();
    await become('whole', input.policy);
  }

  test('names the file that has the answer, and the day that it is of', async () => {
    await answeredInFiles(async () => {
      const answers = { version: 1, as_of: '2021-02-28', file: 'registry.csv', rows: 45 };
      expect((await explanationOf('KK-MISMATCH')).registry).toMatchObject({
        ...{ source: 'exchange', reuse_days: 3650, answers },
      });
      const { en, id } = await saidOf('KK-MISMATCH');
      const day = 'on 28 February 2021 (version 1)';
      expect(textOf(en)).toContain(
        `the KK given ends in 0027; the registry as it answered ${day} does not have that one`,
      );
      expect(textOf(en)).toContain(
        'registry answers in files: as of 28 February 2021: version 1, registry.csv',
      );
      expect(textOf(id)).toContain('berbeda dengan jawaban Dukcapil per 28 Februari 2021 (versi 1)');
      expect((await evidenceOn('NAME-79', 'NAME_MISMATCH')).evidence).toMatchObject({ similarity: 79 });
    });
  });

  test('knows nobody but those whom it was asked about: no slip is looked for', async () => {
    await answeredInFiles(async () => {
      expect((await evidenceOn('NIK-NOT-FOUND', 'NIK_NOT_FOUND')).evidence).toMatchObject({
        ...{ slip: null, slip_sought: false },
      });
      const text = textOf((await saidOf('NIK-NOT-FOUND')).en);
      expect(text).not.toContain('nearly the same NIK');
    });
  });
});

test('a slip is not spoken of once the people of the snapshot are dropped', async () => {
  const drop = (time: string | null) =>
    unguarded(at.database, async (sql) => {
      await sql`update registry_snapshot set dropped_at = ${time}, dropped_by = ${time === null ? null : 'sari'}`;
    });
  await drop('2021-06-01T00:00:00Z');
  const { en } = await saidOf('NIK-NOT-FOUND');
  expect(textOf(en)).toContain('the registry as of 28 February 2021 does not have it\n');
  await drop(null);
  expect(textOf((await saidOf('NIK-NOT-FOUND')).en)).toContain('whose NIK differs in one digit');
});

describe('a wave that was voided', () => {
  beforeAll(async () => {
    await unguarded(at.database, async (sql) => {
      await sql`
        update wave set state = 'void', voided_at = '2021-05-02T03:00:00Z', voided_by = 'sari',
          void_reason = 'a list came in half' where id = 17`;
    });
    await at.database.sql`
      update wave set state = 'void', voided_at = now(), voided_by = 'sari', void_reason = 'opened by mistake'
      where id = 19`;
  });

  test('says so first, and by no name who did it', async () => {
    const { en, id } = await saidOf('TIER-3-PLAIN');
    const first = 'Wave 17 is void since 2 May 2021 and gives nobody a place: a list came in half';
    expect(textOf(en).split('\n')[0]).toBe(first);
    expect(textOf(id)).toMatch(/^Gelombang 17 dibatalkan sejak 2 Mei 2021/);
    expect((await explanationOf('TIER-3-PLAIN')).void).toEqual({
      ...{ at: '2021-05-02T03:00:00.000Z', reason: 'a list came in half' },
    });
    expect(allOf(en)).not.toContain('sari');
    expect((await runHere(at, 'explain 17 AGE-18')).stdout.split('\n')[0]).toBe(first);
  });

  test('is told as void where the account was in it', async () => {
    expect((await explanationOf('AGE-18', 18)).other_waves).toMatchObject([{ wave: 17, void: true }]);
    expect(textOf((await saidOf('AGE-18', 18)).en)).toContain(
      'the wave is void, and had said: eligible, not drawn',
    );
  });

  test('gave nobody a place: waves closed afterwards do not tell of it', async () => {
    const rows = readRows(input.applicants[0]?.text ?? '');
    const { nik = '' } = rows.find((row) => row.registration_no === 'PAST-RECIPIENT') ?? {};
    const [nikHigh, nikLow] = halvesOf(nik).map((half) => Uint32Array.of(half)) as [Uint32Array, Uint32Array];
    const none = new Uint32Array(1);
    const people = { rows: 1, of: { nikHigh, nikLow, kkHigh: none, kkLow: none } };
    await inTransaction(at.database, (client) => addRecipients(client, 16, people));
    const closedWith = (voids: readonly number[]) =>
      unguarded(at.database, async (sql) => {
        await sql`
          update wave set void_waves = ${voids}, last_recipient = (select max(id) from recipient_block) where id = 17`;
      });
    const wavesTold = async () => (await evidenceOn('PAST-RECIPIENT', 'PAST_RECIPIENT')).evidence;
    await closedWith([]);
    expect(await wavesTold()).toMatchObject({ waves: [3, 9, 16] });
    // A file of recipients is somebody else's word, and stays.
    await closedWith([9, 16]);
    expect(await wavesTold()).toMatchObject({ waves: [3, 9] });
  });

  test('and was never published has nothing to explain', async () => {
    await expect(explain(at.database, 19, 'AGE-18')).rejects.toMatchObject({
      ...{ code: 'CONFLICT', message: 'wave 19 was voided before it was published: opened by mistake' },
    });
  });
});
