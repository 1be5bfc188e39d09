/** Why an application had its outcome, where Dukcapil was asked about it: what was answered is told, and no more. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { explain } from '../../src/explain/explain.ts';
import { worded } from '../../src/explain/worded.ts';
import { reasonCodes } from '../../src/policy/reasons.ts';
import { projectRoot } from '../../src/project-root.ts';
import { answerAll, askingNobody, askingService } from '../support/answers.ts';
import { asOwner } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { readRows } from '../support/oracle-rows.ts';
import { close, importApplicants, openAndImport, rowsOf, type WaveInput, waveFrom } from '../support/wave.ts';
import { allOf, textOf } from './said.ts';

const SMALL_WAVE = join(projectRoot(), 'fixtures', 'small-wave');
const RESULTS = readRows(await readFile(join(SMALL_WAVE, 'expected', 'results.csv'), 'utf8'));
const ANSWERED_AT = new Date('2021-03-03T08:15:00Z');
const SAID = 'Dukcapil said on 3 March 2021, 08:15 (UTC), code';
const JAWABAN = 'jawaban Dukcapil tanggal 3 Maret 2021 pukul 08.15 (UTC), kode';

/** Who has no answer, and of whom the answer says no more than that they have died. */
const UNANSWERED = ['3171026902560008', '3171011102890031'];
const DECEASED = '3171010502890024';

let at: Installation;
let input: WaveInput;

/** The small wave, with three whose NIK is none. */
beforeAll(async () => {
  at = await installation();
  input = askingService(await waveFrom(join(SMALL_WAVE, 'in')), 3650);
  await openAndImport(at, input);
  const { rows, fileOf } = rowsOf(input.applicants[0]?.text ?? '');
  const plain = rows.find((row) => row.startsWith('TIER-3-PLAIN,')) ?? '';
  const none = (number: string, nik: string) =>
    plain.replace('TIER-3-PLAIN,5101047112950004', `${number},${nik}`);
  const text = fileOf([
    none('NO-PROVINCE', '9901047112950104'),
    none('NO-DAY', '5101047213950104'),
    none('NO-DISTRICT', '5101997112950104'),
  ]);
  await importApplicants(at, 17, { name: 'none.csv', text });
  await answerAll(at, input, {
    answeredAt: ANSWERED_AT,
    instead: (said, nik) => {
      if (UNANSWERED.includes(nik)) return undefined;
      if (nik !== DECEASED) return said;
      return { ...said, kkMatches: null, birthDateMatches: null, nameSimilarity: null };
    },
  });
  await close(at, 17, { jobs: askingNobody(at.jobs), request: { unverifiedBy: 'tester' } });
});

async function explanationOf(number: string) {
  return (await explain(at.database, 17, number)).explanation;
}

async function saidOf(number: string) {
  const explained = await explain(at.database, 17, number);
  return { en: worded(explained, 'en'), id: worded(explained, 'id') };
}

/** Rule → what is said of it, in English and in Indonesian. */
async function rulesOf(number: string): Promise<Record<string, readonly (string | undefined)[]>> {
  const { en, id } = await saidOf(number);
  const [inEnglish, inIndonesian] = [en, id].map(
    ({ document }) => (document as { rules: { code: string; finding: string; evidence: string }[] }).rules,
  );
  return Object.fromEntries(
    (inEnglish ?? []).map(({ code, finding, evidence }, place) => [
      code,
      [finding, evidence, inIndonesian?.[place]?.evidence],
    ]),
  );
}

