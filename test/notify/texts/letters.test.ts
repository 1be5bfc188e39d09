import { describe, expect, test } from 'vitest';
import { outgoing } from '../../../src/notify/outgoing.ts';
import type { Reader } from '../../../src/notify/readers.ts';
import { openTexts } from '../../../src/notify/texts.ts';
import { adviceOn, policyFacts } from '../../../src/policy/advice.ts';
import { LAYERS } from '../../../src/policy/policy.ts';
import { reasonCodes } from '../../../src/policy/reasons.ts';
import { sha256 } from '../../../src/proof/sha256.ts';
import { type Telling, toldOf, WAVE, written } from './told.ts';

const RULE = {
  code: 'TOO_NEAR',
  fails_when: { region: ['31'] },
  text: { id: 'Anda tinggal terlalu dekat', en: 'You live too near.' },
  law: 'Permenko 1/2021 pasal 3',
};
const POLICY = {
  ...WAVE.policy,
  household_cap: 2,
  layers: [...LAYERS],
  deny_lists: ['bpum', 'bsu', 'dtks', 'toString', 'village-17'],
  rules: [RULE],
};
const FACTS = policyFacts(POLICY);
const UNSET = { templates: undefined, contact: undefined };

async function body(kind: Parameters<typeof toldOf>[0], reasons?: readonly string[], telling?: Telling) {
  return (await written('file', toldOf(kind, reasons), { wave: { policy: POLICY }, ...telling })).body;
}

describe('a letter', () => {
  test('says what matters', async () => {
    expect(await body('ACCEPTED')).toMatch(/Selamat![\s\S]*pelatihan pertama[\s\S]*30 hari/);
    expect(await body('NOT_DRAWN')).toContain('1.145.123 calon untuk 600.000 tempat');
    expect(await body('NOT_DRAWN')).toMatch(/Tidak ada yang salah[\s\S]*Gabung satu kali/);
    expect(await body('HOUSEHOLD_CAP')).toContain('paling banyak 2 orang');
    expect(await body('UNVERIFIED')).toContain('bukan penolakan, dan tidak ada yang perlu Anda perbaiki.');
  });

  test('without the registry still has the reasons that are known without it', async () => {
    const text = await body('UNVERIFIED_WITH_REASONS', ['IN_SCHOOL']);
    expect(text).toContain(`1. ${adviceOn('IN_SCHOOL', FACTS, 'id').what}`);
    expect(text).toContain('bukan penolakan.');
    expect(text).not.toContain('tidak ada yang perlu');
  });

  test('names whom to turn to, where that is set', async () => {
    const contact = 'layanan bantuan di 0800-150-3001';
    expect(await body('NOT_DRAWN', [], { contact })).toContain(
      `\n\nPerlu bantuan? Hubungi ${contact}\n\nSalam,`,
    );
    expect(await body('NOT_DRAWN')).not.toContain('Perlu bantuan');
  });
});

describe('every reason', () => {
  test.each(reasonCodes(POLICY))('%s is told with what to do about it', async (reason) => {
    const { what, todo } = adviceOn(reason, FACTS, 'id');
    expect(await body('INELIGIBLE', [reason])).toContain(`\n\n1. ${what}\n   ${todo}\n\n`);
  });

  test('of a rule that only this policy has is told in the words of the rule', async () => {
    const text = await body('INELIGIBLE', ['TOO_NEAR']);
    expect(text).toContain('1. Anda tinggal terlalu dekat.\n   Dasarnya: Permenko 1/2021 pasal 3. Jika');
  });

  test('is listed with the others, in order', async () => {
    const text = await body('INELIGIBLE', ['KK_MISMATCH', 'IN_SCHOOL', 'ON_LIST:dtks']);
    expect(text).toMatch(/\n1\. Nomor Kartu Keluarga[\s\S]*\n2\. .*bersekolah[\s\S]*\n3\. .*DTKS/);
  });
});

test('nobody is turned down without a reason, or for one that has no words', async () => {
  const refused = (outcome: 'INELIGIBLE' | 'ACCEPTED', reasons: readonly string[]) =>
    expect(written('email', { outcome, reasons })).rejects.toThrow(TypeError);
  await refused('INELIGIBLE', []);
  await refused('ACCEPTED', ['IN_SCHOOL']);
  await refused('INELIGIBLE', ['UNHEARD_OF']);
});

test('a notice is named by wave, registration number and channel, and has HTML where the channel takes it', async () => {
  const gave = {
    registration_no: 'REG-1',
    full_name: 'Siti',
    email: 's@example.org',
    phone: '081200000000',
    regency_code: '3171',
  };
  const readers: Reader[] = [
    { outcome: 'ACCEPTED', reasons: [], gave },
    { outcome: 'NOT_DRAWN', reasons: [], gave: { ...gave, registration_no: 'REG-2', full_name: 'Budi' } },
  ];
  for (const channel of ['file', 'email', 'sms'] as const) {
    const texts = await openTexts(channel, UNSET);
    const wave = { ...WAVE, id: 17 };
    const notices = outgoing(wave, channel, readers, texts.of(wave));
    expect(notices.map(({ id }) => id)).toEqual([`17-REG-1-${channel}`, `17-REG-2-${channel}`]);
    expect(notices.map(({ html }) => html !== undefined)).toEqual(Array(2).fill(channel === 'email'));
    if (channel !== 'sms') expect(notices[1]?.body).toContain('Yth. Budi,');
  }
});

describe('the document of the texts', () => {
  test('is the same for the same texts, and another for each channel and contact', async () => {
    const versions = async (contact?: string) =>
      Promise.all(
        (['file', 'email', 'sms'] as const).map(async (channel) => {
          const { document } = await openTexts(channel, { templates: undefined, contact });
          expect(JSON.parse(document)).toMatchObject({ channel, texts: { ACCEPTED: expect.anything() } });
          return sha256(document, 'hex');
        }),
      );
    expect(await versions()).toEqual(await versions());
    expect(new Set([...(await versions()), ...(await versions('Telepon kami'))]).size).toBe(6);
  });

  test('of letters holds what is said of reasons', async () => {
    const { document } = await openTexts('email', UNSET);
    expect(document).toContain(adviceOn('NIK_NOT_FOUND', FACTS, 'id').todo);
  });
});

test('thousands of people, each with reasons of their own, are told without keeping every text', async () => {
  const codes = reasonCodes(POLICY);
  const write = (await openTexts('email', UNSET)).of({ ...WAVE, policy: POLICY });
  const gave = { registration_no: 'R', full_name: 'Siti', email: '', phone: '' };
  for (let person = 1; person <= 5_000; person++) {
    const reasons = codes.filter((_, at) => (person >> at) % 2 === 1);
    expect(write({ outcome: 'INELIGIBLE', reasons, gave }).body).toContain(`${reasons.length}. `);
  }
});
