import { describe, expect, test } from 'vitest';
import { addressed, type MessageFacts, messageOf } from '../../src/notify/wording.ts';
import { adviceOn } from '../../src/policy/advice.ts';
import { LAYERS } from '../../src/policy/policy.ts';
import { reasonCodes } from '../../src/policy/reasons.ts';

const FACTS: MessageFacts = {
  wave: 17,
  outcome: 'ACCEPTED',
  reasons: [],
  candidates: 1_145_123,
  seats: 600_000,
  householdCap: 2,
  purchaseDays: 30,
  asOf: '2021-04-30',
  ageMin: 18,
  ageMax: 64,
  rules: [
    {
      code: 'TOO_NEAR',
      fails_when: { region: ['31'] },
      text: { id: 'Anda tinggal terlalu dekat', en: 'You live too near.' },
      law: 'Permenko 1/2021 pasal 3',
    },
  ],
};
const REASONS = reasonCodes({
  layers: [...LAYERS],
  deny_lists: ['bpum', 'bsu', 'dtks', 'toString', 'village-17'],
  rules: [],
});
const OUTCOMES = ['ACCEPTED', 'RESERVE', 'NOT_DRAWN', 'HOUSEHOLD_CAP', 'UNVERIFIED'] as const;

/** What a text looks like in which something was not filled in, or in which code shows. */
const UNFINISHED = /undefined|null|NaN|Invalid|\[object|[{}<>$]|\s$|^\s| {4,}|[A-Z]+_[A-Z]/;
const SUBJECT_LENGTH = 78;

function whole(facts: Partial<MessageFacts>): string {
  const { subject, body } = addressed(messageOf({ ...FACTS, ...facts }), 'BUDI SANTOSO');
  expect(subject.length).toBeLessThanOrEqual(SUBJECT_LENGTH);
  expect(subject).not.toMatch(/\n/);
  return `${subject}\n\n${body.trimEnd()}`;
}

describe('every outcome', () => {
  test.each(OUTCOMES)('%s is put into words', (outcome) => {
    const text = whole({ outcome });
    expect(text).not.toMatch(UNFINISHED);
    expect(text).not.toMatch(/\d{10}/);
    expect(text).toContain('Yth. BUDI SANTOSO,\n');
    expect(text).toContain('17');
  });

  test('says what matters', () => {
    expect(whole({ outcome: 'ACCEPTED', purchaseDays: 15 })).toMatch(
      /Selamat.*\n(.*\n)*.*pelatihan pertama.*15 hari/,
    );
    expect(whole({ outcome: 'NOT_DRAWN' })).toContain('1.145.123 calon untuk 600.000 tempat');
    expect(whole({ outcome: 'NOT_DRAWN' })).toMatch(/Tidak ada yang salah.*[\s\S]*Gabung satu kali/);
    expect(whole({ outcome: 'HOUSEHOLD_CAP', householdCap: 2 })).toContain('paling banyak 2 orang');
    expect(whole({ outcome: 'UNVERIFIED' })).toContain('bukan penolakan, dan tidak ada yang salah');
  });

  test('without the registry still has the reasons that are known without it', () => {
    const text = whole({ outcome: 'UNVERIFIED', reasons: ['IN_SCHOOL'] });
    expect(text).toContain(`1. ${adviceOn('IN_SCHOOL', FACTS, 'id').what}`);
    expect(text).toContain('bukan penolakan.');
    expect(text).not.toContain('tidak ada yang salah');
  });
});

describe('every reason', () => {
  test.each([...REASONS, 'TOO_NEAR'])('%s is told with what to do about it', (reason) => {
    const { what, todo } = adviceOn(reason, FACTS, 'id');
    const text = whole({ outcome: 'INELIGIBLE', reasons: [reason] });
    expect(text).toContain(`1. ${what}\n   ${todo}`);
    expect(text).not.toMatch(UNFINISHED);
    expect(text).not.toMatch(/\d{10}/);
  });

  test('of a rule that only this policy has is told in the words of the rule', () => {
    const text = whole({ outcome: 'INELIGIBLE', reasons: ['TOO_NEAR'] });
    expect(text).toContain('1. Anda tinggal terlalu dekat.\n   Dasarnya: Permenko 1/2021 pasal 3. Jika');
  });

  test('is listed with the others, in order', () => {
    const text = whole({ outcome: 'INELIGIBLE', reasons: ['KK_MISMATCH', 'IN_SCHOOL', 'ON_LIST:dtks'] });
    expect(text).toMatch(
      /semua alasannya[\s\S]*\n1\. Nomor Kartu Keluarga[\s\S]*\n2\. .*bersekolah[\s\S]*\n3\. .*DTKS/,
    );
  });
});

test('what is typed into the field for the name neither adds lines nor leaks a number', () => {
  const { body } = addressed(messageOf(FACTS), ' Budi\r\nBcc: x 3171011708450001 ');
  expect(body.split('\n')[0]).toBe('Yth. Budi Bcc: x 317101******0001,');
});

test('nobody is turned down without a reason, or for one that has no words', () => {
  expect(() => messageOf({ ...FACTS, outcome: 'INELIGIBLE' })).toThrow(TypeError);
  expect(() => messageOf({ ...FACTS, outcome: 'ACCEPTED', reasons: ['IN_SCHOOL'] })).toThrow(TypeError);
  expect(() => messageOf({ ...FACTS, outcome: 'INELIGIBLE', reasons: ['UNHEARD_OF'] })).toThrow(TypeError);
});