describe('a wave of which Dukcapil was asked', () => {
  test.each(RESULTS)('$registration_no has its reasons: $outcome $reasons', async (row) => {
    const { outcome, reasons, rules } = await explanationOf(row.registration_no ?? '');
    const expected = (row.reasons ?? '').split('|').filter((code) => code !== '');
    expect(reasons).toEqual(expected);
    expect(rules.map(({ code }) => code)).toEqual(reasonCodes(input.policy));
    if (expected.length > 0 && outcome !== 'UNVERIFIED') expect(outcome).toBe('INELIGIBLE');
  });

  test('is put into words that are whole, and give nobody away', async () => {
    const told = [...readRows(input.applicants[0]?.text ?? ''), ...readRows(input.registry)]
      .flatMap((row) => [row.nik, row.kk, row.full_name, row.birth_date, row.email, row.phone])
      .map((value) => value?.trim().toLowerCase() ?? '')
      .filter((value) => value.length > 3 && value !== input.policy.as_of);
    for (const number of [...RESULTS.map((row) => row.registration_no ?? ''), 'NO-PROVINCE', 'NO-DAY']) {
      const { en, id } = await saidOf(number);
      expect(textOf(en).split('\n').length).toBe(textOf(id).split('\n').length);
      for (const said of [en, id]) {
        expect(textOf(said), number).not.toMatch(/undefined|null|NaN|\[object|Invalid| {2}/);
        const all = allOf(said).toLowerCase();
        expect(
          told.filter((value) => all.includes(value)),
          number,
        ).toEqual([]);
        expect(all.match(/(?<![0-9a-f.])[0-9]{7,}(?![0-9a-f])/g), number).toBeNull();
      }
    }
  });

  test('tells of each rule of the registry when it was answered, and with which code', async () => {
    const rules = await rulesOf('NAME-79');
    expect(rules.NIK_NOT_FOUND).toEqual(['passed', `there, as ${SAID} 01`, `ada menurut ${JAWABAN} 01`]);
    expect(rules.NIK_DUPLICATE?.[1]).toBe(`not recorded so, as ${SAID} 01`);
    expect(rules.KK_MISMATCH?.[1]).toBe(`the same, as ${SAID} 01`);
    expect(rules.NAME_MISMATCH).toEqual([
      'failed',
      `79% alike, as ${SAID} 01; at least 80% is asked for`,
      `79% mirip menurut ${JAWABAN} 01; syaratnya minimal 80%`,
    ]);
    expect((await rulesOf('KK-MISMATCH')).KK_MISMATCH).toEqual([
      'failed',
      `the KK given ends in 0027; it is not the same, as ${SAID} 01`,
      `nomor KK yang diisi berakhiran 0027, tidak sesuai menurut ${JAWABAN} 01`,
    ]);
    expect((await rulesOf('BIRTH-DATE-MISMATCH')).BIRTH_DATE_MISMATCH?.[1]).toBe(
      `not the same, as ${SAID} 01`,
    );
    expect((await rulesOf('NIK-DUPLICATE')).NIK_DUPLICATE?.slice(0, 2)).toEqual([
      'failed',
      `recorded so, as ${SAID} 12`,
    ]);
  });

  test('does not say what the registry has of a person: only what it answered', async () => {
    const { registry } = await explanationOf('KK-MISMATCH');
    expect(registry).toEqual({
      ...{ source: 'dukcapil', reuse_days: 3650 },
      answer: { code: '01', answered_at: ANSWERED_AT.toISOString() },
      snapshot: expect.objectContaining({ version: 1, file: 'registry.csv' }),
    });
    const text = textOf((await saidOf('KK-MISMATCH')).en);
    expect(text).toContain('registry web service: answer of 3 March 2021, 08:15 (UTC), code 01');
    expect(text).toContain('households of past recipients, as of 28 February 2021: version 1');
    expect(text).not.toContain('the registry as of');
  });

  test('holds nothing against a person that an answer does not say', async () => {
    const rules = await rulesOf('NIK-DECEASED');
    expect(rules.NIK_DECEASED?.slice(0, 2)).toEqual(['failed', `recorded so, as ${SAID} 11`]);
    for (const code of ['KK_MISMATCH', 'NAME_MISMATCH', 'BIRTH_DATE_MISMATCH']) {
      expect(rules[code]).toEqual([
        'not_asked',
        `not among what ${SAID} 11, and not held against the applicant`,
        `tidak disebut dalam ${JAWABAN} 11, dan tidak memberatkan pendaftar`,
      ]);
    }
    expect(JSON.stringify((await explanationOf('NIK-DECEASED')).rules)).not.toContain('"similarity":100');
  });

  test('of a NIK that it does not have knows no other that is nearly the same', async () => {
    const rules = await rulesOf('NIK-NOT-FOUND');
    expect(rules.NIK_NOT_FOUND?.slice(0, 2)).toEqual(['failed', `not there, as ${SAID} 13`]);
    expect(rules.KK_MISMATCH?.slice(0, 2)).toEqual([
      'not_asked',
      `not asked, since the NIK is not there, as ${SAID} 13`,
    ]);
    const { nik_slip, rules: ruled } = await explanationOf('NIK-NOT-FOUND');
    expect(nik_slip).toBeNull();
    expect(ruled[1]?.evidence).toEqual({ kind: 'known', slip: null, slip_sought: false });
  });
});

describe('an application that nobody answered about', () => {
  test('is told which rules are open, and what comes next', async () => {
    const { en, id } = await saidOf('AGE-64-LEAP-DAY');
    const { outcome, rules, registry } = await explanationOf('AGE-64-LEAP-DAY');
    expect(outcome).toBe('UNVERIFIED');
    expect(rules.filter(({ finding }) => finding === 'not_asked').map(({ code }) => code)).toEqual(
      reasonCodes(input.policy).slice(1, 8),
    );
    expect(registry).toMatchObject({ source: 'dukcapil', answer: null });
    expect(en.summary).toBe(
      'Not decided: the population registry gave no answer, and 7 of 19 rules need one. This is no rejection.',
    );
    expect(id.summary).toBe(
      'Belum dapat diputuskan: Dukcapil tidak memberi jawaban, padahal diperlukan untuk 7 dari 19 aturan. Ini bukan penolakan.',
    );
    expect(textOf(en)).toContain('registry web service: no answer has come');
    expect(textOf(en)).toMatch(/What to do\nWhat needs the registry is open, .*asked again then\.$/);
    expect(textOf(id)).toMatch(/Dukcapil akan ditanya lagi\.$/);
  });

  test('is told what fails without the registry, too', async () => {
    const { en, id } = await saidOf('EMAIL-UNVERIFIED');
    expect((await explanationOf('EMAIL-UNVERIFIED')).outcome).toBe('UNVERIFIED');
    expect(en.summary).toMatch(/no rejection\. 1 of the others is not met\.$/);
    expect(id.summary).toMatch(/Dari aturan lainnya, 1 tidak terpenuhi\.$/);
    expect(
      (en.document as { what_to_do: { reason: string }[] }).what_to_do.map(({ reason }) => reason),
    ).toEqual(['EMAIL_UNVERIFIED', null]);
  });
});

describe('a NIK that is none', () => {
  test.each([
    ['NO-PROVINCE', 'NIK_PROVINCE_UNKNOWN', 'no province has the first two', 'bukan kode provinsi'],
    ['NO-DAY', 'NIK_DATE_IMPOSSIBLE', 'day and month are no date', 'bukan tanggal yang ada'],
  ])('%s is said to be none, and that nobody was asked', async (number, warning, why, sebab) => {
    const { reasons, nik_warnings, registry } = await explanationOf(number);
    expect(reasons).toEqual(['NIK_NOT_FOUND']);
    expect(nik_warnings).toEqual(expect.arrayContaining([warning, 'NIK_NOT_ASKED']));
    expect(registry).toMatchObject({ source: 'dukcapil', answer: null });
    const rules = await rulesOf(number);
    expect(rules.NIK_NOT_FOUND?.[1]).toBe(
      `its digits are those of no NIK (${why}): the registry was not asked for it`,
    );
    expect(rules.NIK_NOT_FOUND?.[2]).toMatch(new RegExp(`^susunan angkanya bukan susunan NIK .*${sebab}`));
    expect(rules.KK_MISMATCH?.[1]).toBe('not asked, since the digits are those of no NIK');
    const [english, indonesian] = Object.values(await saidOf(number)).map(textOf);
    expect(english).toContain('web service: not asked, since the digits are those of no NIK');
    expect(english).toContain('So it counts as one that the registry does not have.');
    expect(english).toContain('it seems to be mistyped. Compare the NIK in your account');
    expect(english).not.toContain('no part in the outcome: a NIK stays');
    expect(indonesian).toContain('tampaknya salah ketik.');
  });
});

describe('where a NIK was first registered', () => {
  test('is told by the names of district, regency and province', async () => {
    const { nik } = await explanationOf('TIER-0-LAID-OFF');
    expect(nik).toEqual({
      province: { code: '31', name: 'DKI Jakarta' },
      regency: { code: '3171', name: 'Kota Administrasi Jakarta Pusat' },
      district: { code: '317101', name: 'Gambir' },
      ...{ birth_date: 'as_given', differs_in: [], sex: 'as_given' },
    });
    const { en, id } = await saidOf('TIER-0-LAID-OFF');
    expect(textOf(en)).toContain(
      'NIK from Gambir, Kota Administrasi Jakarta Pusat, DKI Jakarta, where it was first registered',
    );
    expect(textOf(id)).toContain('asal NIK Gambir, Kota Administrasi Jakarta Pusat, DKI Jakarta, tempat');
  });

  test('is told by the code alone, where it is none of today', async () => {
    expect((await explanationOf('NO-DISTRICT')).nik.district).toEqual({ code: '510199', name: null });
    expect(textOf((await saidOf('NO-DISTRICT')).en)).toContain(
      'NIK from district 510199, Kabupaten Jembrana, Bali,',
    );
    expect(textOf((await saidOf('NO-PROVINCE')).id)).toContain('asal NIK kecamatan 990104, tempat');
  });

  test('comes with what in the digits is otherwise, and not with the digits', async () => {
    const { nik } = await explanationOf('NIK-OTHER-BIRTH-DATE');
    expect(nik).toMatchObject({ birth_date: 'differs', sex: 'as_given' });
    const { en, id } = await saidOf('NIK-OTHER-BIRTH-DATE');
    expect(textOf(en)).toMatch(/is not the one given\. It differs in the [a-z, ]+\. This had no part/);
    expect(textOf(id)).toMatch(/Yang berbeda: [a-z, ]+\. Ini tidak memengaruhi hasil/);
    expect((await explanationOf('NO-DAY')).nik.birth_date).toBe('impossible');
  });
});

test('an answer that is not kept any more is said to be gone', async () => {
  const answer = await asOwner(at.database, (sql) => sql`delete from answer returning *`);
  const text = textOf((await saidOf('NAME-79')).en);
  expect(text).toContain('79% alike, as Dukcapil said in an answer that is not kept any more;');
  expect(text).toContain('web service: the answer is not kept any more');
  expect(answer.length).toBeGreaterThan(20);
});
