import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/policy/language.ts';
import type { Policy, Predicate } from '../../src/policy/policy.ts';
import { reasonCodes } from '../../src/policy/reasons.ts';
import { policySentences, predicateSentence, ruleSentences } from '../../src/policy/sentences.ts';
import { nested } from './arbitrary.ts';

const POLICY: Policy = {
  name: 'sentences',
  as_of: '2021-04-30',
  quota: 10,
  reserve: 1500,
  household_cap: 2,
  match: { name: 80 },
  layers: ['email', 'test'],
  age: { min: 18, max: 64 },
  barred_occupations: ['TNI', 'POLRI'],
  deny_lists: ['dtks', 'village-17'],
  priority: [{ list: 'kemnaker' }, { disability: true }],
  tickets: { per_unsuccessful_wave: 2, max: 7 },
  rules: [
    {
      code: 'TOO_NEAR',
      fails_when: { all: [{ region: ['31'] }, { not: { age: { min: 50 } } }] },
      text: { id: 'Terlalu dekat.', en: 'Too near.' },
      law: 'Permenko 1/2021',
    },
  ],
  regions: { 32: 4, 31: 5 },
};

describe('a condition in words', () => {
  const some: readonly (readonly [Predicate, string, string])[] = [
    [
      { employment_status: ['LAID_OFF', 'FURLOUGHED'] },
      'is laid off or furloughed',
      'terkena PHK atau dirumahkan',
    ],
    [{ employment_status: ['JOB_SEEKER'] }, 'is looking for work', 'sedang mencari kerja'],
    [{ list: 'kemnaker' }, 'is on the list kemnaker', 'ada di daftar kemnaker'],
    [{ disability: true }, 'has a disability', 'penyandang disabilitas'],
    [{ disability: false }, 'has no disability', 'bukan penyandang disabilitas'],
    [{ education: ['D3', 'S1', 'SMA'] }, 'gave D3, S1 or SMA as education', 'berpendidikan D3, S1 atau SMA'],
    [
      { region: ['31', '3273', '3204'] },
      'lives in DKI Jakarta (31), city 3273 in Jawa Barat or regency 3204 in Jawa Barat',
      'tinggal di DKI Jakarta (31), kota 3273 di Jawa Barat atau kabupaten 3204 di Jawa Barat',
    ],
    [
      { region: ['99', '9971'] },
      'lives in province 99 or city 9971',
      'tinggal di provinsi 99 atau kota 9971',
    ],
    [{ age: { min: 18, max: 24 } }, 'is 18 to 24 years old', 'berusia 18 sampai 24 tahun'],
    [{ age: { min: 18, max: 18 } }, 'is 18 years old', 'berusia 18 tahun'],
    [{ age: { min: 50 } }, 'is 50 years old or older', 'berusia paling rendah 50 tahun'],
    [{ age: { max: 24 } }, 'is 24 years old or younger', 'berusia paling tinggi 24 tahun'],
    [
      { not: { employment_status: ['LAID_OFF', 'FURLOUGHED'] } },
      'is neither laid off nor furloughed',
      'tidak terkena PHK ataupun dirumahkan',
    ],
    [{ not: { employment_status: ['EMPLOYEE'] } }, 'is not employed', 'tidak bekerja sebagai karyawan'],
    [{ not: { disability: false } }, 'has a disability', 'penyandang disabilitas'],
    [{ not: { education: ['SMA'] } }, 'did not give SMA as education', 'tidak berpendidikan SMA'],
    [
      { not: { education: ['S1', 'SMA'] } },
      'gave neither S1 nor SMA as education',
      'tidak berpendidikan S1 ataupun SMA',
    ],
    [{ not: { region: ['31'] } }, 'does not live in DKI Jakarta (31)', 'tidak tinggal di DKI Jakarta (31)'],
    [
      { not: { region: ['11', '31'] } },
      'lives neither in Aceh (11) nor DKI Jakarta (31)',
      'tidak tinggal di Aceh (11) ataupun DKI Jakarta (31)',
    ],
    [{ not: { age: { min: 18, max: 24 } } }, 'is not 18 to 24 years old', 'tidak berusia 18 sampai 24 tahun'],
    [{ not: { age: { min: 50 } } }, 'is younger than 50 years', 'berusia di bawah 50 tahun'],
    [{ not: { age: { max: 24 } } }, 'is older than 24 years', 'berusia di atas 24 tahun'],
    [
      { all: [{ disability: true }, { any: [{ list: 'a' }, { not: { list: 'b' } }] }] },
      'has a disability, and (is on the list a, or is not on the list b)',
      'penyandang disabilitas, dan (ada di daftar a, atau tidak ada di daftar b)',
    ],
    [
      { not: { any: [{ list: 'a' }, { all: [{ list: 'b' }, { list: 'c' }] }] } },
      'is not on the list a, and (is not on the list b, or is not on the list c)',
      'tidak ada di daftar a, dan (tidak ada di daftar b, atau tidak ada di daftar c)',
    ],
    [
      { all: [{ all: [{ list: 'a' }, { list: 'b' }] }, { any: [{ list: 'c' }] }] },
      'is on the list a, and is on the list b, and is on the list c',
      'ada di daftar a, dan ada di daftar b, dan ada di daftar c',
    ],
  ];

  test.each(some)('%j', (predicate, english, indonesian) => {
    expect(predicateSentence(predicate, 'en')).toBe(english);
    expect(predicateSentence(predicate, 'id')).toBe(indonesian);
  });

  test('says what the condition says, however it is nested', () => {
    const lists = ['a', 'b', 'c'];
    const ofLists = fc.record({ list: fc.constantFrom(...lists) });
    fc.assert(
      fc.property(nested(ofLists, 5), fc.subarray(lists), (predicate, on) => {
        expect(isTrue(predicateSentence(predicate, 'en'), on)).toBe(isMet(predicate, on));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the rules in words', () => {
  test('are those of the policy, each with its reason', () => {
    for (const language of LANGUAGES) {
      expect(ruleSentences(POLICY, language).map(({ code }) => code)).toEqual(reasonCodes(POLICY));
    }
  });

  test('are all told apart, in both languages', () => {
    const said = LANGUAGES.flatMap((language) => ruleSentences(POLICY, language).map(({ what }) => what));
    expect(new Set(said).size).toBe(said.length);
    for (const what of said) expect(what).toMatch(/^[A-Z].*\.$/);
  });

  test('name what the policy sets', () => {
    const rules = new Map(ruleSentences(POLICY, 'en').map((rule) => [rule.code as string, rule]));
    expect(rules.get('NAME_MISMATCH')?.what).toContain('80 percent');
    expect(rules.get('AGE_OUT_OF_RANGE')?.what).toBe('On 30 April 2021 the applicant is 18 to 64 years old.');
    expect(rules.get('OCCUPATION_BARRED')?.what).toBe(
      'The applicant is not a member of the armed forces (TNI) or a member of the police (Polri).',
    );
    expect(rules.get('ON_LIST:dtks')?.what).toContain('social aid (DTKS)');
    expect(rules.get('ON_LIST:village-17')?.what).toContain('"village-17"');
    expect(rules.get('TOO_NEAR')).toEqual({
      code: 'TOO_NEAR',
      what: 'The applicant does not live in DKI Jakarta (31), or is 50 years old or older.',
      law: 'Permenko 1/2021',
    });
  });
});

describe('a policy in words', () => {
  test('says everything that it sets', () => {
    const lines = policySentences(POLICY, 'en').flatMap((section) => section.lines);
    for (const line of [
      'There are at most 10 seats.',
      'The next 1,500 in draw order are the reserve.',
      'A household has at most 2 recipients, all waves together.',
      'Tier 0: whoever is on the list kemnaker.',
      'Tier 1: whoever has a disability.',
      'Tier 2: everyone else.',
      'Everyone has one ticket, and 2 more for each earlier wave in which they were not drawn; at most 7 in all.',
      'DKI Jakarta (31): 5 seats.',
      'Jawa Barat (32): 4 seats.',
      'The other 1 seat, and what of these is not taken, goes to the remaining candidates of all provinces in draw order.',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines).toContainEqual(expect.stringMatching(/or older\. \[TOO_NEAR; law: Permenko 1\/2021\]$/));
  });

  test('says where the registry is asked, and which of its answers count', () => {
    const said = (match: Policy['match'], language: 'id' | 'en') =>
      policySentences({ ...POLICY, match }, language)[0]?.lines.at(-1);
    const asked = { name: 80, source: 'dukcapil', reuse_days: 30 } as const;
    expect(said({ name: 80 }, 'en')).toContain('the newest snapshot of the population registry');
    expect(said(asked, 'en')).toBe(
      "The population registry is asked person by person, over Dukcapil's web service; answers that are no more than 30 days old at the close count, also those that were given for another wave.",
    );
    expect(said({ ...asked, reuse_days: 1 }, 'en')).toContain('1 day old');
    expect(said({ ...asked, source: 'exchange', reuse_days: 0 }, 'en')).toBe(
      'The population registry is asked in files of NIKs, which Dukcapil answers; answers from before the close do not count.',
    );
    expect(said({ name: 80 }, 'id')).toContain('salinan data kependudukan yang terbaru');
    expect(said({ ...asked, reuse_days: 1500 }, 'id')).toBe(
      'Data kependudukan ditanyakan satu per satu melalui layanan web Dukcapil; jawaban yang pada saat gelombang ditutup berumur paling lama 1.500 hari berlaku, juga jawaban untuk gelombang lain.',
    );
  });

  test('says that Dukcapil compares the names, where it does', () => {
    const said = (match: Policy['match']) =>
      LANGUAGES.map(
        (language) =>
          ruleSentences({ ...POLICY, match }, language).find(({ code }) => code === 'NAME_MISMATCH')?.what,
      );
    expect(said({ name: 85, source: 'dukcapil', reuse_days: 30 })).toEqual([
      'Nama sama dengan data kependudukan, atau mirip minimal 85 persen menurut Dukcapil.',
      'The name is that of the registry, or similar to it by at least 85 percent, as Dukcapil finds.',
    ]);
    expect(said({ name: 85, source: 'exchange', reuse_days: 30 })).toEqual(said({ name: 85 }));
  });

  test('says what it leaves alone', () => {
    const plain = {
      ...POLICY,
      reserve: 0,
      priority: [],
      tickets: { per_unsuccessful_wave: 3, max: 1 },
      regions: {},
    };
    const lines = policySentences(plain, 'id').flatMap((section) => section.lines);
    expect(lines).toContain('Tidak ada cadangan.');
    expect(lines).toContain('Tidak ada: semua berada pada tingkat yang sama.');
    expect(lines).toContain('Setiap orang mendapat satu tiket.');
    expect(lines).toContain('Tidak ada tempat yang disisihkan untuk provinsi tertentu.');
  });

  test('shares out the quota by weights as the draw does', () => {
    const weighted = { ...POLICY, regions: { weights: { 31: 1, 32: 1, 33: 1 } } };
    const lines = policySentences(weighted, 'en').at(-1)?.lines ?? [];
    expect(lines.slice(1, 4)).toEqual([
      'DKI Jakarta (31): 4 seats, weight 1.',
      'Jawa Barat (32): 3 seats, weight 1.',
      'Jawa Tengah (33): 3 seats, weight 1.',
    ]);
  });
});

function isMet(predicate: Predicate, on: readonly string[]): boolean {
  if ('all' in predicate) return predicate.all.every((each) => isMet(each, on));
  if ('any' in predicate) return predicate.any.some((each) => isMet(each, on));
  if ('not' in predicate) return !isMet(predicate.not, on);
  return 'list' in predicate && on.includes(predicate.list);
}

/** Reads an English sentence about lists as a person would: brackets first, and never `and` beside `or`. */
function isTrue(sentence: string, on: readonly string[]): boolean {
  const inner = /\(([^()]*)\)/.exec(sentence);
  if (inner !== null) {
    const known = isTrue(inner[1] ?? '', on) ? 'is true' : 'is false';
    return isTrue(sentence.replace(inner[0], known), on);
  }
  const all = sentence.split(', and ');
  const any = sentence.split(', or ');
  expect(Math.min(all.length, any.length), sentence).toBe(1);
  if (all.length > 1) return all.every((each) => isTrue(each, on));
  if (any.length > 1) return any.some((each) => isTrue(each, on));
  const list = /^is (not )?on the list ([abc])$/.exec(sentence);
  if (list === null) return sentence === 'is true';
  return on.includes(list[2] ?? '') !== (list[1] !== undefined);
}
